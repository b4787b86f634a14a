import { auditStreamId } from '../../contract/checkpoint-table';
import type { RunOutcome, RunSummary } from '../../contract/collector-event';
import {
  NO_TOTALS,
  abandonedAfter,
  addTotals,
  lagOf,
  newCheckpoint,
  quarantineStart,
  replayFrom,
  subtractTotals,
} from './checkpoint';
import type { Checkpoint, Totals } from '../../contract/checkpoint-table';
import { catchesUp, isReplaying, leaps, replayStartS } from './iterator';
import { lastingLease, newLease } from './lease';
import { Manifest } from './manifest';
import type { Call } from './iterator';
import type { JudgedPage } from './judged-page';
import type { Page } from './envelope';
import type { CollectorDeps, CollectRequest, Credentials, Held, PageOrigin, TimeBudget } from './ports';
import { RecentIds } from './recent-ids';

const MS_PER_HOUR = 3_600_000;

/** A page that is stored, and what is to be remembered of it. */
export interface StoredPage {
  readonly call: Call;
  readonly askedAtMs: number;
  readonly judged: JudgedPage;
  readonly held: Held;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** One run of one source: the lease it holds, the checkpoint as it last wrote it, and what it did so far. */
export class Run {
  /** Operation that brought this run's last page. */
  previous: Call['operation'] | undefined;
  credentials: Credentials;
  readonly recentIds = new RecentIds();
  /** Hours of the archive all of whose objects are of this run. */
  private readonly ownHours = new Set<number>();
  readonly startedAtMs: number;
  private pages = 0;
  private counts: Totals = NO_TOTALS;
  private duplicatesDropped = 0;
  private conflictingIds = 0;
  private readonly drift: Record<string, number> = {};
  private bytesIn = 0;
  private bytesOut = 0;

  private constructor(
    readonly deps: CollectorDeps,
    readonly request: CollectRequest,
    readonly budget: TimeBudget,
    credentials: Credentials,
    private stored: Checkpoint,
    readonly manifest: Manifest,
  ) {
    this.credentials = credentials;
    this.startedAtMs = deps.clock.nowMs();
  }

  /**
   * Takes the stream's lease.
   * @returns undefined where another run holds it
   * @throws CheckpointConflictError where another run took it at the same moment
   */
  static async begin(
    deps: CollectorDeps,
    request: CollectRequest,
    { budget, credentials }: { readonly budget: TimeBudget; readonly credentials: Credentials },
  ): Promise<Run | undefined> {
    const nowMs = deps.clock.nowMs();
    const streamId = auditStreamId(request.source.id);
    const startEpochS = Math.floor((nowMs - request.startLookbackHours * MS_PER_HOUR) / 1000);
    const found =
      (await deps.checkpoints.load(streamId)) ?? newCheckpoint(streamId, request.source.id, startEpochS);
    if (lastingLease(found, nowMs) !== undefined) return undefined;
    const lease = newLease(request.runId, nowMs, budget);
    const usable = withTrustedIndex(found, deps, request);
    return new Run(
      deps,
      request,
      budget,
      credentials,
      await deps.checkpoints.save({ ...usable, lease, writer: request.runId }),
      new Manifest(deps.manifest, found.manifest),
    );
  }

  /**
   * Another stream of the same source, worked on while `live` holds the source's lease: nobody else writes to archive,
   * quarantine or manifest meanwhile.
   * @param found what is stored of that stream
   */
  static beside(live: Run, found: Checkpoint, budget: TimeBudget): Run {
    const { deps, request, credentials, manifest } = live;
    const usable = withTrustedIndex({ ...found, writer: request.runId }, deps, request);
    return new Run(deps, request, budget, credentials, usable, manifest);
  }

  get checkpoint(): Checkpoint {
    return this.stored;
  }

  /** What is written into the objects of the page that is being worked on. */
  get origin(): PageOrigin {
    const { indexName, sequence, abandoned } = this.stored;
    return { runId: this.request.runId, indexName, sequence: sequence + 1, abandoned };
  }

  /** The part of the totals that CloudWatch has not been told. */
  get unannounced(): Totals {
    return subtractTotals(this.stored.totals, this.stored.announced);
  }

  /** What this run did on its stream. */
  get done(): { readonly pages: number; readonly duplicatesDropped: number } & Totals {
    return { pages: this.pages, duplicatesDropped: this.duplicatesDropped, ...this.counts };
  }

  /** Hours the page touches that may hold objects of other runs. */
  foreignHours(judged: JudgedPage): ReadonlySet<number> {
    const hours = new Set<number>();
    for (const { hour } of judged.accepted) if (!this.ownHours.has(hour)) hours.add(hour);
    return hours;
  }

  /** Writes the checkpoint with some of its parts changed. @throws CheckpointConflictError where the lease was lost */
  async remember(change: Partial<Checkpoint>): Promise<void> {
    this.stored = await this.deps.checkpoints.save({ ...this.stored, ...change });
  }

  /** Gives the lease back. */
  async release(): Promise<void> {
    await this.remember({ lease: undefined, manifest: this.manifest.head });
  }

  /** Notes what CloudWatch was told; the next write of the checkpoint remembers it. */
  noteAnnounced(): void {
    this.stored = { ...this.stored, announced: this.stored.totals };
  }

  /** Remembers a stored page: from here on it is part of the archive, and the next call is `next`. */
  async settle(stored: StoredPage): Promise<void> {
    const { call, judged, held, askedAtMs } = stored;
    const { page } = judged;
    const counts = countsOf(judged, held);
    const sequence = this.stored.sequence + 1;
    const replay = replayAfterLeap(this.stored, call, page);
    const caughtUp = replay === undefined && catchesUp(this.stored, call, page, askedAtMs);
    const watermarkS = watermarkAfter(this.stored, call, judged);
    await this.remember({
      phase: 'settled',
      sequence,
      watermarkS,
      servedAtMs: askedAtMs,
      ...(call.operation === 'resend' ? {} : { lastAdvance: this.advanceOf(stored, sequence) }),
      caughtUp,
      ...(caughtUp ? { caughtUpAtMs: askedAtMs } : {}),
      ...replay,
      abandoned: abandonedAfter(this.stored, held, watermarkS),
      ...this.backfillAfter(stored),
      totals: addTotals(this.stored.totals, counts),
      manifest: this.manifest.head,
    });
    this.previous = call.operation;
    this.recentIds.add(judged.accepted);
    for (const hour of held.emptyHours) this.ownHours.add(hour);
    this.count(stored, counts);
  }

  /** How far the archive is behind the present, in seconds. */
  lagS(): number {
    return lagOf(this.stored, this.deps.clock.nowMs());
  }

  summary(outcome: RunOutcome): RunSummary {
    return {
      sourceId: this.request.source.id,
      runId: this.request.runId,
      outcome,
      pages: this.pages,
      ...this.counts,
      duplicatesDropped: this.duplicatesDropped,
      conflictingIds: this.conflictingIds,
      drift: this.drift,
      bytesIn: this.bytesIn,
      bytesOut: this.bytesOut,
      lagS: this.lagS(),
      durationMs: this.deps.clock.nowMs() - this.startedAtMs,
    };
  }

  private backfillAfter({ judged, held }: StoredPage): Pick<Checkpoint, 'backfill'> {
    const { backfill } = this.stored;
    if (backfill === undefined) return {};
    const alreadyHeld = backfill.alreadyHeld + judged.repeated + held.earlier.size;
    return { backfill: { ...backfill, alreadyHeld, failure: undefined } };
  }

  private advanceOf({ call, judged, held }: StoredPage, sequence: number): Checkpoint['lastAdvance'] {
    const { lastAdvance } = this.stored;
    const isReplayed = call.operation === 'epoch' || isReplaying(this.stored);
    const repeats = judged.rejected.some(({ index }) => held.earlier.has(index));
    return {
      sequence,
      settledAtMs: this.deps.clock.nowMs(),
      isReplayed,
      ...(repeats && lastAdvance !== undefined ? { repeatsFrom: quarantineStart(lastAdvance) } : {}),
    };
  }

  private count({ judged, held, bytesIn, bytesOut }: StoredPage, counts: Totals): void {
    this.pages++;
    this.counts = addTotals(this.counts, counts);
    this.duplicatesDropped += judged.repeated + held.earlier.size;
    this.conflictingIds += judged.conflicting + held.conflicting.size;
    this.bytesIn += bytesIn;
    this.bytesOut += bytesOut;
    for (const { index, drift } of judged.accepted) {
      if (!held.earlier.has(index)) for (const name of drift) this.drift[name] = (this.drift[name] ?? 0) + 1;
    }
  }
}

/** What a page adds to the totals: all of it but what an earlier page had brought, and what it recovers. */
export function countsOf(judged: JudgedPage, held: Held): Totals {
  const isNew = ({ index }: { readonly index: number }): boolean => !held.earlier.has(index);
  const accepted = judged.accepted.filter(isNew);
  const ofPage = {
    archived: accepted.length,
    quarantined: judged.rejected.filter(isNew).length,
    drifted: accepted.filter(({ drift }) => drift.length > 0).length,
  };
  return held.recovered.reduce((sum, { totals }) => addTotals(sum, totals), ofPage);
}

/** An index that was not used for long may be forgotten: its `next` would begin at the present. */
function withTrustedIndex(
  checkpoint: Checkpoint,
  { clock, log }: Pick<CollectorDeps, 'clock' | 'log'>,
  { indexTrustMs }: Pick<CollectRequest, 'indexTrustMs'>,
): Checkpoint {
  const { phase, servedAtMs, watermarkS } = checkpoint;
  if (phase === 'unstarted' || servedAtMs === undefined || clock.nowMs() - servedAtMs <= indexTrustMs)
    return checkpoint;
  const knownToS = watermarkS ?? Math.floor(servedAtMs / 1000);
  const startEpochS = replayStartS(knownToS);
  log.warn('index unused for too long: replaying', { indexName: checkpoint.indexName, startEpochS });
  return replayFrom(checkpoint, startEpochS, knownToS);
}

function replayAfterLeap(checkpoint: Checkpoint, call: Call, page: Page): Partial<Checkpoint> | undefined {
  if (!leaps(checkpoint, call, page) || checkpoint.watermarkS === undefined) return undefined;
  return {
    phase: 'unstarted',
    startEpochS: replayStartS(checkpoint.watermarkS),
    replayedToS: page.watermarkS,
  };
}

/** Netskope's watermark; where an answer has none, the newest event so far, of the page or before it. */
function watermarkAfter(
  { watermarkS, startEpochS }: Checkpoint,
  call: Call,
  { page, accepted }: JudgedPage,
): number {
  const beforeS = call.operation === 'epoch' ? startEpochS : (watermarkS ?? startEpochS);
  return (
    page.watermarkS ?? accepted.reduce((newestS, { event }) => Math.max(newestS, event.timestamp), beforeS)
  );
}
