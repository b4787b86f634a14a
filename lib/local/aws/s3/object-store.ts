import { lowerBound } from '../../lower-bound';
import { AwsError, notImplemented } from '../wire/aws-call';
import type { ObjectAttributes, ObjectFiles, StoredObject } from './object-files';
import { etagOf } from './object-files';

/** One put: place, content, and whether an existing object is kept (`If-None-Match: *`). */
interface ObjectPut {
  readonly bucket: string;
  readonly key: string;
  readonly body: Buffer;
  readonly attributes: ObjectAttributes;
  readonly onlyIfAbsent: boolean;
}

/** Where an object is. */
export type CreatedObject = Pick<ObjectPut, 'bucket' | 'key'>;

interface Bucket {
  readonly objects: Map<string, StoredObject>;
  readonly sortedKeys: string[];
  /** Settles with the last action begun: a bucket does one thing at a time, so that a condition still holds. */
  lastAction: Promise<unknown>;
}

/** The buckets and objects of the endpoint, without versions. Errors are S3's own (NoSuchBucket, NoSuchKey, …). */
export class ObjectStore {
  /** Is told of each object that was put, as EventBridge is by S3. Replaceable at any time. */
  onCreated: (object: CreatedObject) => void = () => undefined;
  readonly #buckets = new Map<string, Bucket>();
  readonly #files: ObjectFiles;
  readonly #nowMs: () => number;

  private constructor(files: ObjectFiles, nowMs: () => number) {
    this.#files = files;
    this.#nowMs = nowMs;
  }

  /** Opens the store with the objects that the files kept from earlier. */
  static async open(files: ObjectFiles, nowMs: () => number): Promise<ObjectStore> {
    const store = new ObjectStore(files, nowMs);
    const { buckets, entries } = await files.load();
    for (const name of buckets) store.#buckets.set(name, emptyBucket());
    for (const { bucket, key, object } of entries) {
      const { objects, sortedKeys } = store.#bucket(bucket);
      objects.set(key, object);
      insertKey(sortedKeys, key);
    }
    return store;
  }

  /** @returns false if the bucket existed already. */
  async createBucket(name: string): Promise<boolean> {
    checkBucketName(name);
    if (this.#buckets.has(name)) return false;
    this.#buckets.set(name, emptyBucket());
    await this.#files.createBucket(name);
    return true;
  }

  /** @throws AwsError PreconditionFailed if the put was conditional and the key exists. */
  async put(request: ObjectPut): Promise<StoredObject> {
    checkKey(request.key);
    const bucket = this.#bucket(request.bucket);
    return inTurn(bucket, () => this.#write(bucket, request));
  }

  describe(bucket: string, key: string): StoredObject {
    const object = this.#bucket(bucket).objects.get(key);
    if (object === undefined) throw new AwsError(404, 'NoSuchKey', 'The specified key does not exist.');
    return object;
  }

  async read(bucket: string, key: string): Promise<{ object: StoredObject; body: Buffer }> {
    return inTurn(this.#bucket(bucket), async () => {
      const object = this.describe(bucket, key);
      const body = await this.#files.read(bucket, key);
      return { object: ofBytes(object, body), body };
    });
  }

  /** All keys of a bucket, in UTF-8 order. */
  keys(bucket: string): readonly string[] {
    return this.#bucket(bucket).sortedKeys;
  }

  async #write(bucket: Bucket, request: ObjectPut): Promise<StoredObject> {
    const { key, body, attributes } = request;
    const isNew = !bucket.objects.has(key);
    if (request.onlyIfAbsent && !isNew) {
      throw new AwsError(
        412,
        'PreconditionFailed',
        'At least one of the pre-conditions you specified did not hold',
      );
    }
    if (isNew) refusePathConflict(bucket, key);
    const object: StoredObject = {
      ...attributes,
      sizeBytes: body.length,
      etag: etagOf(body),
      lastModifiedS: Math.floor(this.#nowMs() / 1000),
    };
    await this.#files.write({ bucket: request.bucket, key, object }, body, isNew);
    bucket.objects.set(key, object);
    insertKey(bucket.sortedKeys, key);
    this.onCreated({ bucket: request.bucket, key });
    return object;
  }

  #bucket(name: string): Bucket {
    const bucket = this.#buckets.get(name);
    if (bucket === undefined)
      throw new AwsError(404, 'NoSuchBucket', `The specified bucket does not exist: ${name}`);
    return bucket;
  }
}

/** The description of bytes that somebody may have changed since they were put. */
function ofBytes(object: StoredObject, body: Buffer): StoredObject {
  const etag = etagOf(body);
  return etag === object.etag ? object : { ...object, sizeBytes: body.length, etag, checksum: undefined };
}

function emptyBucket(): Bucket {
  return { objects: new Map(), sortedKeys: [], lastAction: Promise.resolve() };
}

function inTurn<T>(bucket: Bucket, action: () => Promise<T>): Promise<T> {
  const outcome = bucket.lastAction.then(action);
  bucket.lastAction = outcome.catch(() => undefined);
  return outcome;
}

/** `a` and `a/b` can both be keys in S3, but a file and a folder cannot share a name. */
function refusePathConflict({ objects, sortedKeys }: Bucket, key: string): void {
  const below = sortedKeys[firstKeyFrom(sortedKeys, `${key}/`)];
  const segments = key.split('/');
  const above = segments
    .map((_, depth) => segments.slice(0, depth).join('/'))
    .find((ancestor) => objects.has(ancestor));
  const other = above ?? (below?.startsWith(`${key}/`) ? below : undefined);
  if (other !== undefined) throw notImplemented(`the key '${key}' beside '${other}'`);
}

/** Longest key in UTF-8 bytes (Amazon S3 user guide, "Naming Amazon S3 objects"). */
const MAX_KEY_BYTES = 1024;
/** Longest file name of the file systems in use (POSIX NAME_MAX on Linux and macOS). */
const MAX_SEGMENT_BYTES = 255;

/** Rules of the Amazon S3 user guide, "General purpose bucket naming rules"; they make a name safe as a folder. */
const BUCKET_NAME = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** @throws AwsError InvalidBucketName if S3 would not create a bucket of that name. */
function checkBucketName(bucket: string): void {
  if (!BUCKET_NAME.test(bucket) || bucket.includes('..') || /^\d+(\.\d+){3}$/.test(bucket)) {
    throw new AwsError(400, 'InvalidBucketName', 'The specified bucket is not valid.');
  }
}

/**
 * Keys are file paths here, so that a person can open an object. S3 accepts more keys than a folder can hold; those are
 * refused in memory as well, so that a program that passes a test also runs with a folder.
 * @throws AwsError KeyTooLongError, or NotImplemented for a key that is not a plain relative path.
 */
function checkKey(key: string): void {
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) {
    throw new AwsError(
      400,
      'KeyTooLongError',
      `Your key is too long: expected at most ${MAX_KEY_BYTES} bytes.`,
    );
  }
  if (/\p{Cc}|\\/u.test(key)) {
    throw notImplemented(`keys with control characters or backslashes: ${JSON.stringify(key)}`);
  }
  for (const segment of key.split('/')) {
    if (segment === '' || segment === '.' || segment === '..') {
      throw notImplemented(`keys with the path segment '${segment}': ${JSON.stringify(key)}`);
    }
    if (Buffer.byteLength(segment) > MAX_SEGMENT_BYTES) {
      throw notImplemented(`keys with a path segment above ${MAX_SEGMENT_BYTES} bytes`);
    }
  }
}

/** The order of S3 listings: by the bytes of the UTF-8 form, which for rare characters differs from JavaScript's. */
function compareUtf8(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

/** Index of the first key that is not before `bound`; the length if there is none. */
export function firstKeyFrom(sortedKeys: readonly string[], bound: string): number {
  return lowerBound(sortedKeys.length, (index) => compareUtf8(sortedKeys[index] ?? '', bound) < 0);
}

/** Inserts a key in order; does nothing if it is there already. */
function insertKey(sortedKeys: string[], key: string): void {
  const index = firstKeyFrom(sortedKeys, key);
  if (sortedKeys[index] !== key) sortedKeys.splice(index, 0, key);
}
