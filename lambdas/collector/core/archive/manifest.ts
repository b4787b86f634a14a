import { createHash } from 'node:crypto';
import type {
  ManifestHead,
  ManifestLine,
  ManifestObject,
  SkippedLine,
} from '../../../contract/storage/manifest';
import { MANIFEST_BEGINNING } from '../../../contract/storage/manifest';
import type { UncountedObject } from '../page/already-stored';
import type { ManifestStore } from '../ports';

/** What a line says of its page. */
export type ManifestEntry = Omit<ManifestLine, 'number' | 'previous' | 'skipped'>;

/** The clocks of S3 and of the function may differ by so much. */
const CLOCKS_DIFFER_MS = 15 * 60_000;

/** A checkpoint that was lost leaves years of lines to be taken over, more than one run has the time for. */
const LINES_BEFORE_REMEMBERED = 500;

/**
 * Appends to a source's manifest. The checkpoint remembers the newest line, but a run may die between the two: lines that
 * follow the remembered one are met when the next line is written, and taken over if they continue the chain. What stands
 * at a number and continues nothing is no line: it is passed over, and the next line records the break.
 */
export class Manifest {
  constructor(
    private readonly store: ManifestStore,
    private newest: ManifestHead = MANIFEST_BEGINNING,
  ) {}

  /** The newest line this run knows. */
  get head(): ManifestHead {
    return this.newest;
  }

  /**
   * Of objects that unfinished attempts have left behind, those that no line lists yet: a run may have died between the
   * line and the checkpoint, and a page of another stream have followed since.
   * @throws ArchiveError
   */
  async unlisted(objects: readonly UncountedObject[]): Promise<readonly ManifestObject[]> {
    const oldestMs = Math.min(...objects.map(({ storedAtMs }) => storedAtMs)) - CLOCKS_DIFFER_MS;
    let unlisted = objects.map(({ object }) => object);
    for (let { number } = this.newest; number > 0 && unlisted.length > 0; number--) {
      const { writtenAt = '', objects: listed } = parseLine(await this.store.read(number));
      if (Date.parse(writtenAt) < oldestMs) break;
      unlisted = without(unlisted, listed);
    }
    return unlisted;
  }

  /**
   * Writes a line, unless a run that died has written it. An object is listed once.
   * @param rememberHead is called now and then on the way over lines that are there already
   * @returns what was passed over
   * @throws ArchiveError
   */
  async append(
    entry: ManifestEntry,
    rememberHead: () => Promise<void> = () => Promise.resolve(),
  ): Promise<readonly SkippedLine[]> {
    let unlisted = entry.objects;
    let skipped: readonly SkippedLine[] = [];
    const allSkipped: SkippedLine[] = [];
    for (let met = 1; ; met++) {
      const number = this.newest.number + skipped.length + 1;
      const previous = this.newest.sha256;
      const breaks = skipped.length === 0 ? {} : { skipped };
      const text = lineText({ number, previous, ...entry, objects: unlisted, ...breaks });
      const found = await this.store.put(number, text);
      if (found === undefined || found === text) {
        this.newest = { number, sha256: sha256(text) };
        return allSkipped;
      }
      const line = parseLine(found);
      if (line.previous === previous) {
        this.newest = { number, sha256: sha256(found) };
        skipped = [];
        unlisted = without(unlisted, line.objects);
        if (unlisted.length === 0 && isOfSamePage(line, entry)) return allSkipped;
      } else {
        skipped = [...skipped, { number, sha256: sha256(found) }];
        allSkipped.push({ number, sha256: sha256(found) });
      }
      if (met % LINES_BEFORE_REMEMBERED === 0) await rememberHead();
    }
  }
}

function without(
  objects: readonly ManifestObject[],
  listed: readonly ManifestObject[] = [],
): ManifestObject[] {
  return objects.filter(({ key }) => !listed.some((object) => object.key === key));
}

function isOfSamePage(line: Partial<ManifestLine>, entry: ManifestEntry): boolean {
  return line.indexName === entry.indexName && line.sequence === entry.sequence;
}

function lineText(line: ManifestLine): string {
  return `${JSON.stringify(line)}\n`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A line as it was found; empty where the text is none. */
function parseLine(text: string): Partial<ManifestLine> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
