import type { RecheckSummary } from '../../../contract/deployment/collector-event';
import type { Checkpoint, RecheckJob } from '../../../contract/storage/checkpoint-table';
import { recheckStreamId } from '../../../contract/storage/checkpoint-table';
import type { TimeBudget } from '../../../shared/invocation';
import { CheckpointConflictError } from '../errors';
import { beginAgain } from '../protocol/checkpoint';
import { announceFindings } from '../run/announcement';
import { rememberFailure, walkHours } from '../run/hour-walk';
import { Run } from '../run/run';

type RecheckItem = Checkpoint & { readonly recheck: RecheckJob };

export function isRecheckOverdue({ stream, deps }: Run): boolean {
  const { recheckDueAtMs = Infinity } = stream.checkpoint;
  return deps.clock.nowMs() > recheckDueAtMs + deps.protocol.recheck.overdueMs;
}

/**
 * Reads the last days again if the recheck is due: hour by hour, on its own index names. Missing events are stored and
 * reported.
 * @param live holds the source's lease
 * @param budget the time that the live feed leaves
 * @returns undefined if nothing is due
 * @throws what it could not repair; the recheck remembers the reason, and the next run continues it
 */
export async function continueRecheck(live: Run, budget: TimeBudget): Promise<RecheckSummary | undefined> {
  const { deps, request } = live;
  const nowMs = deps.clock.nowMs();
  const { recheckDueAtMs } = live.stream.checkpoint;
  if (!request.source.dailyRecheck || recheckDueAtMs === undefined || nowMs < recheckDueAtMs)
    return undefined;
  const found = await deps.checkpoints.load(recheckStreamId(deps.feed, request.source.sourceId));
  if (found === undefined || !isRecheck(found) || deps.protocol.isResting(found, nowMs)) return undefined;
  const run = await Run.beside(live, found.recheck.state === 'open' ? found : opened(found, live), budget);
  try {
    const isDone = (await walkHours(run)) === 'done';
    await report(run);
    await announceFindings(run);
    if (isDone) await end(run, live);
    return summaryOf(run);
  } catch (failure) {
    if (failure instanceof CheckpointConflictError) throw failure;
    await rememberFailure(run, 'recheck', failure);
    throw failure;
  }
}

/** The next recheck: from a day before the end of the last one to six hours ago. */
function opened(found: RecheckItem, live: Run): RecheckItem {
  const { overlapS, marginS, longestS } = live.deps.protocol.recheck;
  const nowMs = live.deps.clock.nowMs();
  const nowS = Math.floor(nowMs / 1000);
  const { checkedToS, notBeforeS } = found.recheck;
  const fromEpochS = Math.max(checkedToS - overlapS, notBeforeS, nowS - longestS);
  const toEpochS = nowS - marginS;
  const caughtUpS = Math.floor((live.stream.checkpoint.caughtUpAtMs ?? 0) / 1000);
  return {
    ...beginAgain(found, { startEpochS: fromEpochS, nowMs }),
    recheck: {
      ...found.recheck,
      state: 'open',
      fromEpochS,
      toEpochS,
      stepS: fromEpochS,
      claimedToS: Math.min(toEpochS, caughtUpS - marginS),
      recovered: 0,
    },
  };
}

/** Sends the number of recovered events to CloudWatch. If that fails, the next run sends it. */
async function report(run: Run): Promise<void> {
  const { recheck } = run.stream.checkpoint;
  if (recheck === undefined || recheck.unannounced === 0) return;
  await run.deps.metrics.send(run.request.source.sourceId, { recovered: recheck.unannounced });
  run.deps.log.warn('the recheck stored events that the live feed had lost', {
    recovered: recheck.unannounced,
    fromEpochS: recheck.fromEpochS,
    toEpochS: recheck.toEpochS,
  });
  await run.stream.save({ recheck: { ...recheck, unannounced: 0 } });
}

async function end(run: Run, live: Run): Promise<void> {
  const { recheck } = run.stream.checkpoint;
  if (recheck === undefined) return;
  const doneAtMs = run.deps.clock.nowMs();
  await run.stream.save({
    recheck: { ...recheck, state: 'done', stepS: undefined, doneAtMs, checkedToS: recheck.toEpochS },
  });
  await live.stream.save({ recheckDueAtMs: doneAtMs + run.deps.protocol.recheck.everyMs });
}

function summaryOf(run: Run): RecheckSummary {
  const { pages, archived, quarantined, duplicatesDropped } = run.tally.counts;
  const { state = 'open', recovered = 0 } = run.stream.checkpoint.recheck ?? {};
  return { state, pages, archived, quarantined, alreadyHeld: duplicatesDropped, recovered };
}

function isRecheck(checkpoint: Checkpoint): checkpoint is RecheckItem {
  return checkpoint.recheck !== undefined;
}
