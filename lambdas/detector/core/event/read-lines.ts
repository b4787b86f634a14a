import type { ArchivedEvent } from './archived-event';
import { readArchivedEvent } from './archived-event';

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

/** Whose events the lines of an archived object are to be. */
export interface ExpectedEvents {
  /** Of the object's key; the collector writes no other into it. */
  readonly sourceId: string;
  /** Names in lower case that stand for nobody. */
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
 * Reads the lines of one archived object, each when its event is asked for. Whoever keeps no event spares the garbage
 * collector: what is let go at once is never copied.
 * @param onUnreadable told of each line that holds no event to be judged
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
