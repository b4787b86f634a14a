import { EVENT_TIME_S } from './feed';

/** Unix time in other units, by how many of them make a second. The accepted years never overlap between units. */
const UNITS_PER_S = [1, 1_000, 1_000_000];

/** A number as text: Netskope's neighbors write seconds so (parser tests of Elastic, Cortex and Panther). */
const DECIMAL = /^\d{1,16}(?:\.\d{1,9})?$/;
/** ISO 8601 with a zone, or `YYYY-MM-DD HH:MM:SS`, which the same ecosystems mean as UTC. */
const DATE_TIME = /^(\d{4}-\d{2}-\d{2})(?:T|( ))(\d{2}:\d{2}:\d{2})(?:\.\d{1,9})?(Z|[+-]\d{2}:?\d{2})?$/;

/**
 * The time of an event, in whatever unambiguous spelling it comes: unix seconds, as documented; the same as text, with a
 * fraction, in milliseconds or microseconds; ISO 8601 with a zone; `YYYY-MM-DD HH:MM:SS` in UTC.
 * @returns whole unix seconds; undefined if the value is anything else, or outside the accepted years
 */
export function eventTimeS(value: unknown): number | undefined {
  if (typeof value === 'number') return inSeconds(value);
  if (typeof value !== 'string') return undefined;
  return DECIMAL.test(value) ? inSeconds(Number(value)) : timeOfDate(value);
}

/**
 * The id of an event: a text, a whole number, or MongoDB's `{"$oid":"…"}` (old exports have both).
 * @returns undefined if the value is anything else, or a number too large to be read exactly
 */
export function eventId(value: unknown): string | undefined {
  if (typeof value === 'string') return /\S/.test(value) ? value : undefined;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined;
  const { $oid: oid } = (value ?? {}) as { readonly $oid?: unknown };
  return typeof oid === 'string' && /^[\da-f]{24}$/i.test(oid) ? oid : undefined;
}

function inSeconds(time: number): number | undefined {
  const seconds = UNITS_PER_S.map((units) => Math.floor(time / units));
  return seconds.find(isAccepted);
}

function timeOfDate(text: string): number | undefined {
  const [, date = '', space, time = '', zone] = DATE_TIME.exec(text) ?? [];
  if (date === '' || (space === undefined) === (zone === undefined)) return undefined;
  const localMs = Date.parse(`${date}T${time}Z`);
  // A day that the month does not have is read as one of the next month.
  if (Number.isNaN(localMs) || !new Date(localMs).toISOString().startsWith(date)) return undefined;
  const offset = zone === undefined || zone === 'Z' ? '+00:00' : zone;
  const [hours, minutes] = [Number(offset.slice(1, 3)), Number(offset.slice(-2))];
  if (hours > 23 || minutes > 59) return undefined;
  const aheadS = (hours * 60 + minutes) * 60 * (offset.startsWith('-') ? -1 : 1);
  const seconds = localMs / 1000 - aheadS;
  return isAccepted(seconds) ? seconds : undefined;
}

function isAccepted(seconds: number): boolean {
  return seconds >= EVENT_TIME_S.minimum && seconds <= EVENT_TIME_S.maximum;
}
