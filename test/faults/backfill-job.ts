import { backfillOf } from '../../lambdas/collector/core/tasks/backfill';
import type { BackfillSummary } from '../../lambdas/contract/deployment/collector-event';
import { AUDIT_FEED } from '../../lambdas/contract/feed/audit';
import type { BackfillJob, Checkpoint } from '../../lambdas/contract/storage/checkpoint-table';
import { backfillStreamId } from '../../lambdas/contract/storage/checkpoint-table';
import type { Pipeline, RunEnd } from '../pipeline';
import { NOW_S, SOURCE_ID } from '../pipeline';

const SECONDS_PER_HOUR = 3600;
const SCHEDULE_MS = 300_000;
const MAX_RUNS = 40;

/** A time range of the past, in hours before the present at which every test begins. */
export interface HoursAgo {
  readonly from: number;
  readonly to: number;
}

export function hoursAgoS(hours: number): number {
  return NOW_S - hours * SECONDS_PER_HOUR;
}

/** Files a backfill as the operator's tool does. @throws CheckpointConflictError if another is filed at once */
export async function fileBackfill(pipeline: Pipeline, { from, to }: HoursAgo): Promise<Checkpoint> {
  const replaced = await pipeline.checkpoints.load(backfillStreamId(AUDIT_FEED, SOURCE_ID));
  const range = { fromEpochS: hoursAgoS(from), toEpochS: hoursAgoS(to), filedAtMs: pipeline.clock.nowMs() };
  return pipeline.checkpoints.save(backfillOf(AUDIT_FEED, SOURCE_ID, range, replaced));
}

/** Cancels the open backfill as the operator's tool does. */
export async function cancelBackfill(pipeline: Pipeline): Promise<Checkpoint> {
  const found = await storedBackfill(pipeline);
  return pipeline.checkpoints.save({ ...found, backfill: { ...found.backfill, state: 'cancelled' } });
}

export async function storedBackfill(
  pipeline: Pipeline,
): Promise<Checkpoint & { readonly backfill: BackfillJob }> {
  const found = await pipeline.checkpoints.load(backfillStreamId(AUDIT_FEED, SOURCE_ID));
  if (found?.backfill === undefined) throw new Error('no backfill is stored');
  return { ...found, backfill: found.backfill };
}

/** One run, five minutes after the previous one. */
export async function scheduledRun(pipeline: Pipeline): Promise<RunEnd> {
  pipeline.clock.pass(SCHEDULE_MS);
  return pipeline.run();
}

/** Scheduled runs until the backfill is over. @returns what each run did for it */
export async function workOff(pipeline: Pipeline): Promise<readonly BackfillSummary[]> {
  const done: BackfillSummary[] = [];
  for (let runs = 0; (await storedBackfill(pipeline)).backfill.state === 'open'; runs++) {
    if (runs === MAX_RUNS) throw new Error(`the backfill is not over after ${MAX_RUNS} runs`);
    const end = await scheduledRun(pipeline);
    if (end.kind !== 'returned') throw end.kind === 'threw' ? end.error : new Error('the run died');
    if (end.summary.backfill !== undefined) done.push(end.summary.backfill);
  }
  return done;
}
