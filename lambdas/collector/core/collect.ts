import type { BackfillSummary, RunOutcome, RunSummary } from '../../contract/collector-event';
import { announce } from './announcement';
import { archivePages } from './archive-pages';
import { continueBackfill } from './backfill';
import { NO_TOTALS } from './checkpoint';
import { CheckpointConflictError, ConfigError, CredentialError } from './errors';
import { timeForOnePageMs } from './fetch-page';
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
  const backfill = await finish(run, end.outcome);
  return { ...run.summary(end.outcome), ...(backfill === undefined ? {} : { backfill }) };
}

/** The live feed is announced first; what time is left goes into a backfill, and then another run may begin. */
async function finish(run: Run, outcome: RunOutcome): Promise<BackfillSummary | undefined> {
  try {
    await announce(run, { runSucceeded: true });
    return outcome === 'caught-up' ? await continueBackfill(run) : undefined;
  } finally {
    await run.release();
  }
}

/** The failure of the run is the one to report; what fails on the way out is logged beside it. */
async function finishFailed(run: Run, failure: unknown): Promise<void> {
  if (failure instanceof CheckpointConflictError) return; // the lease and the counts are another run's now
  try {
    await announce(run, { credentialsRefused: failure instanceof CredentialError }).finally(() =>
      run.release(),
    );
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
