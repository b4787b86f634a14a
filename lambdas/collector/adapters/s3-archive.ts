import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import {
  OBJECT_SUFFIX,
  ObjectMetadata,
  archivePartition,
  quarantinePartition,
} from '../../contract/archive-layout';
import { LOG_TYPE, athenaTimestamp } from '../../contract/audit-record';
import type { ManifestObject } from '../../contract/manifest';
import { ArchiveError } from '../core/errors';
import type { AcceptedEvent, JudgedPage } from '../core/judged-page';
import type { Clock, EventArchive, Held, PageOrigin, SearchScope } from '../core/ports';
import { LineMemory, RecordWriter, quarantineLine, rawForm } from '../core/record';
import type { SourceIdentity } from '../core/record';
import { COLLECTOR_VERSION } from '../version';
import { findHeld } from './s3-held-events';
import { isAlreadyThere } from '../../aws/s3-refusals';

const gzipAsync = promisify(gzip);

/** Index names are at most this long in a key, which S3 limits to 1,024 bytes. */
const KEY_HASH_LENGTH = 32;
/** A full page is some 0.5 MB when packed; each chunk is a trip to the thread pool and back. */
const GZIP_CHUNK_BYTES = 1 << 18;

/** One object to be stored. */
interface Batch {
  readonly partition: string;
  /** Places in the page of the events it holds. */
  readonly indexes: readonly number[];
  readonly ids: readonly string[];
  readonly driftedCount: number;
  readonly lines: Buffer;
}

/**
 * Archive and quarantine in one bucket, gzip NDJSON. A key is made of the index name and a hash of the page and the
 * events, and written once (`If-None-Match: *`): a put that is repeated finds its object and changes nothing.
 */
export class S3EventArchive implements EventArchive {
  private readonly memory = new LineMemory();

  constructor(
    private readonly client: S3Client,
    private readonly bucket: string,
    private readonly options: { readonly source: SourceIdentity; readonly clock: Clock },
  ) {}

  held(page: JudgedPage, origin: PageOrigin, scope: SearchScope): Promise<Held> {
    const { source, clock } = this.options;
    const place = { client: this.client, bucket: this.bucket, sourceId: source.id };
    return findHeld(place, page, {
      ...scope,
      origin,
      nowMs: clock.nowMs(),
    });
  }

  async store(judged: JudgedPage, origin: PageOrigin): Promise<ManifestObject[]> {
    const nowMs = this.options.clock.nowMs();
    const objects: ManifestObject[] = [];
    for (const batch of this.archiveBatches(judged, nowMs))
      objects.push(await this.put(judged, batch, origin));
    if (judged.rejected.length > 0)
      objects.push(await this.put(judged, this.quarantineBatch(judged, origin, nowMs), origin));
    return objects;
  }

  private *archiveBatches(judged: JudgedPage, judgedAtMs: number): Generator<Batch> {
    const writer = new RecordWriter(this.options.source, judgedAtMs, this.memory);
    for (const [hour, events] of byHour(judged.accepted)) {
      const indexes = events.map(({ index }) => index);
      const parsed = events.map(({ event }) => event);
      yield {
        partition: archivePartition(this.options.source.id, hour),
        indexes,
        ids: parsed.map(({ _id }) => _id),
        driftedCount: events.filter(({ drift }) => drift.length > 0).length,
        lines: writer.lines(judged.page, indexes, parsed),
      };
    }
  }

  private quarantineBatch(judged: JudgedPage, { runId }: PageOrigin, arrivedAtMs: number): Batch {
    const common = {
      p_log_type: LOG_TYPE,
      p_source_id: this.options.source.id,
      arrived_at: athenaTimestamp(arrivedAtMs),
      run_id: runId,
    };
    const lines = judged.rejected.map(({ index, reasons }) =>
      quarantineLine({ ...common, errors: reasons, ...rawForm(judged.page, index) }),
    );
    return {
      partition: quarantinePartition(this.options.source.id, arrivedAtMs),
      indexes: judged.rejected.map(({ index }) => index),
      ids: [],
      driftedCount: 0,
      lines: Buffer.from(lines.join('')),
    };
  }

  private async put({ page }: JudgedPage, batch: Batch, origin: PageOrigin): Promise<ManifestObject> {
    const body = await gzipAsync(batch.lines, { chunkSize: GZIP_CHUNK_BYTES });
    const key = `${batch.partition}${origin.indexName}-${keyHash(page.sha256, batch)}${OBJECT_SUFFIX}`;
    const place = { Bucket: this.bucket, Key: key };
    const events = batch.indexes.length;
    try {
      await this.client.send(
        new PutObjectCommand({
          ...place,
          Body: body,
          ContentType: 'application/gzip',
          IfNoneMatch: '*',
          Metadata: metadataOf(page.sha256, batch, origin),
        }),
      );
      return { key, events, bytes: body.length, sha256: sha256(body) };
    } catch (cause) {
      if (isAlreadyThere(cause)) return { key, events, ...(await this.measure(place)) };
      throw new ArchiveError(`object ${key} could not be written to bucket ${this.bucket}`, { cause });
    }
  }

  /** An object that is already there was written by an attempt whose answer was lost, at another time of day. */
  private async measure(place: { readonly Bucket: string; readonly Key: string }): Promise<{
    readonly bytes: number;
    readonly sha256: string;
  }> {
    try {
      const { Body } = await this.client.send(new GetObjectCommand(place));
      const body = (await Body?.transformToByteArray()) ?? new Uint8Array();
      return { bytes: body.length, sha256: sha256(body) };
    } catch (cause) {
      throw new ArchiveError(`object ${place.Key} could not be read from bucket ${place.Bucket}`, { cause });
    }
  }
}

function metadataOf(pageSha256: string, batch: Batch, origin: PageOrigin): Record<string, string> {
  return {
    [ObjectMetadata.RunId]: origin.runId,
    [ObjectMetadata.IndexName]: origin.indexName,
    [ObjectMetadata.Sequence]: String(origin.sequence),
    [ObjectMetadata.EventCount]: String(batch.indexes.length),
    [ObjectMetadata.DriftedCount]: String(batch.driftedCount),
    [ObjectMetadata.PageSha256]: pageSha256,
    [ObjectMetadata.CollectorVersion]: COLLECTOR_VERSION,
  };
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function byHour(accepted: readonly AcceptedEvent[]): Map<number, AcceptedEvent[]> {
  const hours = new Map<number, AcceptedEvent[]>();
  for (const event of accepted) {
    const events = hours.get(event.hour);
    if (events === undefined) hours.set(event.hour, [event]);
    else events.push(event);
  }
  return hours;
}

/** Depends on what Netskope sent and on which of its events the object holds, never on the clock. */
function keyHash(pageSha256: string, { indexes, ids }: Batch): string {
  const content = ids.length > 0 ? ids.join('\n') : indexes.join('\n');
  return createHash('sha256').update(`${pageSha256}\n${content}`).digest('hex').slice(0, KEY_HASH_LENGTH);
}
