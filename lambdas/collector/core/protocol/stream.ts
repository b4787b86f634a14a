import type { Checkpoint, Totals } from '../../../contract/storage/checkpoint-table';
import type { CheckpointStore, CollectorDeps, PageOrigin } from '../ports';
import {
  beginAgain,
  beginningAfterDoubtS,
  lagOf,
  mayHaveOpenPage,
  silentSinceMs,
  subtractTotals,
  walkOf,
} from './checkpoint';
import { SHORTEST_TRUST_MS } from './iterator';

const MS_PER_MINUTE = 60_000;
/** An index is trusted for so many schedules, or for `SHORTEST_TRUST_MS`. */
const TRUSTED_SCHEDULES = 3;

type StreamDeps = Pick<CollectorDeps, 'clock' | 'log' | 'protocol'> & {
  readonly checkpoints: Pick<CheckpointStore, 'save'>;
};

/**
 * The checkpoint of one stream while a run holds the source's lease: nobody else writes it. What a page adds is written
 * with the intent of the next call, so that a page costs one write.
 */
export class Stream {
  private isWritten = false;
  /** Number of the page that a run before this one has left open. */
  private readonly openSequence?: number;

  constructor(
    private readonly deps: Omit<StreamDeps, 'protocol'>,
    private readonly runId: string,
    private current: Checkpoint,
  ) {
    if (mayHaveOpenPage(current)) this.openSequence = current.sequence + 1;
  }

  /** Whether this run has written the checkpoint. The first write of the live feed takes the lease. */
  get isHeld(): boolean {
    return this.isWritten;
  }

  /** With the changes that the next write saves. */
  get checkpoint(): Checkpoint {
    return this.current;
  }

  /** What is written into the objects of the page that is being worked on. */
  get origin(): PageOrigin {
    const { indexName, sequence, abandoned } = this.current;
    return { runId: this.runId, indexName, sequence: sequence + 1, abandoned };
  }

  /** Whether a run that died may have stored events of the page that is being worked on. */
  get wasAttempted(): boolean {
    return this.openSequence === this.current.sequence + 1;
  }

  /** The part of the totals that CloudWatch has not been sent. */
  get unannounced(): Totals {
    return subtractTotals(this.current.totals, this.current.announced);
  }

  /** How far the archive is behind the present, in seconds. */
  lagS(): number {
    return lagOf(this.current, this.deps.clock.nowMs());
  }

  /**
   * Writes the checkpoint with what is staged, and some further parts changed.
   * @throws CheckpointConflictError where the lease was lost
   */
  async save(change: Partial<Checkpoint> = {}): Promise<void> {
    this.current = await this.deps.checkpoints.save({ ...this.current, ...change });
    this.isWritten = true;
  }

  /** Changes parts of the checkpoint that the next write saves; a death before it costs a repetition. */
  stage(change: Partial<Checkpoint>): void {
    this.current = { ...this.current, ...change };
  }

  /** The index is not to be relied on: the stream begins again on the other one, compared with the archive. */
  async beginAgain(reason: string): Promise<void> {
    const startEpochS = beginningAfterDoubtS(this.current);
    this.deps.log.warn('beginning again', { streamId: this.current.streamId, reason, startEpochS });
    await this.save(beginAgain(this.current, { startEpochS, nowMs: this.deps.clock.nowMs() }));
  }
}

/**
 * The stream begins again on the other index where this one was silent for long, since it may be forgotten, locked or
 * broken; and where a run has left the page of an epoch open. That page may come in another order when it is asked for
 * again, and what was stored of it lie in later pages. A walk compares every page.
 */
export function withTrustedIndex(
  checkpoint: Checkpoint,
  { clock, log, protocol }: StreamDeps,
  scheduleMinutes: number,
): Checkpoint {
  const nowMs = clock.nowMs();
  const trustMs = Math.max(SHORTEST_TRUST_MS, TRUSTED_SCHEDULES * scheduleMinutes * MS_PER_MINUTE);
  const isSilent = protocol.isSilent(checkpoint, { nowMs, trustMs });
  const isWalk = walkOf(checkpoint) !== undefined;
  const isEpochOpen = checkpoint.phase === 'unstarted' && mayHaveOpenPage(checkpoint) && !isWalk;
  if (!isSilent && !isEpochOpen) return checkpoint;
  const startEpochS = beginningAfterDoubtS(checkpoint);
  const silentMinutes = Math.floor((nowMs - (silentSinceMs(checkpoint) || nowMs)) / MS_PER_MINUTE);
  const reason = isSilent ? 'index silent for too long' : 'first page left open';
  const { streamId } = checkpoint;
  log.warn(`${reason}: beginning again`, { streamId, startEpochS, silentMinutes });
  return beginAgain(checkpoint, { startEpochS, nowMs });
}
