import { createHash } from 'node:crypto';
import { AwsError, notImplemented } from './aws-error';
import { insertKey, lowerBound } from './key-order';
import { checkBucketName, checkKey } from './object-key';
import type { ObjectAttributes, ObjectShelf, StoredObject } from './stored-object';

/** One put: where to, what, and whether an object that is there already wins (`If-None-Match: *`). */
export interface ObjectPut {
  readonly bucket: string;
  readonly key: string;
  readonly body: Buffer;
  readonly attributes: ObjectAttributes;
  readonly onlyIfAbsent: boolean;
}

interface Bucket {
  readonly objects: Map<string, StoredObject>;
  readonly sortedKeys: string[];
  /** Settles with the last action begun: a bucket does one thing at a time, so that a condition holds. */
  lastAction: Promise<unknown>;
}

/** The buckets and objects of the endpoint, without versions. Errors are S3's own (NoSuchBucket, NoSuchKey, …). */
export class ObjectStore {
  readonly #buckets = new Map<string, Bucket>();
  readonly #shelf: ObjectShelf;
  readonly #nowMs: () => number;

  private constructor(shelf: ObjectShelf, nowMs: () => number) {
    this.#shelf = shelf;
    this.#nowMs = nowMs;
  }

  /** Opens the store with what the shelf kept from earlier. */
  static async open(shelf: ObjectShelf, nowMs: () => number): Promise<ObjectStore> {
    const store = new ObjectStore(shelf, nowMs);
    const { buckets, entries } = await shelf.load();
    for (const name of buckets) store.#buckets.set(name, emptyBucket());
    for (const { bucket, key, object } of entries) {
      const { objects, sortedKeys } = store.#bucket(bucket);
      objects.set(key, object);
      insertKey(sortedKeys, key);
    }
    return store;
  }

  /** @returns false when the bucket was there already. */
  async createBucket(name: string): Promise<boolean> {
    checkBucketName(name);
    if (this.#buckets.has(name)) return false;
    this.#buckets.set(name, emptyBucket());
    await this.#shelf.createBucket(name);
    return true;
  }

  /** @throws AwsError PreconditionFailed when the put was conditional and the key exists. */
  async put(request: ObjectPut): Promise<StoredObject> {
    checkKey(request.key);
    const bucket = this.#bucket(request.bucket);
    return inTurn(bucket, () => this.#write(bucket, request));
  }

  /** The description of an object. */
  describe(bucket: string, key: string): StoredObject {
    const object = this.#bucket(bucket).objects.get(key);
    if (object === undefined) throw new AwsError(404, 'NoSuchKey', 'The specified key does not exist.');
    return object;
  }

  /** An object with its bytes. */
  async read(bucket: string, key: string): Promise<{ object: StoredObject; body: Buffer }> {
    return inTurn(this.#bucket(bucket), async () => {
      const object = this.describe(bucket, key);
      return { object, body: await this.#shelf.read(bucket, key) };
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
      etag: createHash('md5').update(body).digest('hex'),
      lastModifiedS: Math.floor(this.#nowMs() / 1000),
    };
    await this.#shelf.write({ bucket: request.bucket, key, object }, body, isNew);
    bucket.objects.set(key, object);
    insertKey(bucket.sortedKeys, key);
    return object;
  }

  #bucket(name: string): Bucket {
    const bucket = this.#buckets.get(name);
    if (bucket === undefined)
      throw new AwsError(404, 'NoSuchBucket', `The specified bucket does not exist: ${name}`);
    return bucket;
  }
}

function emptyBucket(): Bucket {
  return { objects: new Map(), sortedKeys: [], lastAction: Promise.resolve() };
}

function inTurn<T>(bucket: Bucket, action: () => Promise<T>): Promise<T> {
  const outcome = bucket.lastAction.then(action);
  bucket.lastAction = outcome.catch(() => undefined);
  return outcome;
}

/** `a` and `a/b` can both be keys in S3, but not a file and a folder of one name. */
function refusePathConflict({ objects, sortedKeys }: Bucket, key: string): void {
  const below = sortedKeys[lowerBound(sortedKeys, `${key}/`)];
  const segments = key.split('/');
  const above = segments
    .map((_, depth) => segments.slice(0, depth).join('/'))
    .find((ancestor) => objects.has(ancestor));
  const other = above ?? (below?.startsWith(`${key}/`) ? below : undefined);
  if (other !== undefined) throw notImplemented(`the key '${key}' beside '${other}'`);
}
