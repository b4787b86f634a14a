import { eventId, eventTimeS } from '../../contract/feed/event-place';
import {
  archivePartition,
  type FeedName,
  prefixesOf,
  quarantinePartition,
} from '../../contract/storage/archive-layout';
import type { QuarantinedRecord } from '../../contract/storage/event-record';
import { append } from '../../shared/collections';
import type { AlreadyStored, UncountedObject } from '../core/page/already-stored';
import { eventText } from '../core/page/envelope';
import type { RejectedEvent } from '../core/page/read-event';
import { ownText, rawForm } from '../core/page/record';
import type { Standing } from '../core/page/same-event';
import { Comparison, EventsById } from '../core/page/same-event';
import type { ValidatedPage } from '../core/page/validated-page';
import type { PageOrigin, SearchScope } from '../core/ports';
import type { PageOfObject } from './known-objects';
import type { ArchivePlace, ComparedObject, Reading, StoredLine } from './s3-partition';
import { readObjects } from './s3-partition';

const MS_PER_DAY = 86_400_000;

interface ComparisonScope extends SearchScope {
  /** The page that is compared. Objects of the same page were written by attempts that were never committed. */
  readonly origin: PageOrigin;
  readonly nowMs: number;
}

/** The fields of an archived line that are compared. */
interface StoredRecord {
  readonly _id?: unknown;
  readonly timestamp?: unknown;
  readonly p_edition?: number;
}

/**
 * Searches the partitions of archive and quarantine in which a page's events would be stored. An object that the run knows
 * is read again only if it may hold one of them.
 * @throws ArchiveError
 */
export async function findStored(
  place: ArchivePlace,
  validated: ValidatedPage,
  scope: ComparisonScope,
): Promise<AlreadyStored> {
  const search = new StoredEventSearch(place.feed, validated, scope);
  const archived = readingOf(search, idOf, place.known.holdersOf(search.ids));
  for (const hours of consecutive(scope.hours)) {
    const hourOf = new Map(hours.map((hour) => [archivePartition(place.feed, place.sourceId, hour), hour]));
    const onEmpty = (partition: string) => search.emptyHours.add(hourOf.get(partition) ?? 0);
    for await (const object of readObjects(place, [...hourOf.keys()], { ...archived, onEmpty }))
      search.inArchive(object);
  }
  if (scope.quarantine === undefined) return search.alreadyStored;
  const quarantined = readingOf(search, rawKeyOf, place.known.holdersOf(search.rawKeys));
  const days: string[] = [];
  for (let dayMs = startOfDay(scope.quarantine.sinceMs); dayMs <= scope.nowMs; dayMs += MS_PER_DAY)
    days.push(quarantinePartition(place.feed, place.sourceId, dayMs));
  for await (const object of readObjects(place, days, quarantined)) search.inQuarantine(object);
  return search.alreadyStored;
}

/** Hours in order, those that follow each other together. */
function consecutive(hours: ReadonlySet<number>): number[][] {
  const groups: number[][] = [];
  for (const hour of [...hours].sort((one, other) => one - other)) {
    const group = groups.at(-1);
    if (group?.at(-1) === hour - 1) group.push(hour);
    else groups.push([hour]);
  }
  return groups;
}

/** @param holders known objects that may hold an event that is looked for */
function readingOf(
  search: StoredEventSearch,
  identityOf: Reading['identityOf'],
  holders: ReadonlySet<string>,
): Reading {
  return {
    identityOf,
    isWanted: (key, page) => holders.has(key) || search.isUncounted(key, page),
    onForeign: (key) => search.foreign.push(key),
  };
}

/** Compares a page's events with stored lines, object by object. */
class StoredEventSearch {
  readonly emptyHours = new Set<number>();
  readonly foreign: string[] = [];
  private readonly origin: PageOrigin;
  private readonly earlier = new Set<number>();
  private readonly unfinished = new Set<number>();
  private readonly accepted = new EventsById();
  private readonly comparisons = new Map<number, Comparison>();
  private readonly metIds = new Set<string>();
  private readonly rejectedByRaw = new Map<string, RejectedEvent[]>();
  private readonly uncounted: UncountedObject[] = [];

  constructor(
    private readonly feed: FeedName,
    private readonly validated: ValidatedPage,
    private readonly scope: ComparisonScope,
  ) {
    this.origin = scope.origin;
    for (const { index, id } of validated.accepted)
      this.accepted.add(id, { index, text: () => eventText(validated.page, index) });
    for (const event of validated.rejected)
      append(this.rejectedByRaw, rawKey(rawForm(validated.page, event)), event);
  }

  /** What identifies the events that are looked for in the archive. */
  get ids(): Iterable<string> {
    return this.validated.accepted.map(({ id }) => id);
  }

  /** What identifies the events that are looked for in the quarantine. */
  get rawKeys(): Iterable<string> {
    return this.rejectedByRaw.keys();
  }

  inArchive(object: ComparedObject): void {
    const met: number[] = [];
    for (const line of object.lines) {
      const id = idOf(line);
      const text = this.accepted.has(id) ? ownText(line.text) : undefined;
      if (text === undefined) continue;
      this.metIds.add(id);
      for (const event of this.accepted.toCompare(id, text)) {
        const comparison = this.comparisonOf(event.index);
        comparison.add(text, event.text(), (line.value as StoredRecord).p_edition);
        if (comparison.isHeld) met.push(event.index);
      }
    }
    this.mark(met, object);
  }

  private comparisonOf(index: number): Comparison {
    const known = this.comparisons.get(index) ?? new Comparison();
    this.comparisons.set(index, known);
    return known;
  }

  /** The result so far. Of many events with one `_id` the last ones are not compared: they conflict. */
  get alreadyStored(): AlreadyStored {
    const { earlier, unfinished, emptyHours, uncounted, foreign } = this;
    const standings = new Map<number, Standing>();
    for (const id of this.metIds)
      for (const { index } of this.accepted.of(id))
        if (!this.isStored(index))
          standings.set(index, this.comparisons.get(index)?.standing ?? { isConflicting: true });
    return { earlier, unfinished, standings, emptyHours, uncounted, foreign };
  }

  private isStored(index: number): boolean {
    return this.earlier.has(index) || this.unfinished.has(index);
  }

  /** Each quarantined line matches at most one event: two equal events without an `_id` may be two events. */
  inQuarantine(object: ComparedObject): void {
    const match = this.matchOf(object);
    const met: number[] = [];
    for (const line of match === 'none' ? [] : object.lines) {
      const candidates = this.rejectedByRaw.get(rawKeyOf(line)) ?? [];
      const event = candidates.at(-1);
      if (event === undefined || (match === 'with-id' && !event.hasId)) continue;
      candidates.pop();
      met.push(event.index);
    }
    this.mark(met, object);
  }

  /** Which events of a quarantined object may be events of the page. */
  private matchOf({ indexName, sequence }: ComparedObject): 'all' | 'with-id' | 'none' {
    const { anewToSequence, repeatedFromSequence = 0, onlyWithId = false } = this.scope.quarantine ?? {};
    const isOfOtherStream = indexName !== this.origin.indexName;
    if (anewToSequence !== undefined && (isOfOtherStream || sequence <= anewToSequence)) return 'all';
    if (!isOfOtherStream && sequence < repeatedFromSequence) return 'none';
    return onlyWithId ? 'with-id' : 'all';
  }

  private mark(met: readonly number[], object: ComparedObject): void {
    const isOfThisPage = this.isOfPages([this.origin.sequence], object);
    for (const index of met) (isOfThisPage ? this.unfinished : this.earlier).add(index);
    if (this.isUncounted(object.key, object)) this.uncounted.push(uncountedObject(this.feed, object));
  }

  /** Whether an object was left behind by an attempt at this page or at an abandoned one, and is not counted yet. */
  isUncounted(key: string, page: PageOfObject): boolean {
    const { sequences = [], countedKeys = [] } = this.origin.abandoned ?? {};
    return (
      this.isOfPages([this.origin.sequence], page) ||
      (this.isOfPages(sequences, page) && !countedKeys.includes(key))
    );
  }

  private isOfPages(sequences: readonly number[], { indexName, sequence }: PageOfObject): boolean {
    return indexName === this.origin.indexName && sequences.includes(sequence);
  }
}

function idOf({ value }: StoredLine): string {
  return eventId((value as StoredRecord)._id) ?? '';
}

function rawKeyOf({ value }: StoredLine): string {
  return rawKey(value as QuarantinedRecord);
}

function uncountedObject(
  feed: FeedName,
  { key, lines, driftedCount, conflictingCount, storedAtMs, listing }: ComparedObject,
): UncountedObject {
  const object = listing();
  if (key.startsWith(`${prefixesOf(feed).quarantine}/`)) {
    const totals = { archived: 0, quarantined: lines.length, drifted: 0 };
    return { object, storedAtMs, totals, timestampsS: [] };
  }
  const records = lines.map(({ value }) => value as StoredRecord);
  const firstEditions = records.filter(({ p_edition: edition }) => edition === undefined);
  return {
    object,
    storedAtMs,
    totals: {
      archived: lines.length,
      quarantined: 0,
      drifted: driftedCount,
      editions: lines.length - firstEditions.length,
      conflicting: conflictingCount,
    },
    timestampsS: firstEditions.map(({ timestamp }) => eventTimeS(timestamp) ?? 0),
  };
}

/** What identifies a quarantined event. */
export function rawKey({ raw, raw_base64 }: Pick<QuarantinedRecord, 'raw' | 'raw_base64'>): string {
  return raw === undefined ? `base64 ${raw_base64}` : `text ${raw}`;
}

function startOfDay(epochMs: number): number {
  return epochMs - (epochMs % MS_PER_DAY);
}
