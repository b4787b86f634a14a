import { createHash } from 'node:crypto';
import { MANIFEST_BEGINNING, manifestKey } from '../../../../lambdas/contract/manifest';
import type { ManifestHead, ManifestLine } from '../../../../lambdas/contract/manifest';
import type { ChainFinding } from './chain-finding';
import { readManifestLine } from './manifest-line';

/** A line whose hash is known from elsewhere. */
export interface Anchor extends ManifestHead {
  /** Who knows it: `the checkpoint`. */
  readonly knownTo: string;
}

/** A line that was judged. */
interface Judged extends ManifestHead {
  /** Whether an anchor says that it is as it was. */
  readonly isAnchored: boolean;
  readonly isBlamed: boolean;
}

/**
 * Follows a chain line by line. Of two lines that do not fit together the earlier one was altered, for the later one's
 * hash of it is the witness; unless an anchor knows the earlier one, and then it is the later one.
 */
export class ChainJudge {
  readonly findings: ChainFinding[] = [];
  private newest: Judged = { ...MANIFEST_BEGINNING, isAnchored: true, isBlamed: false };

  constructor(
    private readonly sourceId: string,
    private readonly anchors: readonly Anchor[],
  ) {}

  /** The last line so far. */
  get head(): ManifestHead {
    const { number, sha256 } = this.newest;
    return { number, sha256 };
  }

  /**
   * Takes the next line that is there.
   * @param number as its key says
   * @returns the line; undefined where it is none
   */
  next(number: number, bytes: Uint8Array): ManifestLine | undefined {
    const before = this.newest;
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const line = readManifestLine(bytes);
    if (number > before.number + 1) this.findings.push(this.gap(before.number + 1, number - 1));
    const isMisfit = line !== undefined && number === before.number + 1 && line.previous !== before.sha256;
    if (isMisfit && !before.isAnchored && !before.isBlamed)
      this.blame(before.number, `its SHA-256 is ${before.sha256}; line ${number} refers to ${line.previous}`);
    const problem =
      problemOf(line, number) ??
      this.anchorProblem(number, sha256) ??
      (isMisfit && before.isAnchored ? misfit(before) : undefined);
    if (problem !== undefined) this.blame(number, problem);
    const isAnchored = this.anchors.some((anchor) => anchor.number === number && anchor.sha256 === sha256);
    this.newest = { number, sha256, isAnchored, isBlamed: problem !== undefined };
    return line;
  }

  /** To be called behind the last line. */
  end(): void {
    for (const { number, knownTo } of this.anchors) {
      if (number <= this.newest.number) continue;
      const detail = `${knownTo} knows line ${number}; the chain ends with line ${this.newest.number}`;
      this.findings.push({ kind: 'cut off', key: manifestKey(this.sourceId, number), detail });
    }
  }

  private anchorProblem(number: number, sha256: string): string | undefined {
    const anchor = this.anchors.find((known) => known.number === number && known.sha256 !== sha256);
    return anchor && `its SHA-256 is ${sha256}; ${anchor.knownTo} has ${anchor.sha256}`;
  }

  private gap(from: number, to: number): ChainFinding {
    const detail = from === to ? 'it is not there' : `it and all lines up to number ${to} are not there`;
    return { kind: 'line removed', key: manifestKey(this.sourceId, from), detail };
  }

  private blame(number: number, detail: string): void {
    this.findings.push({ kind: 'line altered', key: manifestKey(this.sourceId, number), detail });
  }
}

function problemOf(line: ManifestLine | undefined, number: number): string | undefined {
  if (line === undefined) return 'it is not the JSON of a line';
  return line.number === number ? undefined : `it says that it is line ${line.number}`;
}

function misfit({ number, sha256 }: ManifestHead): string {
  return `it does not continue line ${number}, whose SHA-256 is ${sha256}`;
}
