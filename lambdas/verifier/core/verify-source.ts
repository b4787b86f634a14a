import { dayOf } from '../../contract/storage/archive-layout';
import type { ManifestHead } from '../../contract/storage/manifest';
import { MANIFEST_BEGINNING } from '../../contract/storage/manifest';
import type { Verification } from '../../contract/storage/verification';
import type { Log, TimeBudget } from '../../shared/invocation';
import type { Anchor, ChainOwner } from './chain-check';
import { FollowedLines } from './followed-lines';
import type { ListedArchive, VerificationMemory } from './ports';
import { sampledLines } from './sample';

/** Lines after which it is remembered how far the verification has come. */
const LINES_OF_A_PART = 64;

/** Begun only with so much time left: a part takes seconds, and a minute where its objects are large. */
const TIME_OF_A_PART_MS = 120_000;

/** Limit on remembered lines, so that the item stays small. */
const MOST_DAMAGED = 1_000;

const MS_PER_DAY = 86_400_000;

/** A chain of a source, and what is known of it. */
export interface VerifiedChain extends ChainOwner {
  /** The newest line, as it is known elsewhere. */
  readonly newest: Anchor;
  /** @default - it was never verified */
  readonly before?: Verification;
  /** Days after which its objects may have expired. @default - none expires */
  readonly expireAfterDays?: number;
}

interface VerificationDeps {
  readonly archive: ListedArchive;
  readonly memory: VerificationMemory;
  readonly log: Log;
  readonly time: TimeBudget;
  readonly nowMs: number;
}

/** One verification of a chain. */
export class SourceVerification {
  private readonly lines: FollowedLines;
  private readonly damaged: Set<number>;
  private head: ManifestHead;

  constructor(
    private readonly source: VerifiedChain,
    private readonly deps: VerificationDeps,
  ) {
    const { before, expireAfterDays } = source;
    this.head = before?.head ?? MANIFEST_BEGINNING;
    this.damaged = new Set(before?.damagedLines);
    this.lines = new FollowedLines(deps.archive, {
      ...source,
      expiredBeforeMs: expireAfterDays === undefined ? undefined : deps.nowMs - expireAfterDays * MS_PER_DAY,
      onFinding: ({ kind, line, ...found }) => {
        this.damaged.add(line);
        deps.log.error('archive damaged', { sourceId: source.sourceId, line, finding: kind, ...found });
      },
    });
  }

  /**
   * Reads what was archived since the last verification, what was found damaged before, and on one day of the week some
   * of what is older.
   * @returns what is known now. Without time for all of it, it is not complete, and the next one goes on
   * @throws ArchiveError, NewerFormatError
   */
  async run(): Promise<Verification> {
    const isComplete = (await this.followNewLines()) && (await this.lookAgain());
    const known = await this.remember(isComplete ? this.deps.nowMs : this.source.before?.completedAtMs);
    const { sourceId, feed } = this.source;
    this.deps.log.info('verification', {
      sourceId,
      chain: feed.name,
      isComplete,
      head: this.head.number,
      ...this.lines.counts,
    });
    return known;
  }

  /** Stays at a line that is not as it was verified: of later ones none shows that. */
  private async followNewLines(): Promise<boolean> {
    const { newest, before } = this.source;
    for (;;) {
      if (!this.hasTime()) return false;
      const { head } = this;
      const last = Math.max(head.number, Math.min(head.number + LINES_OF_A_PART, newest.number));
      const { reached, isAsKnown } = await this.lines.follow({
        first: Math.max(1, head.number),
        last,
        isRead: (number) => number > head.number,
        anchor: head.number === 0 ? undefined : { ...head, knownTo: 'the verification before' },
      });
      if (!isAsKnown) return true;
      this.head = reached;
      if (reached.number < last || last >= newest.number) return true;
      await this.remember(before?.completedAtMs);
    }
  }

  private async lookAgain(): Promise<boolean> {
    const { sourceId, before } = this.source;
    const sample = sampledLines(sourceId, dayOf(this.deps.nowMs), this.head);
    for (const number of new Set([...(before?.damagedLines ?? []), ...sample])) {
      if (!this.hasTime()) return false;
      this.damaged.delete(number);
      await this.lines.look(number);
    }
    return true;
  }

  private hasTime(): boolean {
    return this.deps.time.remainingMs() >= TIME_OF_A_PART_MS;
  }

  private async remember(completedAtMs: number | undefined): Promise<Verification> {
    const damagedLines = [...this.damaged].sort((one, other) => one - other).slice(0, MOST_DAMAGED);
    const known = { head: this.head, damagedLines, ...(completedAtMs !== undefined && { completedAtMs }) };
    await this.deps.memory.remember(known);
    return known;
  }
}
