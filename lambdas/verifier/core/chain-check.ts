import { createHash } from 'node:crypto';
import type { FeedName } from '../../contract/storage/archive-layout';
import type { ManifestHead, ManifestLine, SkippedLine } from '../../contract/storage/manifest';
import { MANIFEST_BEGINNING, manifestKey } from '../../contract/storage/manifest';
import { readManifestLine, refuseNewerLine } from './read-line';

/** A line whose hash is known from elsewhere. */
export interface Anchor extends ManifestHead {
  /** Where it is known from: `the checkpoint`. */
  readonly knownTo: string;
}

export interface ChainOwner {
  readonly feed: FeedName;
  readonly sourceId: string;
}

/** A line that was checked. */
interface CheckedLine extends ManifestHead {
  /** Whether an anchor confirms its hash. */
  readonly isAnchored: boolean;
  readonly isBlamed: boolean;
}

/**
 * Follows a chain line by line. If two lines do not fit together, the earlier one counts as altered, because the later
 * one holds its hash; but if an anchor confirms the earlier one, the later one does. Skips numbers that a later line
 * records as foreign.
 */
export class ChainCheck {
  readonly findings: ChainFinding[] = [];
  private readonly anchorsOf = new Map<number, Anchor[]>();
  private readonly reportedBreaks = new Set<number>();
  private newest: CheckedLine;

  /** @param after the line before the first one that is checked */
  constructor(
    private readonly owner: ChainOwner,
    private readonly anchors: readonly Anchor[],
    private readonly breaks: RecordedBreaks,
    after: ManifestHead = MANIFEST_BEGINNING,
  ) {
    this.newest = { ...after, isAnchored: true, isBlamed: false };
    for (const anchor of anchors)
      this.anchorsOf.set(anchor.number, [...(this.anchorsOf.get(anchor.number) ?? []), anchor]);
  }

  /** The last line so far. */
  get head(): ManifestHead {
    const { number, sha256 } = this.newest;
    return { number, sha256 };
  }

  /**
   * Checks the next line that exists.
   * @param number from its key
   * @returns the line; undefined if the object is not one
   * @throws NewerFormatError
   */
  next(number: number, bytes: Uint8Array): ManifestLine | undefined {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const recorded = this.breaks.of(number);
    if (recorded !== undefined) {
      this.reportBreak(recorded, sha256);
      return undefined;
    }
    const before = this.newest;
    refuseNewerLine(bytes, number, before.sha256);
    const line = readManifestLine(bytes);
    const isNext = !this.reportGaps(before.number + 1, number - 1);
    const isMismatch = line !== undefined && isNext && line.previous !== before.sha256;
    if (isMismatch && !before.isAnchored && !before.isBlamed)
      this.blame(before.number, `its SHA-256 is ${before.sha256}; line ${number} refers to ${line.previous}`);
    const problem =
      problemOf(line, number) ??
      this.anchorProblem(number, sha256) ??
      (isMismatch && before.isAnchored ? mismatch(before) : undefined);
    if (problem !== undefined) this.blame(number, problem);
    const isAnchored = this.anchorsOf.get(number)?.some((anchor) => anchor.sha256 === sha256) ?? false;
    this.newest = { number, sha256, isAnchored, isBlamed: problem !== undefined };
    return line;
  }

  /** To be called after the last line. */
  end(): void {
    for (const { number, knownTo } of this.anchors) {
      if (number <= this.newest.number) continue;
      const detail = `${knownTo} knows line ${number}; the chain ends with line ${this.newest.number}`;
      this.findings.push({ kind: 'cut off', key: this.keyOf(number), detail });
    }
  }

  /** Reports a recorded break, and whether the object there is the recorded one; the chain continues after it. */
  private reportBreak({ number, sha256, recordedBy }: RecordedBreak, found: string | undefined): void {
    this.reportedBreaks.add(number);
    const what = `not a line of this chain; recorded by line ${recordedBy}`;
    const since =
      found === undefined
        ? '; it is not there any more'
        : `; its SHA-256 is ${found}, ${sha256} was recorded`;
    const detail = found === sha256 ? what : `${what}${since}`;
    this.findings.push({ kind: 'recorded break', key: this.keyOf(number), detail });
  }

  /** Reports numbers without an object. @returns whether a line is missing there */
  private reportGaps(from: number, to: number): boolean {
    let missingFrom: number | undefined;
    let isMissing = false;
    const end = (last: number): void => {
      if (missingFrom !== undefined) this.findings.push(this.gap(missingFrom, last));
      missingFrom = undefined;
    };
    for (let number = from; number <= to; number++) {
      const recorded = this.breaks.of(number);
      if (recorded === undefined) {
        missingFrom ??= number;
        isMissing = true;
        continue;
      }
      end(number - 1);
      if (!this.reportedBreaks.has(number)) this.reportBreak(recorded, undefined);
    }
    end(to);
    return isMissing;
  }

  private anchorProblem(number: number, sha256: string): string | undefined {
    const anchor = this.anchorsOf.get(number)?.find((known) => known.sha256 !== sha256);
    return anchor && `its SHA-256 is ${sha256}; ${anchor.knownTo} has ${anchor.sha256}`;
  }

  private gap(from: number, to: number): ChainFinding {
    const detail = from === to ? 'it is not there' : `it and all lines up to number ${to} are not there`;
    return { kind: 'line removed', key: this.keyOf(from), detail };
  }

  private keyOf(number: number): string {
    return manifestKey(this.owner.feed, this.owner.sourceId, number);
  }

  private blame(number: number, detail: string): void {
    this.findings.push({ kind: 'line altered', key: this.keyOf(number), detail });
  }
}

function problemOf(line: ManifestLine | undefined, number: number): string | undefined {
  if (line === undefined) return 'it is not the JSON of a line';
  return line.number === number ? undefined : `it says that it is line ${line.number}`;
}

function mismatch({ number, sha256 }: ManifestHead): string {
  return `it does not continue line ${number}, whose SHA-256 is ${sha256}`;
}

/** What can be wrong with a manifest and the objects it lists. */
export type ChainFindingKind =
  /** A listed object is not there. */
  | 'removed'
  /** A listed object has other bytes than when it was listed. */
  | 'altered'
  /** An object of the source, or beside the folders of the sources, that no line lists. */
  | 'unlisted'
  /** An object that two lines list: each object is listed once. */
  | 'listed twice'
  /** A line is not the one that the next line, or an anchor, refers to. */
  | 'line altered'
  | 'line removed'
  /** The chain ends before a line that an anchor knows. */
  | 'cut off'
  /** A foreign object has, or had, the number of a line, and a later line records it. */
  | 'recorded break'
  /** An object among the lines is not a line. */
  | 'no line'
  /** The lines list fewer events than a checkpoint has counted. */
  | 'events missing'
  /** The lines list more events than a checkpoint has counted. */
  | 'events added'
  /** The last page with events that a checkpoint knows has no line. */
  | 'page missing'
  /** A line is of a page that its checkpoint has not come to. */
  | 'page added'
  /** A kept head has no signature of the key. */
  | 'head not signed';

export interface ChainFinding {
  readonly kind: ChainFindingKind;
  /** Key of the object or line, or of the checkpoint. */
  readonly key: string;
  /** What was found, and what was expected. */
  readonly detail: string;
}

/** A foreign object in the place of a line, as a later line records it. */
interface RecordedBreak extends SkippedLine {
  /** Number of the line that records it. */
  readonly recordedBy: number;
}

/** A line as it was read, with the number of its key. */
export interface ReadLine {
  readonly number: number;
  /** Absent if the object is not a line. */
  readonly line?: ManifestLine;
}

/** The numbers of a chain that later lines record as foreign objects. */
export class RecordedBreaks {
  private readonly byNumber = new Map<number, RecordedBreak>();

  /** @param anchored numbers of lines that are known from elsewhere: no line can record these as foreign */
  constructor(private readonly anchored: readonly number[]) {}

  /**
   * Notes what lines record, before the numbers they name are checked. Starts with the last line, so that an object
   * recorded as foreign cannot record anything itself.
   */
  note(lines: readonly ReadLine[]): void {
    for (const { number, line } of [...lines].sort((one, other) => other.number - one.number)) {
      if (line?.number !== number || this.byNumber.has(number)) continue;
      for (const skipped of line.skipped ?? [])
        if (skipped.number < number && !this.anchored.includes(skipped.number))
          this.byNumber.set(skipped.number, { ...skipped, recordedBy: number });
    }
  }

  /** What is recorded for a number; undefined if a line is expected there. */
  of(number: number): RecordedBreak | undefined {
    return this.byNumber.get(number);
  }
}
