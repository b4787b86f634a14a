import { createHash } from 'node:crypto';
import { parseExactly } from '../../../../lambdas/collector/core/page/same-event';
import { eventId, eventTimeS } from '../../../../lambdas/contract/feed/event-place';

/** An event, reduced to what can be compared between two places. */
export interface ComparedEvent {
  /** Its `_id` as text, however it is spelled; absent if that is no id. */
  readonly id?: string;
  /** Its `timestamp`, unix seconds, however it is spelled; absent if that is no time of an event. */
  readonly timestampS?: number;
  /** Hash of the content, independent of the order of fields, white space and escapes. */
  readonly content: string;
}

/** Only one of the two endpoints adds this field (published samples of both), so events are compared without it. */
const ADDED_BY_ENDPOINT = '_insertion_epoch_timestamp';

const CONTENT_LENGTH = 24;

/** Reads an event's exact text from any of the places. Text that is not JSON is compared as it is. */
export function comparedEvent(text: string): ComparedEvent {
  const fields = parsed(text, parseExactly);
  if (fields === undefined) return { content: contentOf(text) };
  // Parsed exactly, a long number is no number: an id or a time in microseconds may be one.
  const { _id, timestamp } = parsed(text, JSON.parse) ?? {};
  const [id, timestampS] = [eventId(_id), eventTimeS(timestamp)];
  return {
    ...(id === undefined ? {} : { id }),
    ...(timestampS === undefined ? {} : { timestampS }),
    content: contentOf(canonical(fields) ?? text),
  };
}

/** @returns undefined unless the text is an object or a list */
function parsed(
  text: string,
  parse: (text: string) => unknown,
): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = parse(text);
    return typeof value === 'object' && value !== null
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** @returns undefined if it is nested too deeply to be written */
function canonical(fields: Readonly<Record<string, unknown>>): string | undefined {
  const own = { ...fields, [ADDED_BY_ENDPOINT]: undefined };
  try {
    return JSON.stringify(own, (_key, part: unknown) => (isObject(part) ? sorted(part) : part));
  } catch {
    return undefined;
  }
}

function sorted(object: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).sort(([one], [other]) => (one < other ? -1 : 1)));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function contentOf(text: string): string {
  return createHash('sha256').update(text).digest('base64').slice(0, CONTENT_LENGTH);
}
