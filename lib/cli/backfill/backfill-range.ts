import type { RangeLimits, TimeRange, TypedRange } from '../terminal/time-range';
import { readTimeRange } from '../terminal/time-range';

const SECONDS_PER_HOUR = 3600;
/** Netskope delivers events minutes late and its iterator moves in hourly windows: newer events are the live feed's. */
const LATEST_END_HOURS_AGO = 1;

/** The latest end a backfill may have, unix seconds. */
export function latestEndS(nowMs: number): number {
  return Math.floor(nowMs / 1000) - LATEST_END_HOURS_AGO * SECONDS_PER_HOUR;
}

/** The time ranges that a backfill can collect. */
export function backfillLimits(nowMs: number): RangeLimits {
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

/** @throws OperatorError if a backfill cannot collect this range */
export function readBackfillRange(typed: TypedRange, nowMs: number): TimeRange {
  return readTimeRange(typed, backfillLimits(nowMs));
}
