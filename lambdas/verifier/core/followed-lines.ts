import { createHash } from 'node:crypto';
import type { ManifestHead, ManifestLine } from '../../contract/storage/manifest';
import { MANIFEST_BEGINNING } from '../../contract/storage/manifest';
import { inParallel } from '../../shared/in-parallel';
import type { Anchor, ChainFinding, ChainOwner, ReadLine } from './chain-check';
import { ChainCheck, RecordedBreaks } from './chain-check';
import type { ListedArchive } from './ports';
import { readManifestLine } from './read-line';

/** Lines are small; objects are read as streams. */
export const LINES_AT_ONCE = 16;
export const OBJECTS_AT_ONCE = 8;

/** Numbers looked at before a line, for one that is a line: few foreign objects in a row have numbers of lines. */
const MOST_BACK = 32;

/** What is wrong with a line, or with an object that it lists. */
export interface LineFinding extends ChainFinding {
  /** Number of the line at which it showed. */
  readonly line: number;
}

interface FollowedLinesOptions extends ChainOwner {
  /** The newest line, as it is known elsewhere. */
  readonly newest: Anchor;
  /** Objects listed before this may have expired; unix milliseconds. @default - none expires */
  readonly expiredBeforeMs?: number;
  readonly onFinding: (finding: LineFinding) => void;
}

/** A part of the chain. */
interface Part {
  readonly first: number;
  readonly last: number;
  /** The lines whose objects are read. */
  readonly isRead: (number: number) => boolean;
  /** A line whose hash is known beside that of the newest one. */
  readonly anchor?: Anchor;
}

/** An object with the number of a line; without bytes it is not there. */
interface FoundLine extends ReadLine {
  readonly bytes?: Uint8Array;
}

interface Followed {
  readonly reached: ManifestHead;
  readonly isAsKnown: boolean;
}

/** Follows parts of a manifest, and reads the objects that their lines list. */
export class FollowedLines {
  /** What was read. */
  readonly counts = { lines: 0, objects: 0, bytes: 0 };

  constructor(
    private readonly archive: ListedArchive,
    private readonly options: FollowedLinesOptions,
  ) {}

  /**
   * Follows the chain from one line to another; what the first one says of the line before it is taken for right. Goes on
   * until a line that is one, which may name those before it as foreign.
   * @returns the last line that is there, and whether the anchor is
   * @throws ArchiveError, NewerFormatError
   */
  async follow({ first, last, isRead, anchor }: Part): Promise<Followed> {
    const { newest } = this.options;
    const lines = await this.read(first, last);
    while (lines.at(-1)?.line === undefined && lines.length < newest.number - first + 1)
      lines.push(...(await this.read(first + lines.length, first + lines.length)));
    const lastRead = first + lines.length - 1;
    const anchors = [newest, ...(anchor === undefined ? [] : [anchor])];
    const breaks = new RecordedBreaks(anchors.map(({ number }) => number));
    breaks.note(lines);
    const check = new ChainCheck(this.options, anchors, breaks, beforeFirst(first, lines[0]));
    const followed: ManifestLine[] = [];
    for (const { number, bytes } of lines) {
      if (bytes === undefined) continue;
      const line = check.next(number, bytes);
      this.report(check.findings.splice(0), number);
      if (line !== undefined && isRead(number)) followed.push(line);
    }
    if (lastRead >= newest.number) check.end();
    this.report(check.findings, lastRead);
    await this.compareObjects(followed);
    return {
      reached: check.head,
      isAsKnown: anchor === undefined || lines.some((line) => isThe(anchor, line)),
    };
  }

  /** Checks whether a line fits between its neighbors, and the objects that it lists. */
  async look(number: number): Promise<void> {
    let first = Math.max(1, number - 1);
    for (let back = 1; first > 1 && back < MOST_BACK && !(await this.isLine(first)); back++) first--;
    const last = Math.max(number, Math.min(number + 1, this.options.newest.number));
    await this.follow({ first, last, isRead: (read) => read === number });
  }

  private async isLine(number: number): Promise<boolean> {
    const [found] = await this.read(number, number);
    return found?.line !== undefined;
  }

  private async read(first: number, last: number): Promise<FoundLine[]> {
    const numbers = Array.from({ length: last - first + 1 }, (_, place) => first + place);
    return inParallel(numbers, LINES_AT_ONCE, async (number) => {
      const bytes = await this.archive.readLine(number);
      return { number, bytes, line: bytes && readManifestLine(bytes) };
    });
  }

  private async compareObjects(lines: readonly ManifestLine[]): Promise<void> {
    this.counts.lines += lines.length;
    const listings = lines.flatMap((line) => line.objects.map((object) => ({ line, object })));
    await inParallel(listings, OBJECTS_AT_ONCE, async ({ line, object }) => {
      const state = await this.archive.stateOf(object);
      this.counts.objects++;
      this.counts.bytes += object.bytes;
      if (
        state.kind === 'as listed' ||
        (state.kind === 'removed' && hasExpired(line, this.options.expiredBeforeMs))
      )
        return;
      const detail = state.kind === 'removed' ? 'it is not there' : state.detail;
      this.report([{ kind: state.kind, key: object.key, detail }], line.number);
    });
  }

  /** A recorded break is no damage: the chain goes on behind it. */
  private report(findings: readonly ChainFinding[], line: number): void {
    for (const finding of findings)
      if (finding.kind !== 'recorded break') this.options.onFinding({ ...finding, line });
  }
}

/** Whether what a line lists may be gone, because its retention has ended. */
export function hasExpired({ writtenAt }: ManifestLine, expiredBeforeMs = Number.NEGATIVE_INFINITY): boolean {
  return Date.parse(writtenAt) < expiredBeforeMs;
}

function isThe(known: ManifestHead, { number, bytes }: FoundLine): boolean {
  return (
    number === known.number &&
    bytes !== undefined &&
    createHash('sha256').update(bytes).digest('hex') === known.sha256
  );
}

/** The line before the first one, as that refers to it. */
function beforeFirst(first: number, { line }: Partial<FoundLine> = {}): ManifestHead {
  return first === 1 ? MANIFEST_BEGINNING : { number: first - 1, sha256: line?.previous ?? '' };
}
