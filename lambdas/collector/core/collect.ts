import type { RunSummary } from '../../contract/collector-event';
import { NO_TOTALS } from './checkpoint';
import { CheckpointConflictError, ConfigError, CredentialError } from './errors';
import { allowsCall, fetchPage, timeForOnePageMs } from './fetch-page';
import type { FetchedPage } from './fetch-page';
import { isReplaying } from './iterator';
import type { IteratorProtocol } from './iterator';
import { judgePage, without } from './judged-page';
import type { JudgedPage } from './judged-page';
import type {
  Announcement,
  AuditSource,
  CheckpointStore,
  Clock,
  CredentialStore,
  Credentials,
  EventArchive,
  Held,
  MetricSink,
  RunLog,
  TimeBudget,
} from './ports';
import type { SourceIdentity } from './record';
import { Run } from './run';

/** Everything a run needs from outside. */
export interface CollectorDeps {
  readonly credentials: CredentialStore;
  readonly source: AuditSource;
  readonly checkpoints: CheckpointStore;
  readonly archive: EventArchive;
  readonly metrics: MetricSink;
  readonly log: RunLog;
  readonly clock: Clock;
  /** At least 0, below 1. */
  readonly random: () => number;
  readonly protocol: IteratorProtocol;
}

/** Which source to collect, and its settings. */
export interface CollectRequest {
  readonly source: SourceIdentity;
  readonly runId: string;
  readonly startLookbackHours: number;
  /** Longest time one call to Netskope may take. */
  readonly requestTimeoutMs: number;
  /** How long an unused index is trusted to live. */
  readonly indexTrustMs: number;
}

/**
 * Collects one source until Netskope has no more or the time is spent. Every event lands once.
 * @throws what it could not repair; the checkpoint then tells the next run where to go on
 */
export async function collect(
  deps: CollectorDeps,
  request: CollectRequest,
  budget: TimeBudget,
): Promise<RunSummary> {
  assertTimeForOnePage(request, budget);
  const startedAtMs = deps.clock.nowMs();
  const credentials = await readCredentials(deps, request);
  if (credentials === undefined) {
    await deps.metrics.send(request.source.id, { runSucceeded: true });
    return idle(request, 'awaiting-credentials', deps.clock.nowMs() - startedAtMs);
  }
  const run = await beginRun(deps, request, { budget, credentials });
  if (run === undefined) return idle(request, 'already-running', deps.clock.nowMs() - startedAtMs);
  const end = await archivePages(run).then(
    (outcome) => ({ outcome }),
    (failure: unknown) => ({ failure }),
  );
  if ('failure' in end) {
    await finishFailed(run, end.failure);
    throw end.failure;
  }
  await finish(run, { runSucceeded: true });
  return run.summary(end.outcome);
}

/** Archives page after page. Each is durable before it is remembered, and remembered before it is announced. */
async function archivePages(run: Run): Promise<'caught-up' | 'more-to-come'> {
  for (;;) {
    const fetched = await fetchPage(run); //                                   0. written down, then asked for
    if (fetched === undefined) return 'more-to-come';
    const judged = judgePage(fetched.page);
    const held = await compare(run, fetched, judged);
    const fresh = without(judged, new Set([...held.earlier, ...held.unfinished]));
    if (hasEvents(fresh)) await announceEarlierPages(run);
    const bytesOut = await run.deps.archive.store(fresh, run.origin); //       1. durable
    await run.settle({ ...fetched, judged, held, bytesOut }); //               2. remembered
    logPage(run, fetched, fresh);
    if (run.checkpoint.caughtUp) return 'caught-up';
    if (!(await pause(run, fetched))) return 'more-to-come';
  } //                                                                         3. announced, when the run ends
}

const NONE: ReadonlySet<number> = new Set();
const NOTHING_HELD: Held = { earlier: NONE, unfinished: NONE, conflicting: NONE, emptyHours: NONE };
/** A run lasts minutes: what the last page put into quarantine lies within this time before it was settled. */
const QUARANTINE_MARGIN_MS = 3_600_000;

/** Looks into archive and quarantine, as far as the protocol asks for it. */
async function compare(run: Run, { call, page }: FetchedPage, judged: JudgedPage): Promise<Held> {
  if (page.values.length === 0) return NOTHING_HELD;
  const foreignHours = run.foreignHours(judged);
  const comparison = run.deps.protocol.comparison(call, {
    previous: run.previous,
    isReplayed: isReplaying(run.checkpoint),
    repeatsIds: run.recentIds.hasAny(judged.accepted),
    touchesForeignHours: foreignHours.size > 0,
  });
  if (comparison === 'none') return NOTHING_HELD;
  if (comparison === 'foreign-hours')
    return run.deps.archive.held(judged, run.origin, { hours: foreignHours });
  const { lastAdvance, startEpochS } = run.checkpoint;
  return run.deps.archive.held(judged, run.origin, {
    hours: new Set(judged.accepted.map(({ hour }) => hour)),
    quarantine:
      call.operation === 'epoch' || lastAdvance === undefined || isReplaying(run.checkpoint)
        ? { sinceMs: startEpochS * 1000, fromSequence: 0 }
        : { sinceMs: lastAdvance.settledAtMs - QUARANTINE_MARGIN_MS, fromSequence: lastAdvance.sequence },
  });
}

/** Netskope's `wait_time` and rate limit are obeyed while the time lasts. */
async function pause(run: Run, { page, rateLimitPauseMs }: FetchedPage): Promise<boolean> {
  const waitMs = Math.max(rateLimitPauseMs, (page.waitS ?? DEFAULT_WAIT_S) * 1000);
  if (!allowsCall(run, waitMs)) return false;
  if (waitMs > 0) await run.deps.clock.sleep(waitMs);
  return true;
}

/** Where an answer has no `wait_time`: clients carry 5 (Cortex) to 30 (Netskope's SDK) seconds. */
const DEFAULT_WAIT_S = 5;

/**
 * One metric call a run is the rule. A run of several pages with events announces each before the next one is
 * remembered, so that a run that dies costs the metrics one page at most.
 */
async function announceEarlierPages(run: Run): Promise<void> {
  const { archived, quarantined } = run.unannounced;
  if (archived + quarantined === 0) return;
  try {
    await run.deps.metrics.send(run.request.source.id, { counts: run.unannounced });
    run.noteAnnounced();
  } catch (error) {
    // The counts stay unannounced in the checkpoint; the announcement at the end repeats them, and fails aloud.
    run.deps.log.warn('metrics refused', { reason: String(error) });
  }
}

/** Announces the run and gives the lease back. */
async function finish(run: Run, announcement: Announcement): Promise<void> {
  try {
    await run.deps.metrics.send(run.request.source.id, {
      ...(run.reachedNetskope ? { counts: run.unannounced } : {}),
      lagS: run.lagS(),
      ...tokenDaysLeft(run.credentials, run.deps.clock.nowMs()),
      ...announcement,
    });
    if (run.reachedNetskope) run.noteAnnounced();
  } finally {
    await run.remember({ lease: undefined });
  }
}

/** The failure of the run is the one to report; what fails on the way out is logged beside it. */
async function finishFailed(run: Run, failure: unknown): Promise<void> {
  if (failure instanceof CheckpointConflictError) return; // the lease and the counts are another run's now
  try {
    await finish(run, { credentialsRefused: failure instanceof CredentialError });
  } catch (error) {
    run.deps.log.warn('could not finish a failed run in order', { reason: String(error) });
  }
}

/** An unusable secret rings like a refused token: both are for whoever owns the token. */
async function readCredentials(
  deps: CollectorDeps,
  { source }: CollectRequest,
): Promise<Credentials | undefined> {
  try {
    return await deps.credentials.read(source.id);
  } catch (failure) {
    await deps.metrics.send(source.id, { credentialsRefused: true }).catch((error: unknown) => {
      deps.log.warn('metrics refused', { reason: String(error) });
    });
    throw failure;
  }
}

async function beginRun(
  deps: CollectorDeps,
  request: CollectRequest,
  limits: { readonly budget: TimeBudget; readonly credentials: Credentials },
): Promise<Run | undefined> {
  try {
    return await Run.begin(deps, request, limits);
  } catch (error) {
    if (error instanceof CheckpointConflictError) return undefined; // taken between our read and our write
    throw error;
  }
}

function assertTimeForOnePage(request: CollectRequest, budget: TimeBudget): void {
  const neededMs = timeForOnePageMs(request.requestTimeoutMs);
  const remainingMs = budget.remainingMs();
  if (remainingMs >= neededMs) return;
  throw new ConfigError([
    `the function may run for ${remainingMs} ms, but one page may take ${neededMs} ms: raise the function's time-out or lower the request time-out`,
  ]);
}

function hasEvents(judged: JudgedPage): boolean {
  return judged.accepted.length + judged.rejected.length > 0;
}

const MS_PER_DAY = 86_400_000;

function tokenDaysLeft(
  { tokenExpiresAtMs }: Credentials,
  nowMs: number,
): Pick<Announcement, 'tokenDaysLeft'> {
  return tokenExpiresAtMs === undefined
    ? {}
    : { tokenDaysLeft: Math.floor((tokenExpiresAtMs - nowMs) / MS_PER_DAY) };
}

function logPage(run: Run, { call, page, bytesIn }: FetchedPage, fresh: JudgedPage): void {
  run.deps.log.info('page', {
    operation: call.operation,
    indexName: run.checkpoint.indexName,
    sequence: run.checkpoint.sequence,
    received: page.values.length,
    archived: fresh.accepted.length,
    quarantined: fresh.rejected.length,
    watermarkS: run.checkpoint.watermarkS,
    lagS: run.lagS(),
    bytesIn,
  });
}

function idle(
  request: CollectRequest,
  outcome: 'awaiting-credentials' | 'already-running',
  durationMs: number,
): RunSummary {
  return {
    sourceId: request.source.id,
    runId: request.runId,
    outcome,
    pages: 0,
    ...NO_TOTALS,
    duplicatesDropped: 0,
    conflictingIds: 0,
    drift: {},
    bytesIn: 0,
    bytesOut: 0,
    durationMs,
  };
}
