import type { BackfillSummary } from '../../../contract/deployment/collector-event';
import type { Feed } from '../../../contract/feed/feed';
import type { BackfillJob, Checkpoint } from '../../../contract/storage/checkpoint-table';
import { backfillStreamId } from '../../../contract/storage/checkpoint-table';
import { CheckpointConflictError } from '../errors';
import { mayHaveOpenPage, newCheckpoint } from '../protocol/checkpoint';
import { announceFindings } from '../run/announcement';
import { archivePages } from '../run/archive-pages';
import { rememberFailure, walkHours } from '../run/hour-walk';
import { Run } from '../run/run';
import { shareOf } from '../run/share';

/**
 * A new backfill of a past time range, on an index of its own.
 * @param replaced the stored item of the source's last backfill, which has ended
 */
export function backfillOf(
  feed: Pick<Feed, 'shortName'>,
  sourceId: string,
  range: Pick<BackfillJob, 'fromEpochS' | 'toEpochS' | 'filedAtMs'>,
  replaced: Checkpoint | undefined,
): Checkpoint & { readonly backfill: BackfillJob } {
  return {
    ...newCheckpoint(backfillStreamId(feed, sourceId), sourceId, {
      startEpochS: range.fromEpochS,
      nowMs: range.filedAtMs,
    }),
    version: replaced?.version ?? 0,
    backfill: { ...range, state: 'open', alreadyHeld: 0 },
  };
}

/**
 * Continues the source's open backfill, if any, in the time that the live feed leaves. Every page is compared with
 * archive and quarantine. None is announced: old events do not show that the live feed works.
 * @returns undefined if there is nothing to do
 * @throws what it could not repair; the backfill remembers the reason, and the next run continues it
 */
export async function continueBackfill(live: Run): Promise<BackfillSummary | undefined> {
  const { deps, shared } = live;
  const found = shared.backfill;
  if (found?.backfill === undefined) return undefined;
  const isOpen = found.backfill.state === 'open';
  if (!isOpen && !hasOpenPage(found)) return undefined;
  if (deps.protocol.isResting(found, deps.clock.nowMs())) return undefined;
  const run = await Run.beside(live, found, shareOf(live));
  if (!isOpen) return endLastPage(run);
  try {
    const isDone = (await walkHours(run)) === 'done';
    await announceFindings(run);
    if (isDone) await end(run);
  } catch (failure) {
    if (!(failure instanceof CheckpointConflictError)) {
      await rememberFailure(run, 'backfill', failure);
      throw failure;
    }
    deps.log.warn('the backfill was changed by somebody else', { streamId: found.streamId });
    return summaryOf(run, 'cancelled');
  }
  return summaryOf(run, run.stream.checkpoint.backfill?.state ?? 'open');
}

/** Whether a page may be stored but not committed. A checkpoint that no run has written has none. */
function hasOpenPage(checkpoint: Checkpoint): boolean {
  return checkpoint.writer !== undefined && mayHaveOpenPage(checkpoint);
}

/**
 * Finishes the last page of a cancelled backfill: if a run died over it, the page may be stored but not listed. If that
 * fails, the page is given up, because the operator wants no more of the backfill.
 */
async function endLastPage(run: Run): Promise<BackfillSummary> {
  try {
    await archivePages(run, { isComplete: () => true });
    await run.stream.save();
  } catch (failure) {
    run.deps.log.warn('the last page of a cancelled backfill is given up', { reason: String(failure) });
    if (!(failure instanceof CheckpointConflictError))
      await run.stream.save({ phase: 'settled', restUntilMs: undefined });
  }
  return summaryOf(run, 'cancelled');
}

async function end(run: Run): Promise<void> {
  const { backfill } = run.stream.checkpoint;
  if (backfill === undefined) return;
  await run.stream.save({ backfill: { ...backfill, state: 'done', endedAtMs: run.deps.clock.nowMs() } });
}

function summaryOf(run: Run, state: BackfillJob['state']): BackfillSummary {
  const { pages, archived, quarantined, duplicatesDropped } = run.tally.counts;
  return { state, pages, archived, quarantined, alreadyHeld: duplicatesDropped };
}
