import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { GetObjectCommand, PutObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { OBJECT_SUFFIX, quarantinePartition, redrivenPrefix } from '../../contract/archive-layout';
import type { QuarantinedRecord, RedrivenMark } from '../../contract/audit-record';
import { ArchiveError } from '../core/errors';
import type { Quarantine, QuarantineObject } from '../core/ports';
import { isAlreadyThere } from '../../aws/s3-refusals';

const gunzipAsync = promisify(gunzip);
const gzipAsync = promisify(gzip);
const MS_PER_DAY = 86_400_000;
const NAME_LENGTH = 32;

/** The quarantine of one source: its objects, and beside them the marks of what was accepted later. Both are written once. */
export class S3Quarantine implements Quarantine {
  constructor(
    private readonly client: S3Client,
    private readonly place: { readonly bucket: string; readonly sourceId: string },
  ) {}

  async *objects(fromDay: string, toDay: string): AsyncGenerator<QuarantineObject> {
    const lastMs = Date.parse(toDay);
    for (let dayMs = Date.parse(fromDay); dayMs <= lastMs; dayMs += MS_PER_DAY) {
      for (const key of await this.keys(quarantinePartition(this.place.sourceId, dayMs))) {
        const redrivenLines = new Set<number>();
        for (const markKey of await this.keys(redrivenPrefix(key)))
          for (const { line } of await this.lines<RedrivenMark>(markKey)) redrivenLines.add(line);
        yield { key, records: await this.lines<QuarantinedRecord>(key), redrivenLines };
      }
    }
  }

  async mark({ key }: QuarantineObject, marks: readonly RedrivenMark[]): Promise<void> {
    if (marks.length === 0) return;
    const markKey = `${redrivenPrefix(key)}${nameOf(marks)}${OBJECT_SUFFIX}`;
    const body = await gzipAsync(marks.map((mark) => `${JSON.stringify(mark)}\n`).join(''));
    try {
      await this.client.send(
        new PutObjectCommand({
          Bucket: this.place.bucket,
          Key: markKey,
          Body: body,
          ContentType: 'application/gzip',
          IfNoneMatch: '*',
        }),
      );
    } catch (cause) {
      if (isAlreadyThere(cause)) return;
      throw new ArchiveError(`marks ${markKey} could not be written to bucket ${this.place.bucket}`, {
        cause,
      });
    }
  }

  private async keys(prefix: string): Promise<string[]> {
    const keys: string[] = [];
    const pages = paginateListObjectsV2(
      { client: this.client },
      { Bucket: this.place.bucket, Prefix: prefix },
    );
    try {
      for await (const { Contents = [] } of pages) for (const { Key = '' } of Contents) keys.push(Key);
    } catch (cause) {
      throw new ArchiveError(
        `the objects below ${prefix} could not be listed in bucket ${this.place.bucket}`,
        {
          cause,
        },
      );
    }
    return keys;
  }

  private async lines<T>(key: string): Promise<T[]> {
    try {
      const { Body } = await this.client.send(new GetObjectCommand({ Bucket: this.place.bucket, Key: key }));
      const text = (await gunzipAsync((await Body?.transformToByteArray()) ?? '')).toString('utf8');
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as T);
    } catch (cause) {
      throw new ArchiveError(`object ${key} could not be read from bucket ${this.place.bucket}`, { cause });
    }
  }
}

/** Depends on the lines alone, so that marks that are written again find themselves. */
function nameOf(marks: readonly RedrivenMark[]): string {
  const lines = marks.map(({ line }) => line).join(' ');
  return createHash('sha256').update(lines).digest('hex').slice(0, NAME_LENGTH);
}
