import type { RunOutcome, RunSummary } from '../../../contract/deployment/collector-event';
import type { Checkpoint, Totals } from '../../../contract/storage/checkpoint-table';
import { liveStreamId } from '../../../contract/storage/checkpoint-table';
import type { ManifestObject } from '../../../contract/storage/manifest';
import type { TimeBudget } from '../../../shared/invocation';
import { KnownEvents } from '../archive/known-events';
import { Manifest } from '../archive/manifest';
import { RecentIds } from '../archive/recent-ids';
import type { ValidatedPage } from '../page/validated-page';
import type { CollectorDeps, CollectRequest, Credentials, PageOrigin } from '../ports';
import {
  addTotals,
  adopted,
  beginAgain,
  beginningAfterDoubtS,
  lagOf,
  newCheckpoint,
  NO_TOTALS,
  subtractTotals,
} from '../protocol/checkpoint';
import type { StoredPage } from '../protocol/commit-page';
import { committed } from '../protocol/commit-page';
import { SHORTEST_TRUST_MS } from '../protocol/iterator';
import { beginRecheck } from '../tasks/recheck-item';
import { lastingLease, newLease } from './lease';

const MS_PER_HOUR = 3_600_000;
const MS_PER_MINUTE = 60_000;
/** An index is trusted for so many schedules, or for `SHORTEST_TRUST_MS`. */
const TRUSTED_SCHEDULES = 3;

/** Why no run begins. */
export type NoRun =
  { readonly outcome: 'already-running' } | { readonly outcome: 'resting'; readonly checkpoint: Checkpoint };

/** One run of one source: the lease it holds, the checkpoint as it last wrote it, and what it did so far. */
export class Run {
  credentials: Credentials;
  readonly recentIds = new RecentIds();
  /** Of a stream that reads the past. */
  readonly knownEvents = new KnownEvents();
  /** Hours of the archive all of whose objects are of this run. */
  private readonly ownHours = new Set<number>();
  private reservedMs = 0;
  private readonly reportedForeign = new Set<string>();
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
    private readonly whole: TimeBudget,
    credentials: Credentials,
    private stored: Checkpoint,
    readonly manifest: Manifest,
  ) {
    this.credentials = credentials;
    this.startedAtMs = deps.clock.nowMs();
  }

  /**
   * Takes the stream's lease, unless another run holds it or the stream rests.
   * @throws CheckpointConflictError where another run took it at the same moment
   */
  static async begin(
    deps: CollectorDeps,
    request: CollectRequest,
    { budget, credentials }: { readonly budget: TimeBudget; readonly credentials: Credentials },
  ): Promise<Run | NoRun> {
    const nowMs = deps.clock.nowMs();
    const streamId = liveStreamId(deps.feed, request.source.sourceId);
    const startEpochS = Math.floor((nowMs - request.source.startLookbackHours * MS_PER_HOUR) / 1000);
    const found = adopted(
      (await deps.checkpoints.load(streamId)) ??
        newCheckpoint(streamId, request.source.sourceId, { startEpochS, nowMs }),
    );
    if (lastingLease(found, nowMs) !== undefined) return { outcome: 'already-running' };
    if (deps.protocol.isResting(found, nowMs)) return { outcome: 'resting', checkpoint: found };
    const lease = newLease(request.runId, nowMs, budget);
    const usable = withTrustedIndex(found, deps, request);
    const recheckDueAtMs =
      found.recheckDueAtMs ??
      (request.source.dailyRecheck ? await beginRecheck(deps, request, found) : undefined);
    return new Run(
      deps,
      request,
      budget,
      credentials,
      await deps.checkpoints.save({ ...usable, recheckDueAtMs, lease, writer: request.runId }),
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

  /** How long this run may still go on, less what is reserved. */
  get budget(): TimeBudget {
    return { remainingMs: () => this.whole.remainingMs() - this.reservedMs };
  }

  /** Keeps time back for what comes after the stream's pages. */
  reserve(ms: number): void {
    this.reservedMs = ms;
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
  foreignHours(validated: ValidatedPage): ReadonlySet<number> {
    const hours = new Set<number>();
    for (const { hour } of validated.accepted) if (!this.ownHours.has(hour)) hours.add(hour);
    return hours;
  }

  /** Writes the checkpoint with some of its parts changed. @throws CheckpointConflictError where the lease was lost */
  async remember(change: Partial<Checkpoint>): Promise<void> {
    this.stored = await this.deps.checkpoints.save({ ...this.stored, ...change });
  }

  /** The index is not to be relied on: the stream begins again on the other one, compared with the archive. */
  async beginAgain(reason: string): Promise<void> {
    const startEpochS = beginningAfterDoubtS(this.stored);
    this.deps.log.warn('beginning again', { streamId: this.stored.streamId, reason, startEpochS });
    await this.remember(beginAgain(this.stored, { startEpochS, nowMs: this.deps.clock.nowMs() }));
  }

  /** Gives the lease back. */
  async release(): Promise<void> {
    await this.remember({ lease: undefined, manifest: this.manifest.head });
  }

  /** Changes parts of the checkpoint that the next write remembers; a death before it costs a repetition. */
  note(change: Partial<Checkpoint>): void {
    this.stored = { ...this.stored, ...change };
  }

  /** Remembers a stored page: from here on it is part of the archive, and the next call is `next`. */
  async commit(stored: StoredPage): Promise<void> {
    const { validated, alreadyStored } = stored;
    const { counts, checkpoint } = committed(this.stored, stored, {
      protocol: this.deps.protocol,
      nowMs: this.deps.clock.nowMs(),
    });
    if (checkpoint.generation !== this.stored.generation)
      this.deps.log.warn('the watermark leaped while events were outstanding: beginning again', {
        streamId: checkpoint.streamId,
        startEpochS: checkpoint.startEpochS,
      });
    await this.remember({ ...checkpoint, manifest: this.manifest.head });
    this.recentIds.add(validated.accepted);
    for (const hour of alreadyStored.emptyHours) this.ownHours.add(hour);
    this.count(stored, counts);
  }

  /** How far the archive is behind the present, in seconds. */
  lagS(): number {
    return lagOf(this.stored, this.deps.clock.nowMs());
  }

  summary(outcome: RunOutcome): RunSummary {
    return {
      sourceId: this.request.source.sourceId,
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

  /** Says once a run which objects were passed over, because the collector has not written them. */
  reportForeign(keys: readonly string[]): void {
    const unreported = keys.filter((key) => !this.reportedForeign.has(key));
    if (unreported.length === 0) return;
    for (const key of unreported) this.reportedForeign.add(key);
    this.deps.log.warn('passed over objects that the collector has not written', { keys: unreported });
  }

  /** Counts a page that was given up; what is kept of it counts as quarantined. */
  countGivenUpPage(bytesIn: number, kept: readonly ManifestObject[]): void {
    this.pages++;
    this.counts = addTotals(this.counts, { ...NO_TOTALS, quarantined: kept.length });
    this.bytesIn += bytesIn;
    for (const { bytes } of kept) this.bytesOut += bytes;
  }

  private count({ validated, alreadyStored, bytesIn, bytesOut }: StoredPage, counts: Totals): void {
    this.pages++;
    this.counts = addTotals(this.counts, counts);
    this.duplicatesDropped += validated.repeated + alreadyStored.earlier.size;
    this.conflictingIds += validated.conflicting + alreadyStored.conflicting.size;
    this.bytesIn += bytesIn;
    this.bytesOut += bytesOut;
    for (const { index, drift } of validated.accepted) {
      if (!alreadyStored.earlier.has(index))
        for (const name of drift) this.drift[name] = (this.drift[name] ?? 0) + 1;
    }
  }
}

/** An index that was silent for long may be forgotten, locked or broken: the stream begins again on the other one. */
function withTrustedIndex(
  checkpoint: Checkpoint,
  { clock, log, protocol }: Pick<CollectorDeps, 'clock' | 'log' | 'protocol'>,
  { source }: Pick<CollectRequest, 'source'>,
): Checkpoint {
  const nowMs = clock.nowMs();
  const trustMs = Math.max(SHORTEST_TRUST_MS, TRUSTED_SCHEDULES * source.scheduleMinutes * MS_PER_MINUTE);
  if (!protocol.isSilent(checkpoint, { nowMs, trustMs })) return checkpoint;
  const startEpochS = beginningAfterDoubtS(checkpoint);
  const silentMinutes = Math.floor((nowMs - (checkpoint.servedAtMs ?? nowMs)) / MS_PER_MINUTE);
  log.warn('index silent for too long: beginning again', {
    streamId: checkpoint.streamId,
    startEpochS,
    silentMinutes,
  });
  return beginAgain(checkpoint, { startEpochS, nowMs });
}
