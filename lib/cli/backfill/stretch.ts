import { StartLookback } from '../../../lambdas/contract/deployment/collector-event';
import type { BackfillJob } from '../../../lambdas/contract/storage/checkpoint-table';
import { formatMinute } from '../../format/quantities';
import { ExitCode, OperatorError } from '../errors/operator-error';
import { readPointInTime } from '../terminal/point-in-time';

/** A part of the past, unix seconds. */
export type Stretch = Pick<BackfillJob, 'fromEpochS' | 'toEpochS'>;

/** What was typed. */
export interface TypedStretch {
  readonly from: string;
  /** @default - as late as may be */
  readonly to?: string;
}

const SECONDS_PER_HOUR = 3600;

/** Netskope hands events out minutes late, and its iterator walks in windows of an hour: what is newer is the live feed's. */
const LATEST_END_HOURS_AGO = 1;

/** The latest end a backfill may have, unix seconds. */
export function latestEndS(nowMs: number): number {
  return Math.floor(nowMs / 1000) - LATEST_END_HOURS_AGO * SECONDS_PER_HOUR;
}

/** @throws OperatorError where it is no stretch that a backfill can collect */
export function readStretch({ from, to }: TypedStretch, nowMs: number): Stretch {
  const fromEpochS = readPointInTime({ text: from, option: '--from' }, nowMs);
  const toEpochS =
    to === undefined ? latestEndS(nowMs) : readPointInTime({ text: to, option: '--to' }, nowMs);
  checkStretch({ fromEpochS, toEpochS }, nowMs);
  return { fromEpochS, toEpochS };
}

/** @throws OperatorError where a backfill cannot collect it */
export function checkStretch({ fromEpochS, toEpochS }: Stretch, nowMs: number): void {
  const oldestS = Math.floor(nowMs / 1000) - StartLookback.maxHours * SECONDS_PER_HOUR;
  if (fromEpochS < oldestS)
    throw wrongStretch(
      `--from ${formatMinute(fromEpochS)} is more than 90 days ago, and Netskope keeps events for 90 days.`,
      'Give --from 90d for all that is left.',
    );
  if (toEpochS > latestEndS(nowMs))
    throw wrongStretch(
      `--to ${formatMinute(toEpochS)} is less than an hour ago. The live feed covers the present; a backfill collects the past beside it.`,
      'Leave --to out: a backfill then ends an hour ago.',
    );
  if (fromEpochS >= toEpochS)
    throw wrongStretch(
      `--from ${formatMinute(fromEpochS)} is not earlier than --to ${formatMinute(toEpochS)}.`,
      'Give the earlier time as --from. Without --to a backfill ends an hour ago.',
    );
}

function wrongStretch(what: string, whatToDo: string): OperatorError {
  return new OperatorError({ what, whatToDo, exitCode: ExitCode.WrongUsage });
}

/** For example `2026-11-15 12:00 UTC to 2026-11-18 11:00 UTC`. */
export function formatRange({ fromEpochS, toEpochS }: Stretch): string {
  return `${formatMinute(fromEpochS)} to ${formatMinute(toEpochS)}`;
}
