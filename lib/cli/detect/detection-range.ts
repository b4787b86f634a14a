import { hourOf } from '../../../lambdas/contract/storage/archive-layout';
import type { TunedRule } from '../../../lambdas/detector/core/rule/tuned-rule';
import { formatMinute } from '../../format/quantities';
import type { TypedRange } from '../terminal/time-range';
import { readPointInTime, readTimeRange, refused } from '../terminal/time-range';

/** The range as typed. */
export interface TypedDetectionRange extends TypedRange {
  /** @default - as long before `from` as the rules need */
  readonly learnFrom?: string;
}

/** Hours of event time, counted since 1970. An object holds the events of one hour, and is evaluated as a whole. */
export interface DetectionRange {
  /** First hour that the rules see; alerts before `fromHour` are not shown. */
  readonly learnFromHour: number;
  readonly fromHour: number;
  /** The hour after the last. */
  readonly endHour: number;
}

export const SECONDS_PER_HOUR = 3600;
const SECONDS_PER_DAY = 86_400;
const DEFAULT_LENGTH_S = 7 * SECONDS_PER_DAY;

/** The start of a window depends on the end of the one before it, until the group has been quiet for a while. */
const WINDOWS_MEMORY_S = SECONDS_PER_DAY;

/** @throws OperatorError if the range is not one of the past */
export function readDetectionRange(
  { learnFrom, ...typed }: TypedDetectionRange,
  { nowMs, rules }: { readonly nowMs: number; readonly rules: readonly TunedRule[] },
): DetectionRange {
  const nowS = Math.floor(nowMs / 1000);
  const { fromEpochS, toEpochS } = readTimeRange(typed, {
    nowMs,
    defaultFromEpochS: nowS - DEFAULT_LENGTH_S,
    latest: { toEpochS: nowS, what: 'in the future.', whatToDo: 'Leave --to out: the range then ends now.' },
  });
  const learnFromS =
    learnFrom === undefined
      ? fromEpochS - longestMemoryS(rules)
      : readPointInTime({ text: learnFrom, option: '--learn-from' }, nowMs);
  if (learnFromS > fromEpochS)
    throw refused({
      what: `--learn-from ${formatMinute(learnFromS)} is later than --from ${formatMinute(fromEpochS)}.`,
      whatToDo: 'What is learned comes before what is evaluated: give an earlier time, or leave it out.',
    });
  return {
    learnFromHour: hourOf(learnFromS),
    fromHour: hourOf(fromEpochS),
    endHour: hourOf(toEpochS - 1) + 1,
  };
}

/** The start of an hour as text. @param hour whole hours since 1970 */
export function formatHour(hour: number): string {
  return formatMinute(hour * SECONDS_PER_HOUR);
}

/** Seconds before the range in which an event can still affect an alert. */
function longestMemoryS(rules: readonly TunedRule[]): number {
  return Math.max(
    ...rules.map(({ rule }) => (rule.novelty?.learningDays ?? 0) * SECONDS_PER_DAY),
    WINDOWS_MEMORY_S,
  );
}
