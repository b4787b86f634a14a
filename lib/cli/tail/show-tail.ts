import { setTimeout } from 'node:timers/promises';
import { ArchiveObjects } from '../archive/archive-objects';
import type { ShownEvent } from '../archive/shown-event';
import { readShownEvent } from '../archive/shown-event';
import type { Session } from '../session';
import type { Terminal } from '../terminal/terminal';
import type { EventFilter } from './event-filter';
import { isFiltering, isWanted } from './event-filter';
import { firstTime } from './first-time';

export interface TailOptions extends EventFilter {
  /** How many of the newest events are shown at first. */
  readonly lines: number;
  /** How far back events are looked for. */
  readonly hours: number;
  /** The time from which on events are looked for, as it was typed. @default - `hours` ago */
  readonly since?: string;
  /** Whether to go on with events that are archived from now on. */
  readonly follow?: boolean;
  /** With `follow`: seconds between two looks into the archive. */
  readonly interval: number;
  readonly format: EventFormat;
}

/** How events are printed. */
export interface EventFormat {
  /** Begins the output, also where no event follows. */
  begin?(terminal: Terminal): void;
  print(event: TailedEvent, terminal: Terminal): void;
  /** Whether nothing but events may be printed, because a program reads them. @default false */
  readonly isForPrograms?: boolean;
}

/** An archived event and its record. */
interface TailedEvent extends ShownEvent {
  /** The record as it is archived: one line of JSON. */
  readonly line: string;
}

/**
 * Prints the newest events of a source, and with `follow` every event that is archived later, until the session ends. An
 * event that came again with further fields is printed once: among the newest events in its newest edition, and not
 * again while it is followed.
 */
export async function showTail(session: Session, options: TailOptions, sourceId?: string): Promise<void> {
  const { terminal } = session;
  const { format } = options;
  const deployment = await session.deployment();
  const source = deployment.source(sourceId);
  const archive = new ArchiveObjects(deployment, source.sourceId);
  const from = firstTime(options, session.nowMs());
  const isShown = (event: ShownEvent): boolean =>
    (from.time === undefined || event.time >= from.time) && isWanted(event, options);
  const keysOfWindow = (): Promise<string[]> => archive.keysFrom(from.hour(session.nowMs()));
  const keys = await keysOfWindow();
  const events = await newestEvents(archive, keys, { count: options.lines, isShown });
  format.begin?.(terminal);
  for (const event of events) format.print(event, terminal);
  if (events.length === 0 && options.lines > 0 && format.isForPrograms !== true) {
    const what = isFiltering(options) ? 'such event' : 'event';
    terminal.print(`No ${what} of ${source.sourceId} ${from.inWords}.`);
  }
  let seen = new Set(keys);
  while (options.follow === true) {
    await setTimeout(options.interval * 1000, undefined, { signal: session.signal });
    const current = await keysOfWindow();
    const fresh = current.filter((key) => !seen.has(key));
    seen = new Set(current);
    for (const event of (await freshEvents(archive, fresh)).filter(isShown)) format.print(event, terminal);
  }
}

/** The events of new objects. */
async function freshEvents(archive: ArchiveObjects, keys: readonly string[]): Promise<TailedEvent[]> {
  const events: TailedEvent[] = [];
  for (const key of keys) events.push(...(await readEvents(archive, key)));
  return inOrder(firstSeen(events));
}

/**
 * The newest events by event time, the oldest of them first, each in its newest edition. Reads hours backwards, each as
 * a whole, until there are enough; never more than `count` events and one object are in memory.
 * @param keys of objects, oldest hour first
 * @param isShown which of the events
 */
async function newestEvents(
  archive: ArchiveObjects,
  keys: readonly string[],
  { count, isShown }: { readonly count: number; readonly isShown: (event: ShownEvent) => boolean },
): Promise<TailedEvent[]> {
  let events: TailedEvent[] = [];
  let hour: string | undefined;
  for (const key of keys.toReversed()) {
    if (hourFolder(key) !== hour && events.length >= count) break;
    hour = hourFolder(key);
    const found = (await readEvents(archive, key)).filter(isShown);
    events = newestEditions(inOrder([...events, ...found])).slice(-count);
  }
  return events;
}

/** All events of one object, in the order of the object. */
async function readEvents(archive: ArchiveObjects, key: string): Promise<TailedEvent[]> {
  return (await archive.lines(key)).map((line) => ({ ...readShownEvent(line), line }));
}

/** Oldest first; events of one second stay as they were. */
function inOrder(events: readonly TailedEvent[]): TailedEvent[] {
  return events.toSorted((one, other) => (one.time < other.time ? -1 : Number(one.time > other.time)));
}

function hourFolder(key: string): string {
  return key.slice(0, key.lastIndexOf('/'));
}

/** Each event in its newest edition only; the others are left out. */
export function newestEditions<Event extends ShownEvent>(events: readonly Event[]): Event[] {
  const newest = new Map<string, number>();
  for (const { rowId, edition } of events) newest.set(rowId, Math.max(edition, newest.get(rowId) ?? 1));
  return events.filter(({ rowId, edition }) => edition === newest.get(rowId));
}

/** Those among new events that did not come before, each in its newest edition: the others have been seen. */
export function firstSeen<Event extends ShownEvent>(events: readonly Event[]): Event[] {
  const fresh = new Set(events.filter(({ edition }) => edition === 1).map(({ rowId }) => rowId));
  return newestEditions(events.filter(({ rowId }) => fresh.has(rowId)));
}
