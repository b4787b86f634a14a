import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { _Object, S3Client } from '@aws-sdk/client-s3';
import { paginateListObjectsV2, PutObjectCommand } from '@aws-sdk/client-s3';
import type { SourcePlace } from '../../contract/storage/archive-layout';
import {
  dayOf,
  OBJECT_SUFFIX,
  ObjectMetadata,
  quarantinedPagesPartition,
  quarantinePartition,
  redrivenPageKey,
  redrivenPagesPartition,
  redrivenPartition,
  redrivenPrefix,
} from '../../contract/storage/archive-layout';
import type { QuarantinedRecord, RedrivenMark, RedrivenPageMark } from '../../contract/storage/event-record';
import type { ManifestObject } from '../../contract/storage/manifest';
import { ArchiveError } from '../../shared/errors';
import type { LeftObject } from '../../shared/manifest';
import { listing } from '../../shared/manifest';
import { ObjectReader } from '../../shared/object-reader';
import { isAlreadyThere } from '../../shared/s3-refusals';
import { MAX_BODY_BYTES } from '../core/page/decode-body';
import type { KeptPage, Quarantine, QuarantinedPage, QuarantineObject } from '../core/ports';
import { readMetadataText } from './metadata-text';

const gzipAsync = promisify(gzip);
const MS_PER_DAY = 86_400_000;
const NAME_LENGTH = 32;

/** The metadata of a quarantined page. */
export type PageDescription = Omit<KeptPage, 'bytes'>;

/**
 * The quarantine of one source: objects of rejected events, pages that could not be read, and marks of what was
 * accepted later. All are written once.
 */
export class S3Quarantine implements Quarantine {
  private readonly reader: ObjectReader;

  constructor(
    private readonly client: S3Client,
    private readonly place: SourcePlace,
  ) {
    this.reader = new ObjectReader(client, place.bucket);
  }

  async *objects(fromDay: string, toDay: string): AsyncGenerator<QuarantineObject> {
    for (const dayMs of daysBetween(fromDay, toDay)) {
      for (const key of await this.keys(quarantinePartition(this.place.feed, this.place.sourceId, dayMs))) {
        const redrivenLines = new Set<number>();
        for (const markKey of await this.keys(redrivenPrefix(this.place.feed, key)))
          for (const { line } of await this.lines<RedrivenMark>(markKey)) redrivenLines.add(line);
        yield { key, records: await this.lines<QuarantinedRecord>(key), redrivenLines };
      }
    }
  }

  async mark({ key }: QuarantineObject, marks: readonly RedrivenMark[]): Promise<ManifestObject> {
    const markKey = `${redrivenPrefix(this.place.feed, key)}${nameOf(marks)}${OBJECT_SUFFIX}`;
    const body = await gzipAsync(marks.map((mark) => `${JSON.stringify(mark)}\n`).join(''));
    return this.put(markKey, body, 'application/gzip');
  }

  async *pages(fromDay: string, toDay: string): AsyncGenerator<QuarantinedPage> {
    for (const dayMs of daysBetween(fromDay, toDay)) {
      const found = await this.list(quarantinedPagesPartition(this.place.feed, this.place.sourceId, dayMs));
      if (found.length === 0) continue;
      const markKeys = new Set(
        await this.keys(redrivenPagesPartition(this.place.feed, this.place.sourceId, dayMs)),
      );
      for (const { Key: key = '', Size: bytes = 0 } of found)
        yield {
          key,
          day: dayOf(dayMs),
          bytes,
          isRedriven: markKeys.has(redrivenPageKey(this.place.feed, key)),
        };
    }
  }

  async readPage({ key }: QuarantinedPage): Promise<KeptPage> {
    const { bytes, metadata, lastModifiedMs } = await this.reader.read(key, MAX_BODY_BYTES);
    return { bytes, ...described(metadata, lastModifiedMs) };
  }

  /** Reads the metadata of a page, not its bytes. @throws ArchiveError */
  async describePage({ key }: QuarantinedPage): Promise<PageDescription> {
    const { metadata, lastModifiedMs } = await this.reader.describe(key);
    return described(metadata, lastModifiedMs);
  }

  markPage({ key }: QuarantinedPage, mark: RedrivenPageMark): Promise<ManifestObject> {
    return this.put(
      redrivenPageKey(this.place.feed, key),
      Buffer.from(`${JSON.stringify(mark)}\n`),
      'application/json',
    );
  }

  async marksSince(fromDay: string, toDay: string, sinceMs: number): Promise<readonly LeftObject[]> {
    const { feed, sourceId } = this.place;
    const marks: LeftObject[] = [];
    for (const dayMs of daysBetween(fromDay, toDay))
      for (const partition of [redrivenPartition, redrivenPagesPartition])
        for (const { Key: key = '', LastModified } of await this.list(partition(feed, sourceId, dayMs))) {
          const storedAtMs = LastModified?.getTime() ?? 0;
          if (storedAtMs < sinceMs) continue;
          const { bytes } = await this.reader.read(key);
          marks.push({ object: listing(key, bytes), storedAtMs });
        }
    return marks;
  }

  private async put(key: string, body: Buffer, contentType: string): Promise<ManifestObject> {
    const { bucket } = this.place;
    try {
      await this.client.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: body,
          ContentType: contentType,
          IfNoneMatch: '*',
        }),
      );
    } catch (cause) {
      // Marks of earlier redrives were looked for, so this put has come twice, for its first answer was lost.
      if (!isAlreadyThere(cause))
        throw new ArchiveError(`marks ${key} could not be written to bucket ${bucket}`, { cause });
    }
    return listing(key, body);
  }

  private async keys(prefix: string): Promise<string[]> {
    return (await this.list(prefix)).map(({ Key = '' }) => Key);
  }

  private async list(prefix: string): Promise<_Object[]> {
    const { bucket } = this.place;
    const objects: _Object[] = [];
    const pages = paginateListObjectsV2({ client: this.client }, { Bucket: bucket, Prefix: prefix });
    try {
      for await (const { Contents = [] } of pages) objects.push(...Contents);
    } catch (cause) {
      throw new ArchiveError(`the objects below ${prefix} could not be listed in bucket ${bucket}`, {
        cause,
      });
    }
    return objects;
  }

  private async lines<T>(key: string): Promise<T[]> {
    const lines = await this.reader.lines(key);
    try {
      return lines.map((line) => JSON.parse(line) as T);
    } catch (cause) {
      throw new ArchiveError(`object ${key} of bucket ${this.place.bucket} is not NDJSON`, { cause });
    }
  }
}

/** The start of each day, UTC, unix milliseconds; both ends are included. */
function* daysBetween(fromDay: string, toDay: string): Generator<number> {
  const lastMs = Date.parse(toDay);
  for (let dayMs = Date.parse(fromDay); dayMs <= lastMs; dayMs += MS_PER_DAY) yield dayMs;
}

function described(metadata: Readonly<Record<string, string>>, keptAtMs: number): PageDescription {
  const encoding = metadata[ObjectMetadata.ReceivedEncoding];
  const sequence = Number(metadata[ObjectMetadata.Sequence]);
  return {
    ...(encoding === undefined ? {} : { contentEncoding: readMetadataText(encoding) }),
    reason: readMetadataText(metadata[ObjectMetadata.Reason] ?? 'the object does not say why'),
    runId: metadata[ObjectMetadata.RunId] ?? '',
    sequence: Number.isSafeInteger(sequence) ? sequence : 0,
    keptAtMs,
  };
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Depends only on the line numbers, so the same marks always get the same key. */
function nameOf(marks: readonly RedrivenMark[]): string {
  const lines = marks.map(({ line }) => line).join(' ');
  return sha256(lines).slice(0, NAME_LENGTH);
}
