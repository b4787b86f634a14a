import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { GetObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import {
  ObjectMetadata,
  QUARANTINE_PREFIX,
  archivePartition,
  quarantinePartition,
} from '../../contract/archive-layout';
import type { QuarantinedRecord } from '../../contract/audit-record';
import type { ManifestObject } from '../../contract/manifest';
import { eventText } from '../core/envelope';
import { ArchiveError } from '../core/errors';
import type { JudgedPage } from '../core/judged-page';
import type { Held, PageOrigin, RecoveredObject, SearchScope } from '../core/ports';
import { ownText, rawForm } from '../core/record';
import { EventsById } from '../core/same-event';

const gunzipAsync = promisify(gunzip);
const MS_PER_DAY = 86_400_000;

/** Where a source's objects are. */
export interface ArchivePlace {
  readonly client: S3Client;
  readonly bucket: string;
  readonly sourceId: string;
}

export interface HeldScope extends SearchScope {
  /** The page that is compared: objects of the same page were written by attempts that were never settled. */
  readonly origin: PageOrigin;
  readonly nowMs: number;
}

/** One stored object, unpacked. */
interface StoredObject {
  readonly key: string;
  /** Name of the index, and number of the page of that index, that it came from. */
  readonly indexName: string | undefined;
  readonly sequence: number;
  readonly driftedCount: number;
  readonly lines: readonly string[];
  readonly listing: () => ManifestObject;
}

/**
 * Reads what archive and quarantine hold in the places where a page's events would go. One object is in memory at a
 * time, and of the page nothing but what it already holds.
 * @throws ArchiveError
 */
export async function findHeld(place: ArchivePlace, judged: JudgedPage, scope: HeldScope): Promise<Held> {
  const search = new HeldSearch(judged, scope.origin);
  for (const hour of scope.hours) {
    let isEmpty = true;
    for await (const object of readObjects(place, archivePartition(place.sourceId, hour))) {
      isEmpty = false;
      search.inArchive(object);
    }
    if (isEmpty) search.emptyHours.add(hour);
  }
  if (scope.quarantine === undefined || judged.rejected.length === 0) return search.held;
  const { sinceMs, fromSequence } = scope.quarantine;
  for (let dayMs = startOfDay(sinceMs); dayMs <= scope.nowMs; dayMs += MS_PER_DAY) {
    for await (const object of readObjects(place, quarantinePartition(place.sourceId, dayMs))) {
      if (object.indexName !== scope.origin.indexName || object.sequence >= fromSequence)
        search.inQuarantine(object);
    }
  }
  return search.held;
}

/** Holds a page's events against stored lines, object by object. */
class HeldSearch {
  readonly emptyHours = new Set<number>();
  private readonly earlier = new Set<number>();
  private readonly unfinished = new Set<number>();
  private readonly accepted = new EventsById();
  private readonly metIds = new Set<string>();
  private readonly rejectedByRaw = new Map<string, number[]>();
  private readonly unfinishedObjects: ManifestObject[] = [];
  private readonly recovered: RecoveredObject[] = [];

  constructor(
    judged: JudgedPage,
    private readonly origin: PageOrigin,
  ) {
    for (const { index, event } of judged.accepted)
      this.accepted.add(event._id, index, () => eventText(judged.page, index));
    for (const { index } of judged.rejected)
      append(this.rejectedByRaw, rawKey(rawForm(judged.page, index)), index);
  }

  inArchive(object: StoredObject): void {
    const met: number[] = [];
    for (const line of object.lines) {
      const id = idOf(line);
      const text = this.accepted.has(id) ? ownText(line) : undefined;
      if (text === undefined) continue;
      this.metIds.add(id);
      const index = this.accepted.findSame(id, text);
      if (index !== undefined) met.push(index);
    }
    this.mark(met, object);
  }

  /** What was found; an event whose `_id` was met, but never with its own content, conflicts. */
  get held(): Held {
    const conflicting = new Set<number>();
    for (const id of this.metIds)
      for (const index of this.accepted.indexesOf(id)) if (!this.isHeld(index)) conflicting.add(index);
    const { earlier, unfinished, emptyHours, unfinishedObjects, recovered } = this;
    return { earlier, unfinished, conflicting, emptyHours, unfinishedObjects, recovered };
  }

  private isHeld(index: number): boolean {
    return this.earlier.has(index) || this.unfinished.has(index);
  }

  /** Each quarantined line answers for one event: two that look alike, without an `_id`, may well be two. */
  inQuarantine(object: StoredObject): void {
    const met: number[] = [];
    for (const line of object.lines) {
      const index = this.rejectedByRaw.get(rawKey(JSON.parse(line) as QuarantinedRecord))?.pop();
      if (index !== undefined) met.push(index);
    }
    this.mark(met, object);
  }

  private mark(met: readonly number[], object: StoredObject): void {
    const isOfThisPage = this.isOfPages([this.origin.sequence], object);
    for (const index of met) (isOfThisPage ? this.unfinished : this.earlier).add(index);
    if (met.length === 0) return;
    if (isOfThisPage) this.unfinishedObjects.push(object.listing());
    else if (this.isUncounted(object)) this.recovered.push(recover(object));
  }

  private isUncounted(object: StoredObject): boolean {
    const { sequences = [], countedKeys = [] } = this.origin.abandoned ?? {};
    return this.isOfPages(sequences, object) && !countedKeys.includes(object.key);
  }

  private isOfPages(sequences: readonly number[], { indexName, sequence }: StoredObject): boolean {
    return indexName === this.origin.indexName && sequences.includes(sequence);
  }
}

async function* readObjects({ client, bucket }: ArchivePlace, prefix: string): AsyncGenerator<StoredObject> {
  try {
    for await (const { Contents = [] } of paginateListObjectsV2(
      { client },
      { Bucket: bucket, Prefix: prefix },
    )) {
      for (const { Key = '' } of Contents) yield await readObject(client, { Bucket: bucket, Key });
    }
  } catch (cause) {
    throw new ArchiveError(`the objects below ${prefix} could not be read from bucket ${bucket}`, { cause });
  }
}

async function readObject(
  client: S3Client,
  place: { readonly Bucket: string; readonly Key: string },
): Promise<StoredObject> {
  const { Body, Metadata = {} } = await client.send(new GetObjectCommand(place));
  const body = (await Body?.transformToByteArray()) ?? new Uint8Array();
  const text = (await gunzipAsync(body)).toString('utf8');
  const lines = text.split('\n').filter((line) => line !== '');
  return {
    key: place.Key,
    indexName: Metadata[ObjectMetadata.IndexName],
    sequence: Number(Metadata[ObjectMetadata.Sequence]),
    driftedCount: Number(Metadata[ObjectMetadata.DriftedCount]),
    lines,
    listing: () => ({
      key: place.Key,
      events: lines.length,
      bytes: body.length,
      sha256: createHash('sha256').update(body).digest('hex'),
    }),
  };
}

function recover({ key, lines, driftedCount, listing }: StoredObject): RecoveredObject {
  const totals = key.startsWith(`${QUARANTINE_PREFIX}/`)
    ? { archived: 0, quarantined: lines.length, drifted: 0 }
    : { archived: lines.length, quarantined: 0, drifted: driftedCount };
  return { object: listing(), totals };
}

function append(map: Map<string, number[]>, key: string, index: number): void {
  const indexes = map.get(key);
  if (indexes === undefined) map.set(key, [index]);
  else indexes.push(index);
}

function rawKey({ raw, raw_base64 }: Pick<QuarantinedRecord, 'raw' | 'raw_base64'>): string {
  return raw === undefined ? `base64 ${raw_base64}` : `text ${raw}`;
}

function idOf(line: string): string {
  return (JSON.parse(line) as { _id: string })._id;
}

function startOfDay(epochMs: number): number {
  return epochMs - (epochMs % MS_PER_DAY);
}
