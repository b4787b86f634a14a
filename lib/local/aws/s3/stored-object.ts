import type { ChecksumAlgorithm } from './checksums';

/** What a client says of an object when it puts it. */
export interface ObjectAttributes {
  readonly contentType: string;
  readonly contentEncoding?: string;
  /** By name without the `x-amz-meta-` prefix, in lower case. */
  readonly userMetadata: Readonly<Record<string, string>>;
  /** The verified checksum that came with the put; base64. */
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly value: string };
}

/** Everything S3 knows about an object except its bytes. */
export interface StoredObject extends ObjectAttributes {
  readonly sizeBytes: number;
  /** MD5 of the bytes in hexadecimal, without the quotes of the header. */
  readonly etag: string;
  /** Whole seconds, as in S3. */
  readonly lastModifiedS: number;
}

/** One object on its way to or from its files. */
export interface ObjectEntry {
  readonly bucket: string;
  readonly key: string;
  readonly object: StoredObject;
}

/** Where buckets and objects are kept. */
export interface ObjectFiles {
  /** The buckets and objects kept from earlier. */
  load(): Promise<{ buckets: readonly string[]; entries: readonly ObjectEntry[] }>;
  createBucket(bucket: string): Promise<void>;
  /** Stores bytes and description, all or nothing; with `isNew` the key must not exist yet. */
  write(entry: ObjectEntry, body: Buffer, isNew: boolean): Promise<void>;
  read(bucket: string, key: string): Promise<Buffer>;
}
