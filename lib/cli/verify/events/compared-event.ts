import { createHash } from 'node:crypto';
import { parseExactly } from '../../../../lambdas/collector/core/page/same-event';

/** An event, reduced to what two places can agree on. */
export interface ComparedEvent {
  /** Its `_id`, where that is a text. */
  readonly id?: string;
  /** Its `timestamp`, unix seconds; absent where that is no time. */
  readonly timestampS?: number;
  /** The same for two events that say the same, whatever their order of fields, white space and escapes. */
  readonly content: string;
}

/**
 * Only one of the two endpoints adds it (published samples of both): an event of one is compared with an event of the
 * other without it.
 */
const ADDED_BY_ENDPOINT = '_insertion_epoch_timestamp';

const CONTENT_LENGTH = 24;

/** Reads an event's exact text, from wherever it comes; what is no JSON is an event of that content. */
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

/** Some producers write numbers as texts. */
function isTime(value: unknown): boolean {
  return /^\d{1,12}$/.test(typeof value === 'string' || typeof value === 'number' ? String(value) : '');
}

/** @returns undefined where it is nested too deeply to be written */
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
