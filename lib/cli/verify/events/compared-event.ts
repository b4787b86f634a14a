import { createHash } from 'node:crypto';
import { parseExactly } from '../../../../lambdas/collector/core/page/same-event';

/** An event, reduced to what can be compared between two places. */
export interface ComparedEvent {
  /** Its `_id`, if that is a string. */
  readonly id?: string;
  /** Its `timestamp`, unix seconds; absent if that is not a time. */
  readonly timestampS?: number;
  /** Hash of the content, independent of the order of fields, white space and escapes. */
  readonly content: string;
}

/** Only one of the two endpoints adds this field (published samples of both), so events are compared without it. */
const ADDED_BY_ENDPOINT = '_insertion_epoch_timestamp';

const CONTENT_LENGTH = 24;

/** Reads an event's exact text from any of the places. Text that is not JSON is compared as it is. */
export function comparedEvent(text: string): ComparedEvent {
  const value = parsed(text);
  if (typeof value !== 'object' || value === null) return { content: contentOf(text) };
  const fields = value as Readonly<Record<string, unknown>>;
  const { _id: id, timestamp } = fields;
  return {
    ...(typeof id === 'string' ? { id } : {}),
    ...(isTime(timestamp) ? { timestampS: Number(timestamp) } : {}),
    content: contentOf(canonical(fields) ?? text),
  };
}

function parsed(text: string): unknown {
  try {
    return parseExactly(text);
  } catch {
    return undefined;
  }
}

/** Some producers write numbers as strings. */
function isTime(value: unknown): boolean {
  return /^\d{1,12}$/.test(typeof value === 'string' || typeof value === 'number' ? String(value) : '');
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
