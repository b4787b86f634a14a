import type { ArchivedEvent } from '../archive/archived-event';

/** Each event in its newest edition only; the others are left out. */
export function newestEditions<Event extends ArchivedEvent>(events: readonly Event[]): Event[] {
  const newest = new Map<string, number>();
  for (const { rowId, edition } of events) newest.set(rowId, Math.max(edition, newest.get(rowId) ?? 1));
  return events.filter(({ rowId, edition }) => edition === newest.get(rowId));
}

/** Those among new events that did not come before, each in its newest edition: the others have been seen. */
export function firstSeen<Event extends ArchivedEvent>(events: readonly Event[]): Event[] {
  const fresh = new Set(events.filter(({ edition }) => edition === 1).map(({ rowId }) => rowId));
  return newestEditions(events.filter(({ rowId }) => fresh.has(rowId)));
}
