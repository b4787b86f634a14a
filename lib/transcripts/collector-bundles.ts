import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleCollector } from '../build/collector-bundle';

/** Versions of the collector that the transcripts tell of, by the folder in which each one's bundle lies. */
export interface CollectorBundles {
  /** The collector of this checkout. */
  readonly current: string;
  /** One that does not know yet that `supporting_data` may be missing, and so rejects such events. */
  readonly stricter: string;
}

/** How the bundle says that a field may be missing, in the schema file's words. */
const TOLERANCE = /seen:"missing"/g;

/**
 * Builds them below a folder.
 * @throws Error where the bundle does not say exactly once that a field may be missing
 */
export function bundleCollectors(folder: string): CollectorBundles {
  const [current, stricter] = [join(folder, 'current'), join(folder, 'stricter')];
  bundleCollector(current);
  const path = bundleCollector(stricter);
  const code = readFileSync(path, 'utf8');
  const count = code.match(TOLERANCE)?.length ?? 0;
  if (count !== 1)
    throw new Error(
      `The collector's bundle has ${count} times ${TOLERANCE.source}; expected once. Is there a new deviation in the schema file?`,
    );
  writeFileSync(path, code.replace(TOLERANCE, 'seen:"never"'));
  return { current, stricter };
}
