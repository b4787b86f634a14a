import type { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { ArchiveError } from './errors';
import { unpack } from './unpack';

/**
 * Most bytes of a stored object, packed and unpacked: 64 MiB. It holds the events of one page, which has 32 MiB at most,
 * and a documented page of 5 MB makes objects of 10 MB.
 */
export const MAX_OBJECT_BYTES = 64 * 2 ** 20;

/** One object, read. */
export interface StoredObject {
  readonly bytes: Buffer;
  /** Its user metadata, without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly lastModifiedMs: number;
}

/** Reads objects of one bucket, none of which may take more memory than a bound. */
export class ObjectReader {
  constructor(
    private readonly client: S3Client,
    private readonly bucket: string,
  ) {}

  /**
   * The object as it is stored.
   * @throws ArchiveError, also where it has more than `maxBytes`; nothing of it is read then
   */
  async read(key: string, maxBytes: number = MAX_OBJECT_BYTES): Promise<StoredObject> {
    try {
      const { Body, ContentLength, Metadata, LastModified } = await this.client.send(
        new GetObjectCommand({ Bucket: this.bucket, Key: key }),
      );
      if (ContentLength !== undefined && ContentLength > maxBytes) {
        (Body as Readable | undefined)?.destroy();
        throw this.unreadable(key, `it has ${ContentLength} bytes, ${maxBytes} at most are read`);
      }
      return {
        bytes: Buffer.from((await Body?.transformToByteArray()) ?? []),
        metadata: Metadata ?? {},
        lastModifiedMs: LastModified?.getTime() ?? 0,
      };
    } catch (cause) {
      throw cause instanceof ArchiveError ? cause : this.unreadable(key, undefined, cause);
    }
  }

  /**
   * The lines of a gzip NDJSON object, without empty ones.
   * @throws ArchiveError, also where it is not gzip or unpacks to more than `maxBytes`
   */
  async lines(key: string, maxBytes: number = MAX_OBJECT_BYTES): Promise<string[]> {
    const { bytes } = await this.read(key, maxBytes);
    const unpacked = await unpack(bytes, maxBytes, 'the gzip body');
    if (unpacked.kind !== 'unpacked') throw this.unreadable(key, unpacked.reason);
    return unpacked.bytes
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '');
  }

  private unreadable(key: string, reason?: string, cause?: unknown): ArchiveError {
    const what = `object ${key} could not be read from bucket ${this.bucket}`;
    return new ArchiveError(reason === undefined ? what : `${what}: ${reason}`, { cause });
  }
}
