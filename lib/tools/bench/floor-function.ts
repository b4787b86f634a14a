/** Runs as a function of its own, so that it is measured exactly like the collector. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { splitResult } from '../../../lambdas/collector/core/page/result-splitter';

/** Bodies of pages, and the lines that the collector made from them; decoded, one file each. */
export const PAGE_FILE = 'page';
export const LINES_FILE = 'lines';

/** Work to do once on everything in a folder. */
export interface FloorWork {
  readonly folder: string;
  /**
   * `body`: parse each body, and compress it. `lines`: parse each body, and compress the lines made from all of them.
   * `split`: find the events of each body, which lossless storing adds to parsing.
   */
  readonly on: 'body' | 'lines' | 'split';
}

const contents = new Map<string, Buffer[]>();

/** Does the work. Compression level and strategy are zlib's defaults, as in the collector. */
export function handler({ folder, on }: FloorWork): void {
  const pages = read(folder, PAGE_FILE);
  const lines = read(folder, LINES_FILE);
  for (const body of pages) {
    if (on === 'split') splitResult(body);
    else JSON.parse(body.toString('utf8'));
    if (on === 'body') gzipSync(body);
  }
  if (on === 'lines') for (const object of lines) gzipSync(object);
}

/** Reads from memory after the first time, which only warms up. */
function read(folder: string, kind: string): Buffer[] {
  const known = contents.get(folder + kind);
  if (known !== undefined) return known;
  const names = readdirSync(folder).filter((name) => name.startsWith(kind));
  const read = names.map((name) => readFileSync(join(folder, name)));
  contents.set(folder + kind, read);
  return read;
}
