import { createHash } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
import { paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { eventId, eventTimeS } from '../../contract/feed/event-place';
import {
  archivePartition,
  type FeedName,
  OBJECT_SUFFIX,
  ObjectMetadata,
  prefixesOf,
  quarantinePartition,
} from '../../contract/storage/archive-layout';
import type { QuarantinedRecord } from '../../contract/storage/event-record';
import type { ManifestObject } from '../../contract/storage/manifest';
import { ArchiveError } from '../../shared/errors';
import { MAX_OBJECT_BYTES, ObjectReader } from '../../shared/object-reader';
import { unpack } from '../../shared/unpack';
import type { AlreadyStored, UncountedObject } from '../core/page/already-stored';
import { eventText, hasId } from '../core/page/envelope';
import { ownText, rawForm } from '../core/page/record';
import type { Standing } from '../core/page/same-event';
import { Comparison, EventsById } from '../core/page/same-event';
import type { ValidatedPage } from '../core/page/validated-page';
import type { PageOrigin, SearchScope } from '../core/ports';
import type { SourcePlace } from './source-place';

const MS_PER_DAY = 86_400_000;

/** Where a source's objects are, and the client that reads them. */
export interface ArchivePlace extends SourcePlace {
  readonly client: S3Client;
}

export interface ComparisonScope extends SearchScope {
  /** The page that is compared. Objects of the same page were written by attempts that were never committed. */
  readonly origin: PageOrigin;
  readonly nowMs: number;
}

/** One line of a stored object. */
interface StoredLine {
  readonly text: string;
  readonly value: unknown;
}

/** The fields of an archived line that are compared. */
interface StoredRecord {
  readonly _id?: unknown;
  readonly timestamp?: unknown;
  readonly p_edition?: number;
}

/** One stored object, decompressed. */
interface ComparedObject {
  readonly key: string;
  /** Index name and sequence number of the page that it came from. */
  readonly indexName: string | undefined;
  readonly sequence: number;
  readonly driftedCount: number;
  readonly conflictingCount: number;
  readonly storedAtMs: number;
  readonly lines: readonly StoredLine[];
  readonly listing: () => ManifestObject;
}

/**
 * Searches the partitions of archive and quarantine in which a page's events would be stored. Only one object is in
 * memory at a time.
 * @throws ArchiveError
 */
export async function findStored(
  place: ArchivePlace,
  validated: ValidatedPage,
  scope: ComparisonScope,
): Promise<AlreadyStored> {
  const search = new StoredEventSearch(place.feed, validated, scope);
  for (const hour of scope.hours) {
    let isEmpty = true;
    for await (const object of readObjects(place, archivePartition(place.feed, place.sourceId, hour))) {
      isEmpty = false;
      if (isForeign(object)) search.foreign.push(object.foreignKey);
      else search.inArchive(object);
    }
    if (isEmpty) search.emptyHours.add(hour);
  }
  if (scope.quarantine === undefined) return search.alreadyStored;
  const { sinceMs } = scope.quarantine;
  for (let dayMs = startOfDay(sinceMs); dayMs <= scope.nowMs; dayMs += MS_PER_DAY) {
    for await (const object of readObjects(place, quarantinePartition(place.feed, place.sourceId, dayMs))) {
      if (isForeign(object)) search.foreign.push(object.foreignKey);
      else search.inQuarantine(object);
    }
  }
  return search.alreadyStored;
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
  private readonly rejectedByRaw = new Map<string, number[]>();
  private readonly uncounted: UncountedObject[] = [];

  constructor(
    private readonly feed: FeedName,
    private readonly validated: ValidatedPage,
    private readonly scope: ComparisonScope,
  ) {
    this.origin = scope.origin;
    for (const { index, event } of validated.accepted)
      this.accepted.add(event._id, { index, text: () => eventText(validated.page, index) });
    for (const { index } of validated.rejected)
      append(this.rejectedByRaw, rawKey(rawForm(validated.page, index)), index);
  }

  inArchive(object: ComparedObject): void {
    const met: number[] = [];
    for (const line of object.lines) {
      const id = eventId((line.value as StoredRecord)._id) ?? '';
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
      const candidates = this.rejectedByRaw.get(rawKey(line.value as QuarantinedRecord)) ?? [];
      const index = candidates.at(-1);
      if (index === undefined || (match === 'with-id' && !hasId(this.validated.page, index))) continue;
      candidates.pop();
      met.push(index);
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
    if (isOfThisPage || this.isAbandoned(object)) this.uncounted.push(uncountedObject(this.feed, object));
  }

  private isAbandoned(object: ComparedObject): boolean {
    const { sequences = [], countedKeys = [] } = this.origin.abandoned ?? {};
    return this.isOfPages(sequences, object) && !countedKeys.includes(object.key);
  }

  private isOfPages(sequences: readonly number[], { indexName, sequence }: ComparedObject): boolean {
    return indexName === this.origin.indexName && sequences.includes(sequence);
  }
}

/** Not written by the collector: a folder marker, a note, an object that is too large or not gzip NDJSON. */
interface ForeignObject {
  readonly foreignKey: string;
}

function isForeign(object: ComparedObject | ForeignObject): object is ForeignObject {
  return 'foreignKey' in object;
}

async function* readObjects(
  { client, bucket }: ArchivePlace,
  prefix: string,
): AsyncGenerator<ComparedObject | ForeignObject> {
  const reader = new ObjectReader(client, bucket);
  try {
    for await (const { Contents = [] } of paginateListObjectsV2(
      { client },
      { Bucket: bucket, Prefix: prefix },
    )) {
      for (const { Key = '', Size = 0 } of Contents)
        yield Size > MAX_OBJECT_BYTES ? { foreignKey: Key } : await readObject(reader, Key);
    }
  } catch (cause) {
    throw new ArchiveError(`the objects below ${prefix} could not be read from bucket ${bucket}`, { cause });
  }
}

async function readObject(reader: ObjectReader, key: string): Promise<ComparedObject | ForeignObject> {
  if (!key.endsWith(OBJECT_SUFFIX)) return { foreignKey: key };
  const { bytes, metadata, lastModifiedMs } = await reader.read(key);
  const lines = await linesOf(bytes);
  if (lines === undefined) return { foreignKey: key };
  return {
    key,
    indexName: metadata[ObjectMetadata.IndexName],
    sequence: Number(metadata[ObjectMetadata.Sequence]),
    driftedCount: Number(metadata[ObjectMetadata.DriftedCount]),
    conflictingCount: Number(metadata[ObjectMetadata.ConflictingCount] ?? 0),
    storedAtMs: lastModifiedMs,
    lines,
    listing: () => ({
      key,
      events: lines.length,
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    }),
  };
}

/** @returns undefined unless the bytes are gzip NDJSON of JSON objects, with at most `MAX_OBJECT_BYTES` */
async function linesOf(body: Buffer): Promise<readonly StoredLine[] | undefined> {
  const unpacked = await unpack(body, MAX_OBJECT_BYTES, 'the object');
  if (unpacked.kind !== 'decoded') return undefined;
  try {
    const lines = unpacked.body.toString('utf8').split('\n');
    const parsed = lines.flatMap((text) =>
      text === '' ? [] : [{ text, value: JSON.parse(text) as unknown }],
    );
    return parsed.every(({ value }) => typeof value === 'object' && value !== null) ? parsed : undefined;
  } catch {
    return undefined;
  }
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

function append(map: Map<string, number[]>, key: string, index: number): void {
  const indexes = map.get(key);
  if (indexes === undefined) map.set(key, [index]);
  else indexes.push(index);
}

function rawKey({ raw, raw_base64 }: Pick<QuarantinedRecord, 'raw' | 'raw_base64'>): string {
  return raw === undefined ? `base64 ${raw_base64}` : `text ${raw}`;
}

function startOfDay(epochMs: number): number {
  return epochMs - (epochMs % MS_PER_DAY);
}
