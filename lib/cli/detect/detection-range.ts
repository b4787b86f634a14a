import { hourOf } from '../../../lambdas/contract/storage/archive-layout';
import type { TunedRule } from '../../../lambdas/detector/core/rule/tuned-rule';
import { append } from '../../../lambdas/shared/collections';
import { formatMinute } from '../../format/quantities';
import type { ArchiveObjects } from '../archive/archive-objects';
import { notFromCollector } from '../archive/archive-objects';
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

/** One hour that has events. */
export interface HourOfArchive {
  /** Whole hours since 1970. */
  readonly hour: number;
  readonly keys: readonly string[];
}

/**
 * The hours that have events, oldest first, from the start of the learning period to the end of the range.
 * @throws OperatorError if a key of the archive belongs to no hour
 */
export async function hoursOfArchive(
  archive: ArchiveObjects,
  { learnFromHour, endHour }: Pick<DetectionRange, 'learnFromHour' | 'endHour'>,
): Promise<HourOfArchive[]> {
  const keysByHour = new Map<number, string[]>();
  for (const key of await archive.keysFrom(learnFromHour)) {
    const hour = hourOfKey(key);
    if (hour >= endHour) break;
    append(keysByHour, hour, key);
  }
  return [...keysByHour].map(([hour, keys]) => ({ hour, keys }));
}

function hourOfKey(key: string): number {
  const [, day, hour] = /\/dt=(\d{4}-\d\d-\d\d)\/hour=(\d\d)\//.exec(key) ?? [];
  const epochMs = Date.parse(`${day}T${hour}:00:00Z`);
  if (Number.isNaN(epochMs)) throw notFromCollector(`Object ${key}`, 'lies in no hour');
  return hourOf(epochMs / 1000);
}
