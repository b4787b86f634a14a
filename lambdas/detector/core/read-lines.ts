import { readArchivedEvent } from './archived-event';
import type { ArchivedEvent } from './archived-event';

/** A line that holds no event to be judged. */
export interface UnreadableLine {
  /** Counted from 1. */
  readonly line: number;
  readonly reason: 'no JSON' | 'no event of this source';
}

export interface ReadLines {
  readonly events: readonly ArchivedEvent[];
  readonly unreadable: readonly UnreadableLine[];
}

/**
 * Reads the lines of one archived object.
 * @param sourceId of the object's key; the collector writes no other into it
 * @param anonymousUsers names in lower case that stand for nobody
 */
export function readLines(
  lines: readonly string[],
  sourceId: string,
  anonymousUsers: ReadonlySet<string>,
): ReadLines {
  const events: ArchivedEvent[] = [];
  const unreadable: UnreadableLine[] = [];
  lines.forEach((text, place) => {
    const value = parsed(text);
    const event = readArchivedEvent(value, anonymousUsers);
    if (event?.sourceId === sourceId) events.push(event);
    else
      unreadable.push({
        line: place + 1,
        reason: value === undefined ? 'no JSON' : 'no event of this source',
      });
  });
  return { events, unreadable };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
