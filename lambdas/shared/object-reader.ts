import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip } from 'node:zlib';
import type { S3Client } from '@aws-sdk/client-s3';
import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { ArchiveError } from './errors';
import { unpack } from './unpack';

/**
 * Limit on a stored object, compressed and decompressed: 64 MiB. It holds the events of one page, which has at most 32
 * MiB; a documented page of 5 MB makes objects of 10 MB.
 */
export const MAX_OBJECT_BYTES = 64 * 2 ** 20;

/** The metadata of an object. */
interface ObjectDescription {
  /** In bytes. */
  readonly length: number;
  /** Its user metadata, without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly lastModifiedMs: number;
}

/** One object with its content. */
export interface StoredObject extends Omit<ObjectDescription, 'length'> {
  readonly bytes: Buffer;
}

const UNPACKED_CHUNK_BYTES = 1 << 18;

/** Reads objects of one bucket, with a limit on the memory that one may take. */
export class ObjectReader {
  constructor(
    private readonly client: S3Client,
    private readonly bucket: string,
  ) {}

  /**
   * The object as stored.
   * @throws ArchiveError, also if it has more than `maxBytes`; its body is then not read
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

  /** The object without its bytes. @throws ArchiveError */
  async describe(key: string): Promise<ObjectDescription> {
    try {
      const head = new HeadObjectCommand({ Bucket: this.bucket, Key: key });
      const { ContentLength = 0, Metadata = {}, LastModified } = await this.client.send(head);
      return { length: ContentLength, metadata: Metadata, lastModifiedMs: LastModified?.getTime() ?? 0 };
    } catch (cause) {
      throw this.unreadable(key, undefined, cause);
    }
  }

  /**
   * Whether there is an object with the key. It uses a listing: if a role may list only some prefixes, S3 answers a
   * request for a missing object with 403.
   * @throws ArchiveError
   */
  async exists(key: string): Promise<boolean> {
    try {
      const { Contents = [] } = await this.client.send(
        new ListObjectsV2Command({ Bucket: this.bucket, Prefix: key }),
      );
      return Contents.some(({ Key }) => Key === key);
    } catch (cause) {
      throw this.unreadable(key, undefined, cause);
    }
  }

  /**
   * The lines of a gzip NDJSON object, without empty ones.
   * @throws ArchiveError, also if it is not gzip or decompresses to more than `maxBytes`
   */
  async lines(key: string, maxBytes: number = MAX_OBJECT_BYTES): Promise<string[]> {
    const { bytes } = await this.read(key, maxBytes);
    const unpacked = await unpack(bytes, { maxBytes, what: 'the gzip body' });
    if (unpacked.kind !== 'decoded') throw this.unreadable(key, unpacked.reason);
    return unpacked.body
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '');
  }

  /**
   * The lines of a gzip NDJSON object of any size, some hundred at a time, as they come in. Empty ones, too: the collector
   * writes none, so they are corruption.
   * @throws ArchiveError, also if it is not gzip, is cut, or has a line of more than `MAX_OBJECT_BYTES` characters
   */
  async *streamedLines(key: string): AsyncGenerator<readonly string[], void> {
    try {
      const { Body } = await this.client.send(new GetObjectCommand({ Bucket: this.bucket, Key: key }));
      const unpacked = createGunzip({ chunkSize: UNPACKED_CHUNK_BYTES });
      // A failure of the body ends `unpacked` with it, and is thrown by the loop.
      pipeline(Body as Readable, unpacked).catch(() => undefined);
      yield* linesOf(unpacked);
    } catch (cause) {
      throw this.unreadable(key, cause instanceof Error ? cause.message : undefined, cause);
    }
  }

  private unreadable(key: string, reason?: string, cause?: unknown): ArchiveError {
    const what = `object ${key} could not be read from bucket ${this.bucket}`;
    return new ArchiveError(reason === undefined ? what : `${what}: ${reason}`, { cause });
  }
}

async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<readonly string[], void> {
  const decoder = new StringDecoder('utf8');
  let begun = '';
  for await (const chunk of chunks) {
    const [first = '', ...others] = decoder.write(chunk).split('\n');
    begun += first;
    if (begun.length > MAX_OBJECT_BYTES)
      throw new Error(`a line has more than ${MAX_OBJECT_BYTES} characters`);
    if (others.length === 0) continue;
    const lines = [begun, ...others];
    begun = lines.pop() ?? '';
    yield lines;
  }
  begun += decoder.end();
  if (begun !== '') yield [begun];
}
