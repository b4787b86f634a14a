import { parsedJson } from '../../../shared/json-text';
import type { ArchivedEvent } from './archived-event';
import { readArchivedEvent } from './archived-event';

/** A line without an event to evaluate. */
export interface UnreadableLine {
  /** Counted from 1. */
  readonly line: number;
  readonly reason: 'no JSON' | 'no event of this source';
}

export interface ReadLines {
  readonly events: readonly ArchivedEvent[];
  readonly unreadable: readonly UnreadableLine[];
  /** Lines that were skipped as later editions. */
  readonly laterEditions: number;
}

/** What the lines of an object are. */
export class LineTally {
  /** How many were read. */
  read = 0;
  readonly unreadable: UnreadableLine[] = [];
  /** How many lines hold an event that came before with fewer fields. */
  laterEditions = 0;
}

/** The events that the lines of an archived object should hold. */
export interface ExpectedEvents {
  /** From the object's key; the collector writes events of no other source into it. */
  readonly sourceId: string;
  /** Names in lower case that identify nobody. */
  readonly anonymousUsers: ReadonlySet<string>;
}

/** Reads the lines of one archived object, all of them at once. */
export function readLines(
  lines: readonly string[],
  sourceId: string,
  anonymousUsers: ReadonlySet<string>,
): ReadLines {
  const tally = new LineTally();
  const events = [...readEvents(lines, { sourceId, anonymousUsers }, tally)];
  return { events, unreadable: tally.unreadable, laterEditions: tally.laterEditions };
}

/**
 * Reads the next lines of one archived object lazily. If the caller keeps no event, this saves garbage collection: an event
 * that is dropped at once is never copied. A later edition is skipped: the same event was evaluated when it came first,
 * with fewer fields, and nobody wants its alert again.
 * @param tally counts the lines
 */
export function* readEvents(
  lines: readonly string[],
  { sourceId, anonymousUsers }: ExpectedEvents,
  tally: LineTally,
): Generator<ArchivedEvent, void> {
  for (const text of lines) {
    tally.read += 1;
    const value = parsedJson(text);
    const event = readArchivedEvent(value, anonymousUsers, text);
    if (event?.sourceId !== sourceId)
      tally.unreadable.push({
        line: tally.read,
        reason: value === undefined ? 'no JSON' : 'no event of this source',
      });
    else if (isLaterEdition(event)) tally.laterEditions += 1;
    else yield event;
  }
}

function isLaterEdition({ fields: { p_edition: edition } }: ArchivedEvent): boolean {
  return typeof edition === 'number' && edition > 1;
}
