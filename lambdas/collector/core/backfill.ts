import { backfillStreamId } from '../../contract/checkpoint-table';
import type { BackfillJob, Checkpoint } from '../../contract/checkpoint-table';
import type { BackfillSummary } from '../../contract/collector-event';
import { archivePages } from './archive-pages';
import { newCheckpoint } from './checkpoint';
import { CheckpointConflictError } from './errors';
import type { TimeBudget } from './ports';
import { Run } from './run';

/**
 * Time since a run began after which its backfill asks for no more: the live feed's next run, five minutes after this
 * one by default, finds the lease free.
 */
const BACKFILL_SHARE_MS = 4 * 60_000;

/** Events surface some 300 s after they happened (Netskope's audit samples): the stretch is read a little further. */
const LATE_MARGIN_S = 900;

/**
 * A stretch of the past to be collected again, on an index of its own.
 * @param replaced the stored item of the source's last backfill, which has ended
 */
export function backfillOf(
  sourceId: string,
  stretch: Pick<BackfillJob, 'fromEpochS' | 'toEpochS' | 'filedAtMs'>,
  replaced: Checkpoint | undefined,
): Checkpoint & { readonly backfill: BackfillJob } {
  return {
    ...newCheckpoint(backfillStreamId(sourceId), sourceId, stretch.fromEpochS),
    version: replaced?.version ?? 0,
    backfill: { ...stretch, state: 'open', alreadyHeld: 0 },
  };
}

/**
 * Works on the source's backfill, if there is an open one, in the time the live feed has left. Every page is compared
 * with archive and quarantine, and none is announced: its events are no sign of life.
 * @returns undefined where there is nothing to be done
 * @throws what it could not repair; the backfill remembers why, and the next run goes on with it
 */
export async function continueBackfill(live: Run): Promise<BackfillSummary | undefined> {
  const { deps, request } = live;
  const found = await deps.checkpoints.load(backfillStreamId(request.source.id));
  if (found?.backfill === undefined) return undefined;
  const isOpen = found.backfill.state === 'open';
  if (!isOpen && !hasOpenPage(found)) return undefined;
  const run = Run.beside(live, found, shareOf(live));
  if (!isOpen) return endLastPage(run);
  try {
    if (run.checkpoint.phase === 'unstarted') await run.remember({}); // a page may be stored from here on
    const isOver = hasReachedEnd(run.checkpoint) || (await archivePages(run, hasReachedEnd)) === 'caught-up';
    if (isOver) await end(run);
  } catch (failure) {
    if (!(failure instanceof CheckpointConflictError)) {
      await rememberFailure(run, failure);
      throw failure;
    }
    deps.log.warn('the backfill was changed by somebody else', { streamId: found.streamId });
    return summaryOf(run, 'cancelled');
  }
  return summaryOf(run, run.checkpoint.backfill?.state ?? 'open');
}

function shareOf({ deps, budget, startedAtMs }: Run): TimeBudget {
  const endsAtMs = startedAtMs + BACKFILL_SHARE_MS;
  return { remainingMs: () => (deps.clock.nowMs() < endsAtMs ? budget.remainingMs() : 0) };
}

/** A watermark is not believed while the stretch before it is to be asked for again. */
function hasReachedEnd({ phase, caughtUp, watermarkS, backfill }: Checkpoint): boolean {
  if (phase === 'unstarted') return false;
  return caughtUp || (watermarkS ?? 0) >= (backfill?.toEpochS ?? 0) + LATE_MARGIN_S;
}

/** Whether a page may be stored that is not settled. A checkpoint that no run has written has none. */
function hasOpenPage({ phase, writer }: Checkpoint): boolean {
  return phase === 'requested' || (phase === 'unstarted' && writer !== undefined);
}

/**
 * A page of a cancelled backfill that a run has died over may be stored, and not listed: it is brought to its end, and
 * given up where that fails, for the operator wants no more of it.
 */
async function endLastPage(run: Run): Promise<BackfillSummary> {
  try {
    await archivePages(run, () => true);
  } catch (failure) {
    run.deps.log.warn('the last page of a cancelled backfill is given up', { reason: String(failure) });
    if (!(failure instanceof CheckpointConflictError)) await run.remember({ phase: 'settled' });
  }
  return summaryOf(run, 'cancelled');
}

async function end(run: Run): Promise<void> {
  const { backfill } = run.checkpoint;
  if (backfill === undefined) return;
  await run.remember({ backfill: { ...backfill, state: 'done', endedAtMs: run.deps.clock.nowMs() } });
}

async function rememberFailure(run: Run, failure: unknown): Promise<void> {
  const { backfill } = run.checkpoint;
  if (backfill === undefined) return;
  const reason = failure instanceof Error ? failure.message : String(failure);
  try {
    await run.remember({ backfill: { ...backfill, failure: { atMs: run.deps.clock.nowMs(), reason } } });
  } catch (error) {
    run.deps.log.warn('the failure of the backfill could not be remembered', { reason: String(error) });
  }
}

function summaryOf(run: Run, state: BackfillJob['state']): BackfillSummary {
  const { pages, archived, quarantined, duplicatesDropped } = run.done;
  return { state, pages, archived, quarantined, alreadyHeld: duplicatesDropped };
}
