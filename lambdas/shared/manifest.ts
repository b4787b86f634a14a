import { createHash } from 'node:crypto';
import { Format } from '../contract/storage/format';
import type { ManifestHead, ManifestLine, ManifestObject, SkippedLine } from '../contract/storage/manifest';
import { MANIFEST_BEGINNING } from '../contract/storage/manifest';
import { assertKnownFormat } from './known-format';

/** Storage of the lines of a manifest. */
export interface ManifestStore {
  /**
   * Writes a line, unless one with that number exists.
   * @returns the existing line; undefined if `text` was written
   * @throws ArchiveError
   */
  put(number: number, text: string): Promise<string | undefined>;
  /** @returns the line; empty if it was removed, which an audit of the hash chain reports. @throws ArchiveError */
  read(number: number): Promise<string>;
}

/** An object that an unfinished attempt left behind. */
export interface LeftObject {
  readonly object: ManifestObject;
  /** When it was stored, unix milliseconds. */
  readonly storedAtMs: number;
}

/** How a line lists an object. @param events 0 if it holds none, as marks and alerts do */
export function listing(key: string, bytes: Uint8Array, events = 0): ManifestObject {
  return { key, events, bytes: bytes.length, sha256: sha256(bytes) };
}

/** The part of a line that describes its page. */
export type ManifestEntry = Omit<ManifestLine, 'number' | 'previous' | 'skipped'>;

/** The clocks of S3 and of the function may differ by this much. */
export const CLOCKS_DIFFER_MS = 15 * 60_000;

/** After a lost checkpoint there may be years of lines to take over: more than one run has time for. */
const LINES_BEFORE_REMEMBERED = 500;

/**
 * Appends to a manifest. Whoever writes a line may die before its head is remembered, and alerts are listed by several
 * detectors at once. So lines that follow the remembered one are found when the next line is written, and taken over if
 * they continue the hash chain. Any other object with the number of a line is skipped, and the next line records the break.
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

  /** Whether the newest line this run knows is of the day of `writtenAt`, ISO 8601, UTC. */
  isListedOnDayOf(writtenAt: string): boolean {
    return this.newest.day === dayOf(writtenAt);
  }

  /**
   * The given objects that no line lists yet. A run may have died between writing a line and writing the checkpoint,
   * and pages of other streams may have followed.
   * @throws ArchiveError, NewerFormatError
   */
  async unlisted(objects: readonly LeftObject[]): Promise<readonly ManifestObject[]> {
    const oldestMs = Math.min(...objects.map(({ storedAtMs }) => storedAtMs)) - CLOCKS_DIFFER_MS;
    let unlisted = objects.map(({ object }) => object);
    for (let { number } = this.newest; number > 0 && unlisted.length > 0; number--) {
      const { format, writtenAt = '', objects: listed } = parseLine(await this.store.read(number));
      assertKnownFormat(lineNamed(number), format, Format.manifestLine);
      if (Date.parse(writtenAt) < oldestMs) break;
      unlisted = without(unlisted, listed);
    }
    return unlisted;
  }

  /**
   * Writes a line, unless a run that died has written it. Each object is listed once.
   * @param rememberHead is called after every `LINES_BEFORE_REMEMBERED` existing lines
   * @returns the skipped objects
   * @throws ArchiveError; NewerFormatError if a line that continues the chain is of a later version
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
        this.newest = headOf({ number, ...entry }, text);
        return allSkipped;
      }
      const line = parseLine(found);
      if (line.previous === previous) {
        assertKnownFormat(lineNamed(number), line.format, Format.manifestLine);
        this.newest = headOf({ ...line, number }, found);
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

function headOf(
  { number, writtenAt }: Pick<ManifestLine, 'number'> & Partial<ManifestLine>,
  text: string,
): ManifestHead {
  return { number, sha256: sha256(text), ...(writtenAt === undefined ? {} : { day: dayOf(writtenAt) }) };
}

function dayOf(writtenAt: string): string {
  return writtenAt.slice(0, 'YYYY-MM-DD'.length);
}

function lineNamed(number: number): string {
  return `line ${number} of the manifest`;
}

function lineText(line: ManifestLine): string {
  return `${JSON.stringify(line)}\n`;
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** A line as found; empty if the text is not a JSON object. */
function parseLine(text: string): Partial<ManifestLine> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
