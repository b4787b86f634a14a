import { createHash } from 'node:crypto';
import { parseExactly, relationTo } from '../../../../lambdas/collector/core/page/same-event';
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

/** If more different events share an `_id`, none is taken for an edition: comparing each with each would take minutes. */
const MAX_COMPARED = 8;

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

/**
 * The events of one place. Where one has all fields of another and more, both are editions of one event, which counts
 * once, as its newest edition: Netskope adds fields to events that it delivered before. A further copy of an earlier
 * edition is given as one of the newest, and is then found to be double.
 * @param texts exact texts of all events of the place that may be editions of each other
 */
export function comparedEvents(texts: readonly string[]): ComparedEvent[] {
  const events = texts.map((text) => ({ text, event: comparedEvent(text) }));
  const newest = newestEditions(events);
  const met = new Set<string>();
  return events.flatMap(({ text, event }) => {
    const edition = newest.get(text);
    if (edition === undefined) return [event];
    const isCopy = met.has(text);
    met.add(text);
    return isCopy ? [edition] : [];
  });
}

interface EventText {
  readonly text: string;
  readonly event: ComparedEvent;
}

/** The newest edition of each event that has one, by the text of the earlier one. */
function newestEditions(events: readonly EventText[]): ReadonlyMap<string, ComparedEvent> {
  const newest = new Map<string, ComparedEvent>();
  for (const different of differentById(events)) {
    if (different.length > MAX_COMPARED) continue;
    for (const one of different) {
      const edition = newestOf(one, different);
      if (edition !== undefined) newest.set(one.text, edition.event);
    }
  }
  return newest;
}

/** @returns undefined if no other event has all fields of this one and more */
function newestOf(one: EventText, others: readonly EventText[]): EventText | undefined {
  const later = others.filter((other) => isEdition(other, one));
  return later.find((edition) => !later.some((other) => isEdition(other, edition)));
}

function isEdition(later: EventText, earlier: EventText): boolean {
  return relationTo(earlier.text, later.text) === 'edition';
}

/** Events that share an `_id`, those with the same text once. */
function differentById(events: readonly EventText[]): Iterable<readonly EventText[]> {
  const byId = new Map<string, Map<string, EventText>>();
  for (const one of events) {
    const { id } = one.event;
    if (id === undefined) continue;
    const byText = byId.get(id);
    if (byText === undefined) byId.set(id, new Map([[one.text, one]]));
    else byText.set(one.text, one);
  }
  return [...byId.values()].filter(({ size }) => size > 1).map((byText) => [...byText.values()]);
}
