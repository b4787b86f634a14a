import { ExitCode, OperatorError } from '../errors/operator-error';

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

/** Date.parse takes a day that the month does not have for one of the next month. */
function isDay(day: string): boolean {
  const epochMs = Date.parse(day);
  return !Number.isNaN(epochMs) && new Date(epochMs).toISOString().startsWith(day);
}
