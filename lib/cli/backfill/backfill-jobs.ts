import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoCheckpointStore } from '../../../lambdas/collector/adapters/dynamo-checkpoint';
import { CheckpointConflictError } from '../../../lambdas/collector/core/errors';
import { backfillOf } from '../../../lambdas/collector/core/tasks/backfill';
import type { Feed } from '../../../lambdas/contract/feed/feed';
import type { BackfillJob, Checkpoint } from '../../../lambdas/contract/storage/checkpoint-table';
import { backfillStreamId } from '../../../lambdas/contract/storage/checkpoint-table';
import type { Deployment } from '../deployment/deployment';
import { OperatorError } from '../operator-error';
import type { RangeLimits, TimeRange, TypedRange } from '../terminal/time-range';
import { checkTimeRange, formatRange, readTimeRange } from '../terminal/time-range';

const SECONDS_PER_HOUR = 3600;

/** Netskope delivers events minutes late and its iterator moves in hourly windows: newer events are the live feed's. */
const LATEST_END_HOURS_AGO = 1;

/** Attempts despite write conflicts: a run writes the same item a few times per page. */
const MAX_ATTEMPTS = 50;

/** The one backfill that a source can have: an item of the checkpoint table that the collector works through. */
export class BackfillJobs {
  private readonly feed: Feed;
  private readonly store: DynamoCheckpointStore;

  constructor(
    { aws, feed, outputs }: Deployment,
    readonly sourceId: string,
  ) {
    this.feed = feed;
    this.store = new DynamoCheckpointStore(aws.client(DynamoDBClient), outputs.CheckpointTable);
  }

  /** The newest backfill; undefined if there never was one. @throws CheckpointError */
  async read(): Promise<FiledBackfill | undefined> {
    const found = await this.store.load(backfillStreamId(this.feed, this.sourceId));
    return found?.backfill === undefined ? undefined : { ...found, backfill: found.backfill };
  }

  /**
   * Files a range; the source's runs collect it from now on.
   * @throws OperatorError if a backfill is open, even one filed just now, or the range is invalid; CheckpointError
   */
  async file(range: TimeRange, nowMs: number): Promise<FiledBackfill> {
    checkTimeRange(range, backfillLimits(nowMs));
    const found = await this.read();
    if (found?.backfill.state === 'open') throw alreadyOpen(this.sourceId, found);
    const filed = backfillOf(this.feed, this.sourceId, { ...range, filedAtMs: nowMs }, found);
    try {
      return { ...(await this.store.save(filed)), backfill: filed.backfill };
    } catch (error) {
      if (!(error instanceof CheckpointConflictError)) throw error;
      const other = await this.read();
      throw other === undefined ? error : alreadyOpen(this.sourceId, other);
    }
  }

  /**
   * Cancels the open backfill; a run that works on it stops at its next write.
   * @returns undefined if none is open
   * @throws CheckpointError
   */
  async cancel(nowMs: number): Promise<FiledBackfill | undefined> {
    for (let attempt = 1; ; attempt++) {
      const found = await this.read();
      if (found?.backfill.state !== 'open') return undefined;
      const backfill: BackfillJob = { ...found.backfill, state: 'cancelled', endedAtMs: nowMs };
      try {
        return { ...(await this.store.save({ ...found, backfill })), backfill };
      } catch (error) {
        if (!(error instanceof CheckpointConflictError) || attempt === MAX_ATTEMPTS) throw error;
      }
    }
  }
}

function alreadyOpen(sourceId: string, open: FiledBackfill): OperatorError {
  const filedAt = new Date(open.backfill.filedAtMs).toISOString().slice(0, 16).replace('T', ' ');
  return new OperatorError({
    what: `A backfill of ${sourceId} is open already: ${formatRange(open.backfill)}, ${reachedPercent(open)} % done, filed ${filedAt} UTC.`,
    whatToDo: `Watch it with npx --no -- netskope-audit backfill ${sourceId}, or end it with npx --no -- netskope-audit backfill ${sourceId} --cancel.`,
  });
}

/** A filed backfill: its time range, progress and result. */
export type FiledBackfill = Checkpoint & { readonly backfill: BackfillJob };

/** Seconds of its time range that a backfill has covered. */
export function reachedS(filed: FiledBackfill): number {
  const { fromEpochS, toEpochS, state } = filed.backfill;
  const lengthS = toEpochS - fromEpochS;
  return state === 'done' ? lengthS : Math.min(Math.max(placeOfS(filed) - fromEpochS, 0), lengthS);
}

/** Start of the hour being read. A backfill filed by an earlier version has only a watermark. */
function placeOfS({ backfill, watermarkS }: FiledBackfill): number {
  return backfill.stepS ?? watermarkS ?? backfill.fromEpochS;
}

/** Percentage of its time range that a backfill has covered, rounded down. */
export function reachedPercent(filed: FiledBackfill): number {
  const { fromEpochS, toEpochS } = filed.backfill;
  return Math.floor((100 * reachedS(filed)) / (toEpochS - fromEpochS));
}

/** @throws OperatorError if a backfill cannot collect this range */
export function readBackfillRange(typed: TypedRange, nowMs: number): TimeRange {
  return readTimeRange(typed, backfillLimits(nowMs));
}

/** The time ranges that a backfill can collect. */
function backfillLimits(nowMs: number): RangeLimits {
  return {
    nowMs,
    latest: {
      toEpochS: latestEndS(nowMs),
      what: 'less than an hour ago. The live feed covers the present; a backfill collects the past beside it.',
      whatToDo: 'Leave --to out: a backfill then ends an hour ago.',
    },
    beyondRetention: 'Give --from 90d for all that is left.',
    reversed: 'Give the earlier time as --from. Without --to a backfill ends an hour ago.',
  };
}

/** The latest end a backfill may have, unix seconds. */
export function latestEndS(nowMs: number): number {
  return Math.floor(nowMs / 1000) - LATEST_END_HOURS_AGO * SECONDS_PER_HOUR;
}
