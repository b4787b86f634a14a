import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { GetObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { ObjectMetadata, archivePartition, quarantinePartition } from '../../contract/archive-layout';
import type { QuarantinedRecord } from '../../contract/audit-record';
import { eventText } from '../core/envelope';
import { ArchiveError } from '../core/errors';
import type { JudgedPage } from '../core/judged-page';
import type { Held, SearchScope } from '../core/ports';
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
  /** Objects of these pages were written by attempts that were never settled. */
  readonly unfinishedSequences: readonly (number | undefined)[];
  readonly nowMs: number;
}

/** One stored object, unpacked. */
interface StoredObject {
  /** Sequence number of the page it came from. */
  readonly sequence: number;
  readonly lines: readonly string[];
}

/**
 * Reads what archive and quarantine hold in the places where a page's events would go. One object is in memory at a
 * time, and of the page nothing but what it already holds.
 * @throws ArchiveError
 */
export async function findHeld(place: ArchivePlace, judged: JudgedPage, scope: HeldScope): Promise<Held> {
  const search = new HeldSearch(judged, scope.unfinishedSequences);
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
      if (object.sequence >= fromSequence) search.inQuarantine(object);
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

  constructor(
    judged: JudgedPage,
    private readonly unfinishedSequences: readonly (number | undefined)[],
  ) {
    for (const { index, event } of judged.accepted)
      this.accepted.add(event._id, index, () => eventText(judged.page, index));
    for (const { index } of judged.rejected)
      append(this.rejectedByRaw, rawKey(rawForm(judged.page, index)), index);
  }

  inArchive({ sequence, lines }: StoredObject): void {
    for (const line of lines) {
      const id = idOf(line);
      const text = this.accepted.has(id) ? ownText(line) : undefined;
      if (text === undefined) continue;
      this.metIds.add(id);
      const index = this.accepted.findSame(id, text);
      if (index !== undefined) this.mark(index, sequence);
    }
  }

  /** What was found; an event whose `_id` was met, but never with its own content, conflicts. */
  get held(): Held {
    const conflicting = new Set<number>();
    for (const id of this.metIds)
      for (const index of this.accepted.indexesOf(id)) if (!this.isHeld(index)) conflicting.add(index);
    return { earlier: this.earlier, unfinished: this.unfinished, conflicting, emptyHours: this.emptyHours };
  }

  private isHeld(index: number): boolean {
    return this.earlier.has(index) || this.unfinished.has(index);
  }

  /** Each quarantined line answers for one event: two that look alike, without an `_id`, may well be two. */
  inQuarantine({ sequence, lines }: StoredObject): void {
    for (const line of lines) {
      const index = this.rejectedByRaw.get(rawKey(JSON.parse(line) as QuarantinedRecord))?.pop();
      if (index !== undefined) this.mark(index, sequence);
    }
  }

  private mark(index: number, sequence: number): void {
    (this.unfinishedSequences.includes(sequence) ? this.unfinished : this.earlier).add(index);
  }
}

async function* readObjects({ client, bucket }: ArchivePlace, prefix: string): AsyncGenerator<StoredObject> {
  try {
    for await (const { Contents = [] } of paginateListObjectsV2(
      { client },
      { Bucket: bucket, Prefix: prefix },
    )) {
      for (const { Key } of Contents) {
        const { Body, Metadata = {} } = await client.send(new GetObjectCommand({ Bucket: bucket, Key }));
        const text = (await gunzipAsync((await Body?.transformToByteArray()) ?? '')).toString('utf8');
        yield {
          sequence: Number(Metadata[ObjectMetadata.Sequence]),
          lines: text.split('\n').filter((line) => line !== ''),
        };
      }
    }
  } catch (cause) {
    throw new ArchiveError(`the objects below ${prefix} could not be read from bucket ${bucket}`, { cause });
  }
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
