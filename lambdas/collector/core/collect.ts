import type { RunOutcome, RunSummary } from '../../contract/deployment/collector-event';
import { liveStreamId } from '../../contract/storage/checkpoint-table';
import { headText } from '../../contract/storage/manifest';
import { ConfigError } from '../../shared/errors';
import type { TimeBudget } from '../../shared/invocation';
import { CheckpointConflictError, CredentialError } from './errors';
import type { CollectorDeps, CollectRequest, Credentials } from './ports';
import { lagOf, NO_TOTALS } from './protocol/checkpoint';
import { timeForOnePageMs } from './protocol/fetch-page';
import { announce } from './run/announcement';
import { archivePages } from './run/archive-pages';
import type { NoRun } from './run/run';
import { Run } from './run/run';
import { shareOf } from './run/share';
import { NO_COUNTS } from './run/tally';
import { continueBackfill } from './tasks/backfill';
import { continueRecheck, isRecheckOverdue } from './tasks/recheck';

/** What an overdue recheck gets of a run, whatever the live feed needs. */
const OVERDUE_RESERVE_MS = 4 * 60_000;

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
    await deps.metrics.send(request.source.sourceId, { runSucceeded: true, credentialsRefused: false });
    return idle(request, { outcome: 'awaiting-credentials' }, deps.clock.nowMs() - startedAtMs);
  }
  const run = await beginRun(deps, request, { budget, credentials });
  if (!(run instanceof Run)) return withoutRun(deps, request, run);
  const isOverdue = request.source.dailyRecheck && isRecheckOverdue(run);
  run.reserve(isOverdue ? OVERDUE_RESERVE_MS : 0);
  const end = await settledResult(archiveLive(run));
  run.reserve(0);
  if (!('failure' in end)) return finish(run, end.value, isOverdue);
  if (end.failure instanceof CheckpointConflictError && !run.stream.isHeld)
    return withoutRun(deps, request, { outcome: 'already-running' }); // taken between our read and our write
  await finishFailed(run, end.failure, isOverdue);
  throw end.failure;
}

/** The first write takes the lease: that of the first call's intent, or one of its own if no time is left for a call. */
async function archiveLive(run: Run): Promise<RunOutcome> {
  const outcome = await archivePages(run);
  if (!run.stream.isHeld) await run.stream.save();
  return outcome;
}

/** The live feed is announced first; what time is left goes into the past, and then another run may begin. */
async function finish(run: Run, outcome: RunOutcome, isOverdue: boolean): Promise<RunSummary> {
  try {
    await announce(run, { runSucceeded: true });
    const summary = summaryOf(run, outcome);
    if (outcome === 'caught-up') return { ...summary, ...(await readPast(run)), ...chainHeadOf(run) };
    const recheck = isOverdue ? await continueRecheck(run, run.budget) : undefined;
    return { ...summary, ...(recheck === undefined ? {} : { recheck }), ...chainHeadOf(run) };
  } finally {
    await run.release();
  }
}

function summaryOf({ request, tally, stream, deps, startedAtMs }: Run, outcome: RunOutcome): RunSummary {
  return {
    sourceId: request.source.sourceId,
    runId: request.runId,
    outcome,
    ...tally.counts,
    lagS: stream.lagS(),
    durationMs: deps.clock.nowMs() - startedAtMs,
  };
}

/** In the log, it is where a rewritten chain does not reach. */
function chainHeadOf({ manifest: { head } }: Run): Pick<RunSummary, 'chainHead'> {
  return head.number === 0 ? {} : { chainHead: headText(head) };
}

/** A recheck that fails does not hold up a backfill, nor the other way round. */
async function readPast(run: Run): Promise<Pick<RunSummary, 'recheck' | 'backfill'>> {
  const recheck = await settledResult(continueRecheck(run, shareOf(run)));
  const backfill = await continueBackfill(run);
  if ('failure' in recheck) throw recheck.failure;
  return {
    ...(recheck.value === undefined ? {} : { recheck: recheck.value }),
    ...(backfill === undefined ? {} : { backfill }),
  };
}

/** How a piece of work ended, so that what has to follow follows either way. */
async function settledResult<T>(
  work: Promise<T>,
): Promise<{ readonly value: T } | { readonly failure: unknown }> {
  return work.then(
    (value) => ({ value }),
    (failure: unknown) => ({ failure }),
  );
}

/** The failure of the run is the one to report; what fails on the way out is logged beside it. */
async function finishFailed(run: Run, failure: unknown, isOverdue: boolean): Promise<void> {
  if (failure instanceof CheckpointConflictError) return; // the lease and the counts are another run's now
  try {
    await announce(run, { credentialsRefused: failure instanceof CredentialError })
      .then(() => (isOverdue ? continueRecheck(run, run.budget) : undefined))
      .finally(() => run.release());
  } catch (error) {
    run.deps.log.warn('could not finish a failed run in order', { reason: String(error) });
  }
}

/**
 * An unusable secret fires like a refused token: both are for whoever owns the token. So does one that was emptied after
 * the source had begun. A store that is out of order says nothing about the token.
 */
async function readCredentials(
  deps: CollectorDeps,
  { source }: CollectRequest,
): Promise<Credentials | undefined> {
  try {
    const credentials = await deps.credentials.read(source);
    const hasBegun =
      credentials === undefined &&
      (await deps.checkpoints.load(liveStreamId(deps.feed, source.sourceId))) !== undefined;
    if (!hasBegun) return credentials;
    throw new CredentialError(
      `the secret of source ${source.sourceId} holds no token any more, but the source has begun; expected {"domain":"corp.goskope.com","token":"…"}`,
    );
  } catch (failure) {
    if (!(failure instanceof CredentialError)) throw failure;
    await deps.metrics.send(source.sourceId, { credentialsRefused: true }).catch((error: unknown) => {
      deps.log.warn('metrics refused', { reason: String(error) });
    });
    throw failure;
  }
}

async function beginRun(
  deps: CollectorDeps,
  request: CollectRequest,
  limits: { readonly budget: TimeBudget; readonly credentials: Credentials },
): Promise<Run | NoRun> {
  try {
    return await Run.begin(deps, request, limits);
  } catch (error) {
    if (error instanceof CheckpointConflictError) return { outcome: 'already-running' }; // another run has made the recheck's item
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

/** A source that rests is as healthy as one that runs; its lag tells how long that goes on. */
async function withoutRun(deps: CollectorDeps, request: CollectRequest, noRun: NoRun): Promise<RunSummary> {
  if (noRun.outcome === 'already-running') return idle(request, noRun, 0);
  const { checkpoint } = noRun;
  const lagS = lagOf(checkpoint, deps.clock.nowMs());
  await deps.metrics.send(request.source.sourceId, { counts: NO_TOTALS, lagS, runSucceeded: true });
  const { restUntilMs } = checkpoint;
  deps.log.warn('resting: a call may still be running at Netskope, or Netskope asked to wait', {
    restUntilMs,
  });
  return idle(request, { outcome: 'resting', restUntilMs, lagS }, 0);
}

function idle(
  request: CollectRequest,
  end: Pick<RunSummary, 'outcome' | 'restUntilMs' | 'lagS'>,
  durationMs: number,
): RunSummary {
  return {
    sourceId: request.source.sourceId,
    runId: request.runId,
    ...end,
    ...NO_COUNTS,
    durationMs,
  };
}
