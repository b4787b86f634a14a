import type { ArchivedEvent } from '../../../lambdas/detector/core/event/archived-event';
import type { UnreadableLine } from '../../../lambdas/detector/core/event/read-lines';
import { readLines } from '../../../lambdas/detector/core/event/read-lines';
import type { MatchedEvents } from '../../../lambdas/detector/core/group/match-events';
import { matchEvents } from '../../../lambdas/detector/core/group/match-events';
import type { Tuning } from '../../../lambdas/detector/core/rule/tuning';
import type { ArchiveObjects } from '../archive/archive-objects';
import type { HourOfArchive } from '../archive/hours-of-archive';
import { inParallel } from '../archive/in-parallel';

/** What the rules match in one archived object. The events themselves are not kept. */
export interface MatchedObject extends Pick<MatchedEvents, 'batches' | 'counts' | 'failures'> {
  readonly key: string;
  readonly events: number;
  /** Time of its earliest event, unix seconds. */
  readonly firstEventS: number;
  readonly unreadable: readonly UnreadableLine[];
  /** Lines that were skipped: the same events came before with fewer fields. */
  readonly laterEditions: number;
}

/** One hour of the archive. */
export interface MatchedHour {
  /** Whole hours since 1970. */
  readonly hour: number;
  /** In the order of their earliest events. */
  readonly objects: readonly MatchedObject[];
}

export interface HourReader {
  readonly archive: ArchiveObjects;
  readonly sourceId: string;
  readonly tuning: Tuning;
}

/** A full object takes some 30 MB while it is read. */
const OBJECTS_AT_ONCE = 2;

/**
 * Reads the objects of an hour, and sorts their events into the groups of the rules.
 * @throws OperatorError if an object is not gzip
 */
export async function readMatchedHour(
  reader: HourReader,
  { hour, keys }: HourOfArchive,
): Promise<MatchedHour> {
  const objects = await inParallel(keys, OBJECTS_AT_ONCE, (key) => readMatchedObject(reader, key));
  return { hour, objects: objects.sort(byTime) };
}

async function readMatchedObject(
  { archive, sourceId, tuning }: HourReader,
  key: string,
): Promise<MatchedObject> {
  const lines = await archive.lines(key);
  const { events, ...skipped } = readLines(lines, sourceId, tuning.anonymousUsers);
  const { batches, counts, failures } = matchEvents(events, tuning.rules, key);
  return {
    key,
    events: events.length,
    firstEventS: earliestS(events),
    ...skipped,
    batches,
    counts,
    failures,
  };
}

function earliestS(events: readonly ArchivedEvent[]): number {
  return events.reduce((earliest, { timeS }) => Math.min(earliest, timeS), Infinity);
}

function byTime(one: MatchedObject, other: MatchedObject): number {
  if (one.firstEventS !== other.firstEventS) return one.firstEventS < other.firstEventS ? -1 : 1;
  return one.key < other.key ? -1 : 1;
}
