import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { S3Client } from '@aws-sdk/client-s3';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { ArchiveError } from '../../shared/errors';
import type { AuditArchive } from '../core/ports';

const gunzipAsync = promisify(gunzip);

/** Twenty times a full page of 10,000 events; more is nothing the collector wrote, and would not fit into memory. */
const MAX_UNPACKED_BYTES = 100_000_000;

/** The archive in its bucket. */
export class S3AuditArchive implements AuditArchive {
  constructor(
    private readonly client: S3Client,
    private readonly bucket: string,
  ) {}

  async lines(objectKey: string): Promise<readonly string[]> {
    const packed = await this.read(objectKey);
    try {
      const text = (await gunzipAsync(packed, { maxOutputLength: MAX_UNPACKED_BYTES })).toString('utf8');
      const lines = text.split('\n');
      return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
    } catch (cause) {
      throw new ArchiveError(
        `object ${objectKey} of ${packed.length} bytes cannot be unpacked; expected gzip of at most ${MAX_UNPACKED_BYTES} bytes`,
        { cause },
      );
    }
  }

  private async read(objectKey: string): Promise<Uint8Array> {
    try {
      const { Body } = await this.client.send(new GetObjectCommand({ Bucket: this.bucket, Key: objectKey }));
      return (await Body?.transformToByteArray()) ?? new Uint8Array();
    } catch (cause) {
      throw new ArchiveError(`object ${objectKey} could not be read from bucket ${this.bucket}`, { cause });
    }
  }
}
