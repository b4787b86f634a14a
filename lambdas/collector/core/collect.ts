import type { RunSummary } from '../../contract/collector-event';
import { announceEarlierPages, finish, finishFailed } from './announcement';
import { NO_TOTALS } from './checkpoint';
import { compare } from './comparison';
import { CheckpointConflictError, ConfigError } from './errors';
import { allowsCall, fetchPage, timeForOnePageMs } from './fetch-page';
import type { FetchedPage } from './fetch-page';
import { judgePage, without } from './judged-page';
import type { JudgedPage } from './judged-page';
import type { CollectRequest, CollectorDeps, Credentials, TimeBudget } from './ports';
import { Run } from './run';

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

/** Netskope's `wait_time` and rate limit are obeyed while the time lasts. */
async function pause(run: Run, { page, rateLimitPauseMs }: FetchedPage): Promise<boolean> {
  const waitMs = Math.max(rateLimitPauseMs, (page.waitS ?? DEFAULT_WAIT_S) * 1000);
  if (!allowsCall(run, waitMs)) return false;
  if (waitMs > 0) await run.deps.clock.sleep(waitMs);
  return true;
}

/** Where an answer has no `wait_time`: clients carry 5 (Cortex) to 30 (Netskope's SDK) seconds. */
const DEFAULT_WAIT_S = 5;

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
