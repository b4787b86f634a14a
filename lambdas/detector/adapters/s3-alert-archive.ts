import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { S3Client } from '@aws-sdk/client-s3';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { AlertRecord } from '../../contract/storage/alert-record';
import { alertKey } from '../../contract/storage/alert-record';
import type { FeedName } from '../../contract/storage/archive-layout';
import type { LeftObject } from '../../shared/manifest';
import { listing } from '../../shared/manifest';
import { ObjectReader } from '../../shared/object-reader';
import { isAlreadyThere } from '../../shared/s3-refusals';
import { AlertError } from '../core/errors';
import type { AlertArchive, PutAlert } from '../core/ports';

const gzipAsync = promisify(gzip);

/** Each alert as an object of the archive bucket: gzip NDJSON of one line, written once (`If-None-Match: *`). */
export class S3AlertArchive implements AlertArchive {
  private readonly reader: ObjectReader;

  constructor(
    private readonly client: S3Client,
    private readonly bucket: string,
    private readonly feed: FeedName,
    private readonly nowMs: () => number,
  ) {
    this.reader = new ObjectReader(client, bucket);
  }

  async put(alert: AlertRecord): Promise<PutAlert> {
    const Key = alertKey(this.feed, alert);
    const Body = await gzipAsync(`${JSON.stringify(alert)}\n`);
    try {
      await this.client.send(
        new PutObjectCommand({
          Bucket: this.bucket,
          Key,
          Body,
          ContentType: 'application/gzip',
          IfNoneMatch: '*',
        }),
      );
      return { isNew: true, object: listing(Key, Body), storedAtMs: this.nowMs() };
    } catch (cause) {
      if (isAlreadyThere(cause)) return { isNew: false, ...(await this.read(Key)) };
      throw new AlertError(`alert ${Key} could not be written to bucket ${this.bucket}`, { cause });
    }
  }

  async find(key: string): Promise<LeftObject | undefined> {
    return (await this.reader.exists(key)) ? this.read(key) : undefined;
  }

  async get(key: string): Promise<AlertRecord> {
    const [line = ''] = await this.reader.lines(key);
    return JSON.parse(line) as AlertRecord;
  }

  /** The bytes may be of another attempt, and differ: they hold the time of that attempt. */
  private async read(key: string): Promise<LeftObject> {
    const { bytes, lastModifiedMs } = await this.reader.read(key);
    return { object: listing(key, bytes), storedAtMs: lastModifiedMs };
  }
}
