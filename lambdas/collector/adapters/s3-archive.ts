import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { S3Client } from '@aws-sdk/client-s3';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { Source } from '../../contract/deployment/collector-event';
import type { Feed } from '../../contract/feed/feed';
import {
  archivePartition,
  OBJECT_SUFFIX,
  ObjectMetadata,
  PAGE_SUFFIX,
  quarantinedPagesPartition,
  quarantinePartition,
} from '../../contract/storage/archive-layout';
import { athenaTimestamp } from '../../contract/storage/event-record';
import type { ManifestObject } from '../../contract/storage/manifest';
import { ByteBuilder } from '../../shared/byte-builder';
import { append } from '../../shared/collections';
import { ArchiveError } from '../../shared/errors';
import { listing } from '../../shared/manifest';
import { ObjectReader } from '../../shared/object-reader';
import { isAlreadyThere } from '../../shared/s3-refusals';
import type { AlreadyStored, UncountedObject } from '../core/page/already-stored';
import type { AcceptedEvent } from '../core/page/read-event';
import { quarantineLine, rawForm, RecordWriter } from '../core/page/record';
import type { ValidatedPage } from '../core/page/validated-page';
import type { Clock, EventArchive, PageOrigin, ReceivedPage, SearchScope } from '../core/ports';
import { NO_TOTALS } from '../core/protocol/checkpoint';
import { KnownObjects } from './known-objects';
import { LimitedWork } from './limited-work';
import { metadataText } from './metadata-text';
import { findStored, rawKey } from './s3-stored-events';
import { COLLECTOR_VERSION } from './version';

const gzipAsync = promisify(gzip);

/** Hexadecimal digits of a hash in a key: 128 bits. */
const KEY_HASH_LENGTH = 32;
/** Objects of one page that are written at once. A put is mostly waiting, and a page may span a thousand hours. */
const PUTS_AT_ONCE = 8;
/** A full page has about 0.5 MB compressed, and each chunk is a round trip to the thread pool. */
const GZIP_CHUNK_BYTES = 1 << 18;

/** One object to be stored. */
interface Batch {
  readonly partition: string;
  /** Indexes in the page of the events it holds. */
  readonly indexes: readonly number[];
  /** What identifies the events: their `_id`s, or the texts of rejected ones. */
  readonly identities: readonly string[];
  readonly isQuarantined: boolean;
  readonly driftedCount: number;
  readonly conflictingCount: number;
  /** Valid until the next batch is made: batches share one buffer. */
  readonly lines: Buffer;
}

/** One object, ready to be written. */
interface NewObject {
  readonly key: string;
  readonly body: Buffer;
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly events: number;
}

/**
 * Archive and quarantine in one bucket, as gzip NDJSON. A key consists of the index name and a hash of the page and the
 * events. An object is written once (`If-None-Match: *`), so a repeated put changes nothing. Answers that could not be
 * read are stored in the same bucket, as received.
 */
export class S3EventArchive implements EventArchive {
  private readonly lines = new ByteBuilder();
  private readonly known = new KnownObjects();
  private readonly reader: ObjectReader;

  constructor(
    private readonly client: S3Client,
    private readonly bucket: string,
    private readonly options: {
      readonly feed: Feed;
      readonly source: Pick<Source, 'sourceId' | 'label'>;
      readonly clock: Pick<Clock, 'nowMs'>;
    },
  ) {
    this.reader = new ObjectReader(client, bucket);
  }

  alreadyStored(page: ValidatedPage, origin: PageOrigin, scope: SearchScope): Promise<AlreadyStored> {
    const { feed, source, clock } = this.options;
    const { client, bucket, known } = this;
    const place = { client, bucket, known, feed, sourceId: source.sourceId };
    return findStored(place, page, {
      ...scope,
      origin,
      nowMs: clock.nowMs(),
    });
  }

  async store(validated: ValidatedPage, origin: PageOrigin): Promise<ManifestObject[]> {
    const puts = new LimitedWork<ManifestObject>(PUTS_AT_ONCE);
    try {
      for (const batch of this.batches(validated, origin)) {
        const object = await packed(validated, batch, origin); // before the next batch reuses the buffer
        const { identities } = batch;
        await puts.begin(async () => {
          const put = await this.put(object);
          this.known.add(put.key, origin, identities);
          return listed(put);
        });
      }
      return await puts.results();
    } finally {
      await puts.over();
    }
  }

  async keepPage(
    { bytes, contentEncoding, reason }: ReceivedPage,
    origin: PageOrigin,
    key: string,
  ): Promise<ManifestObject | undefined> {
    const object = await this.put({
      key,
      body: bytes,
      contentType: 'application/octet-stream',
      metadata: {
        ...originMetadata(origin),
        [ObjectMetadata.PageSha256]: sha256(bytes),
        ...(contentEncoding === undefined
          ? {}
          : { [ObjectMetadata.ReceivedEncoding]: metadataText(contentEncoding, MAX_ENCODING_LENGTH) }),
        [ObjectMetadata.Reason]: metadataText(reason, MAX_REASON_LENGTH),
      },
      events: 0,
    });
    return object.keptFor === undefined || object.keptFor === String(origin.sequence)
      ? listed(object)
      : undefined;
  }

  keyOfPage({ bytes }: ReceivedPage, { indexName }: PageOrigin): string {
    const { feed, source, clock } = this.options;
    const partition = quarantinedPagesPartition(feed, source.sourceId, clock.nowMs());
    return `${partition}${indexName}-${sha256(bytes).slice(0, KEY_HASH_LENGTH)}${PAGE_SUFFIX}`;
  }

  async keptPages(
    keys: readonly string[],
    { indexName, sequence, abandoned }: PageOrigin,
  ): Promise<UncountedObject[]> {
    const sequences = [sequence, ...(abandoned?.sequences ?? [])].map(String);
    const found: UncountedObject[] = [];
    for (const key of keys) {
      if (!(await this.reader.exists(key))) continue;
      const { length, metadata, lastModifiedMs } = await this.reader.describe(key);
      const isOfPage =
        metadata[ObjectMetadata.IndexName] === indexName &&
        sequences.includes(metadata[ObjectMetadata.Sequence] ?? '');
      if (!isOfPage) continue;
      const object = { key, events: 0, bytes: length, sha256: metadata[ObjectMetadata.PageSha256] ?? '' };
      found.push({ object, storedAtMs: lastModifiedMs, totals: NO_TOTALS, timestampsS: [] });
    }
    return found;
  }

  private *batches(validated: ValidatedPage, origin: PageOrigin): Generator<Batch> {
    const nowMs = this.options.clock.nowMs();
    yield* this.archiveBatches(validated, nowMs);
    if (validated.rejected.length > 0) yield this.quarantineBatch(validated, origin, nowMs);
  }

  private *archiveBatches(validated: ValidatedPage, validatedAtMs: number): Generator<Batch> {
    const { feed, source } = this.options;
    const writer = new RecordWriter(feed, source, validatedAtMs, this.lines);
    for (const [hour, events] of byHour(validated.accepted)) {
      const indexes = events.map(({ index }) => index);
      yield {
        partition: archivePartition(feed, source.sourceId, hour),
        indexes,
        identities: events.map(({ id }) => id),
        isQuarantined: false,
        driftedCount: events.filter(({ drift }) => drift.length > 0).length,
        conflictingCount: events.filter(({ isConflicting }) => isConflicting === true).length,
        lines: writer.lines(validated.page, events),
      };
    }
  }

  private quarantineBatch(validated: ValidatedPage, { runId }: PageOrigin, arrivedAtMs: number): Batch {
    const { feed, source } = this.options;
    const common = {
      p_log_type: feed.logType,
      p_source_id: source.sourceId,
      arrived_at: athenaTimestamp(arrivedAtMs),
      run_id: runId,
    };
    const raws = validated.rejected.map((event) => rawForm(validated.page, event));
    const lines = validated.rejected.map(({ reasons }, place) =>
      quarantineLine({ ...common, errors: reasons, ...raws[place] }),
    );
    return {
      partition: quarantinePartition(feed, source.sourceId, arrivedAtMs),
      indexes: validated.rejected.map(({ index }) => index),
      identities: raws.map(rawKey),
      isQuarantined: true,
      driftedCount: 0,
      conflictingCount: 0,
      lines: Buffer.from(lines.join('')),
    };
  }

  private async put({ key, body, contentType, metadata, events }: NewObject): Promise<PutObject> {
    try {
      await this.client.send(
        new PutObjectCommand({
          Bucket: this.bucket,
          Key: key,
          Body: body,
          ContentType: contentType,
          IfNoneMatch: '*',
          Metadata: metadata,
        }),
      );
      return listing(key, body, events);
    } catch (cause) {
      if (isAlreadyThere(cause)) return this.measure(key, events);
      throw new ArchiveError(`object ${key} could not be written to bucket ${this.bucket}`, { cause });
    }
  }

  /** An existing object is from an earlier attempt. Its bytes may differ: they hold the time of that attempt. */
  private async measure(key: string, events: number): Promise<PutObject> {
    const { bytes, metadata } = await this.reader.read(key);
    return { ...listing(key, bytes, events), keptFor: metadata[ObjectMetadata.Sequence] };
  }
}

/** A stored object. */
interface PutObject extends ManifestObject {
  /** If the object already existed: the sequence number of the page that wrote it. */
  readonly keptFor?: string;
}

function listed({ key, events, bytes, sha256: hash }: PutObject): ManifestObject {
  return { key, events, bytes, sha256: hash };
}

/** Longest encoded values in the metadata of a page; S3 allows 2 KB of metadata in all. */
const MAX_ENCODING_LENGTH = 100;
const MAX_REASON_LENGTH = 500;

async function packed({ page }: ValidatedPage, batch: Batch, origin: PageOrigin): Promise<NewObject> {
  const name = `${origin.indexName}-${keyHash(page.sha256, batch, origin)}`;
  return {
    key: `${batch.partition}${name}${OBJECT_SUFFIX}`,
    body: await gzipAsync(batch.lines, { chunkSize: GZIP_CHUNK_BYTES }),
    contentType: 'application/gzip',
    metadata: {
      ...originMetadata(origin),
      [ObjectMetadata.EventCount]: String(batch.indexes.length),
      [ObjectMetadata.DriftedCount]: String(batch.driftedCount),
      ...(batch.conflictingCount === 0
        ? {}
        : { [ObjectMetadata.ConflictingCount]: String(batch.conflictingCount) }),
      [ObjectMetadata.PageSha256]: page.sha256,
    },
    events: batch.indexes.length,
  };
}

function originMetadata({ runId, indexName, sequence }: PageOrigin): Record<string, string> {
  return {
    [ObjectMetadata.RunId]: runId,
    [ObjectMetadata.IndexName]: indexName,
    [ObjectMetadata.Sequence]: String(sequence),
    [ObjectMetadata.CollectorVersion]: COLLECTOR_VERSION,
  };
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function byHour(accepted: readonly AcceptedEvent[]): Map<number, AcceptedEvent[]> {
  const hours = new Map<number, AcceptedEvent[]>();
  for (const event of accepted) append(hours, event.hour, event);
  return hours;
}

/**
 * Depends on what Netskope sent and on which of its events the object holds, never on the clock. Quarantined events may
 * have no `_id`, so two equal pages are two deliveries, told apart by their sequence numbers.
 */
function keyHash(pageSha256: string, batch: Batch, { sequence }: PageOrigin): string {
  const content = batch.isQuarantined ? [sequence, ...batch.indexes] : batch.identities;
  const text = `${pageSha256}\n${content.join('\n')}`;
  return createHash('sha256').update(text).digest('hex').slice(0, KEY_HASH_LENGTH);
}
