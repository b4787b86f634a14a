import { StartLookback } from '../../../lambdas/contract/deployment/collector-event';
import { isDay } from '../../../lambdas/contract/storage/archive-layout';
import { formatMinute } from '../../format/quantities';
import { ExitCode, OperatorError } from '../operator-error';

const SECONDS_PER_HOUR = 3600;

/** A range of event time, unix seconds; `toEpochS` is not included. */
export interface TimeRange {
  readonly fromEpochS: number;
  readonly toEpochS: number;
}

/** What was typed after `--from` and `--to`. */
export interface TypedRange {
  readonly from?: string;
  readonly to?: string;
}

/** The refusal of a range: what is wrong with it, and what to give instead. */
interface RangeRefusal {
  readonly what: string;
  readonly whatToDo: string;
}

/** The limits that a command sets for its range. */
export interface RangeLimits {
  readonly nowMs: number;
  /** Where the range begins if `--from` is left out. @default - it has to be given */
  readonly defaultFromEpochS?: number;
  /** The latest end, which is the default, and the refusal of a later one: `what` completes `--to <time> is`. */
  readonly latest: RangeRefusal & { readonly toEpochS: number };
  /** What to do about a range that begins before Netskope's retention. @default - it may begin earlier */
  readonly beyondRetention?: string;
  /** What to do about a range that ends before it begins. */
  readonly reversed?: string;
}

/** @throws OperatorError if it is not a range, or not one within the limits */
export function readTimeRange({ from, to }: TypedRange, limits: RangeLimits): TimeRange {
  const read = (text: string | undefined, option: string, otherwise: number | undefined): number =>
    text === undefined && otherwise !== undefined
      ? otherwise
      : readPointInTime({ text: text ?? '', option }, limits.nowMs);
  const range = {
    fromEpochS: read(from, '--from', limits.defaultFromEpochS),
    toEpochS: read(to, '--to', limits.latest.toEpochS),
  };
  checkTimeRange(range, limits);
  return range;
}

/** @throws OperatorError if the range is not within the limits */
export function checkTimeRange({ fromEpochS, toEpochS }: TimeRange, limits: RangeLimits): void {
  const { latest, nowMs, beyondRetention, reversed = 'Give the earlier time as --from.' } = limits;
  if (beyondRetention !== undefined && fromEpochS < oldestKeptS(nowMs))
    throw refused({
      what: `--from ${formatMinute(fromEpochS)} is more than 90 days ago, and Netskope keeps events for 90 days.`,
      whatToDo: beyondRetention,
    });
  if (toEpochS > latest.toEpochS)
    throw refused({ ...latest, what: `--to ${formatMinute(toEpochS)} is ${latest.what}` });
  if (fromEpochS >= toEpochS)
    throw refused({
      what: `--from ${formatMinute(fromEpochS)} is not earlier than --to ${formatMinute(toEpochS)}.`,
      whatToDo: reversed,
    });
}

/** The time of the oldest events that Netskope keeps, 90 days ago, unix seconds. */
export function oldestKeptS(nowMs: number): number {
  return Math.floor(nowMs / 1000) - StartLookback.maxHours * SECONDS_PER_HOUR;
}

/** An error about what was typed. */
export function refused({ what, whatToDo }: RangeRefusal): OperatorError {
  return new OperatorError({ what, whatToDo, exitCode: ExitCode.WrongUsage });
}

/** For example `2026-11-15 12:00 UTC to 2026-11-18 11:00 UTC`. */
export function formatRange({ fromEpochS, toEpochS }: TimeRange): string {
  return `${formatMinute(fromEpochS)} to ${formatMinute(toEpochS)}`;
}

/** A time as it was typed. */
export interface TypedTime {
  readonly text: string;
  /** The option it was given to: `--from`. */
  readonly option: string;
}

const DATE_AND_TIME = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(Z|[+-]\d\d:\d\d)?)?$/;
const AGO = /^(\d{1,5})([dhm])$/;
const SECONDS = { d: 86_400, h: 3600, m: 60 } as const;

/** Help text for an option that takes a time. */
export const TIME_FORMS = 'UTC: 2026-11-22, 2026-11-22T09:30, or how long ago: 90d, 6h, 30m';

/**
 * Reads a time: a date, a date with a time of day, UTC if no offset is given, or how long ago.
 * @returns unix seconds
 * @throws OperatorError
 */
export function readPointInTime({ text, option }: TypedTime, nowMs: number): number {
  const [, count, unit] = AGO.exec(text) ?? [];
  const epochS =
    count === undefined
      ? epochOf(text)
      : Math.floor(nowMs / 1000) - Number(count) * SECONDS[unit as keyof typeof SECONDS];
  if (epochS !== undefined) return epochS;
  throw new OperatorError({
    what: `${option} is ${JSON.stringify(text.slice(0, SHOWN_LENGTH))}; expected a time, ${TIME_FORMS}.`,
    whatToDo: `Give ${option} in one of these forms.`,
    exitCode: ExitCode.WrongUsage,
  });
}

const SHOWN_LENGTH = 60;

function epochOf(text: string): number | undefined {
  const [, day, time = '00:00', offset = 'Z'] = DATE_AND_TIME.exec(text) ?? [];
  if (day === undefined || !isDay(day)) return undefined;
  const epochMs = Date.parse(`${day}T${time}${offset}`);
  return Number.isNaN(epochMs) ? undefined : Math.floor(epochMs / 1000);
}
