import type { ArchiveObjects } from '../archive-objects';
import { readArchivedEvent } from '../archived-event';
import type { ArchivedEvent } from '../archived-event';

/** An archived event, and the record it stands in. */
export interface TailedEvent extends ArchivedEvent {
  /** The record as it is archived: one line of JSON. */
  readonly line: string;
}

/**
 * The newest events by event time, oldest of them first. Hours are read backwards, each as a whole, until there are
 * enough; never more than `count` events and one object are in memory.
 * @param keys of objects, oldest hour first
 */
export async function newestEvents(
  archive: ArchiveObjects,
  keys: readonly string[],
  count: number,
): Promise<TailedEvent[]> {
  let events: TailedEvent[] = [];
  let hour: string | undefined;
  for (const key of keys.toReversed()) {
    if (hourFolder(key) !== hour && events.length >= count) break;
    hour = hourFolder(key);
    events = inOrder([...events, ...(await readEvents(archive, key))]).slice(-count);
  }
  return events;
}

/** All events of one object, in the order of the object. */
export async function readEvents(archive: ArchiveObjects, key: string): Promise<TailedEvent[]> {
  return (await archive.lines(key)).map((line) => ({ ...readArchivedEvent(line), line }));
}

/** Oldest first; events of one second stay as they were. */
export function inOrder(events: readonly TailedEvent[]): TailedEvent[] {
  return events.toSorted((one, other) => (one.time < other.time ? -1 : Number(one.time > other.time)));
}

function hourFolder(key: string): string {
  return key.slice(0, key.lastIndexOf('/'));
}
