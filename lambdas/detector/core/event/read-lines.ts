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
  const unreadable: UnreadableLine[] = [];
  const events = [...readEvents(lines, { sourceId, anonymousUsers }, (line) => unreadable.push(line))];
  return { events, unreadable };
}

/**
 * Reads the lines of one archived object lazily. If the caller keeps no event, this saves garbage collection: an event
 * that is dropped at once is never copied.
 * @param onUnreadable is called for each line without an event to evaluate
 */
export function* readEvents(
  lines: readonly string[],
  { sourceId, anonymousUsers }: ExpectedEvents,
  onUnreadable: (line: UnreadableLine) => void,
): Generator<ArchivedEvent, void> {
  for (const [place, text] of lines.entries()) {
    const value = parsed(text);
    const event = readArchivedEvent(value, anonymousUsers);
    if (event?.sourceId === sourceId) yield event;
    else
      onUnreadable({
        line: place + 1,
        reason: value === undefined ? 'no JSON' : 'no event of this source',
      });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
