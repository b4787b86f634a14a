import type { Checkpoint } from '../../../contract/storage/checkpoint-table';
import { backfillStreamId, liveStreamId } from '../../../contract/storage/checkpoint-table';
import type { TimeBudget } from '../../../shared/invocation';
import { Manifest } from '../../../shared/manifest';
import { RunMemory } from '../archive/run-memory';
import type { CollectorDeps, CollectRequest, Credentials } from '../ports';
import { adopted, newCheckpoint } from '../protocol/checkpoint';
import type { StoredPage } from '../protocol/commit-page';
import { committed } from '../protocol/commit-page';
import { CredentialsInUse } from '../protocol/credentials-in-use';
import { Stream, withTrustedIndex } from '../protocol/stream';
import { lastingLease, newLease } from './lease';
import { scheduleRecheck } from './recheck-item';
import { Tally } from './tally';

const MS_PER_HOUR = 3_600_000;

/** Why no run begins. */
export type NoRun =
  { readonly outcome: 'already-running' } | { readonly outcome: 'resting'; readonly checkpoint: Checkpoint };

/** One run on one stream of a source. Its steps take of it what they need. */
export class Run {
  readonly tally = new Tally();
  readonly memory = new RunMemory();
  private reservedMs = 0;
  /** What the last answer asked to wait before the next call: Netskope's `wait_time`, or its rate limit. */
  waitMs = 0;
  readonly startedAtMs: number;
  /** The stream's checkpoint when the run began. */
  readonly found: Checkpoint;

  private constructor(
    readonly deps: CollectorDeps,
    readonly request: CollectRequest,
    private readonly whole: TimeBudget,
    readonly stream: Stream,
    /** The source's, whichever stream is worked on. */
    readonly shared: {
      readonly credentials: CredentialsInUse;
      readonly manifest: Manifest;
      /** The source's backfill as stored when the run began. */
      readonly backfill: Checkpoint | undefined;
    },
  ) {
    this.startedAtMs = deps.clock.nowMs();
    this.found = stream.checkpoint;
  }

  /** Takes the source's lease with its first write, unless another run holds it or the live feed rests. */
  static async begin(
    deps: CollectorDeps,
    request: CollectRequest,
    { budget, credentials }: { readonly budget: TimeBudget; readonly credentials: Credentials },
  ): Promise<Run | NoRun> {
    const nowMs = deps.clock.nowMs();
    const { source, runId } = request;
    const streamId = liveStreamId(deps.feed, source.sourceId);
    const startEpochS = Math.floor((nowMs - source.startLookbackHours * MS_PER_HOUR) / 1000);
    const backfillId = backfillStreamId(deps.feed, source.sourceId);
    const stored = await deps.checkpoints.loadMany([streamId, backfillId]);
    const found = adopted(
      stored.get(streamId) ?? newCheckpoint(streamId, source.sourceId, { startEpochS, nowMs }),
    );
    if (lastingLease(found, nowMs) !== undefined) return { outcome: 'already-running' };
    if (deps.protocol.isResting(found, nowMs)) return { outcome: 'resting', checkpoint: found };
    const lease = newLease(runId, nowMs, budget);
    const usable = withTrustedIndex(found, deps, source.scheduleMinutes);
    const recheckDueAtMs =
      found.recheckDueAtMs ?? (source.dailyRecheck ? await scheduleRecheck(deps, request, found) : undefined);
    const held = { ...usable, recheckDueAtMs, lease, writer: runId };
    return new Run(deps, request, budget, new Stream(deps, runId, held), {
      credentials: new CredentialsInUse(deps.credentials, source, credentials),
      manifest: new Manifest(deps.manifest, found.manifest),
      backfill: stored.get(backfillId),
    });
  }

  /**
   * Another stream of the same source, worked on while the live feed's run holds the source's lease: nobody else writes
   * to archive, quarantine or manifest meanwhile. What the live feed has collected is written before, so that it is not
   * lost should this work die.
   * @param found what is stored of that stream
   */
  static async beside(live: Run, found: Checkpoint, budget: TimeBudget): Promise<Run> {
    const { deps, request, shared } = live;
    const { source, runId } = request;
    await live.stream.save();
    const usable = withTrustedIndex({ ...found, writer: runId }, deps, source.scheduleMinutes);
    return new Run(deps, request, budget, new Stream(deps, runId, usable), shared);
  }

  /** How long this run may still go on, less what is reserved. */
  get budget(): TimeBudget {
    return { remainingMs: () => this.whole.remainingMs() - this.reservedMs };
  }

  /** Keeps time back for what comes after the stream's pages. */
  reserve(ms: number): void {
    this.reservedMs = ms;
  }

  get credentials(): CredentialsInUse {
    return this.shared.credentials;
  }

  get manifest(): Manifest {
    return this.shared.manifest;
  }

  /**
   * Counts a stored page as part of the archive: the next call is `next`. It is saved with the intent of that call,
   * or when the run ends. After a death before that, the page is requested again and found to be stored.
   */
  commit(page: StoredPage): void {
    const { deps, stream, memory, manifest, tally } = this;
    const { generation } = stream.checkpoint;
    const { counts, checkpoint } = committed(stream.checkpoint, page, {
      protocol: deps.protocol,
      nowMs: deps.clock.nowMs(),
    });
    if (checkpoint.generation !== generation)
      deps.log.warn('the cursor jumped while events were outstanding: beginning again', {
        streamId: checkpoint.streamId,
        startEpochS: checkpoint.startEpochS,
      });
    stream.stage({ ...checkpoint, manifest: manifest.head });
    memory.addPage(page.validated, page.alreadyStored);
    tally.addPage(page, counts);
  }

  /** Gives the lease back. */
  async release(): Promise<void> {
    await this.stream.save({ lease: undefined, manifest: this.manifest.head });
  }
}
