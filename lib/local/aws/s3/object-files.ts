import { createHash, randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { hasTexts, parseStateJson } from '../state-folder';
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
interface ObjectEntry {
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

/** Folder of a bucket's objects: one file per key, named by the key. */
export function bucketFolder(stateFolder: string, bucket: string): string {
  return join(objectsFolder(stateFolder), bucket);
}

function objectsFolder(stateFolder: string): string {
  return join(stateFolder, 's3');
}

/** What macOS writes into each folder that is looked at. */
const NO_OBJECT = '.DS_Store';

/**
 * Keeps objects as plain files: the bytes under `s3/<bucket>/<key>`, their description as JSON under
 * `s3-metadata/<bucket>/<key>`, unfinished writes under `s3-incoming/`.
 *
 * A file appears whole or not at all (written aside, then renamed). The description is written first and the bytes
 * decide: a process killed between the two leaves no object, and a file that somebody changed or copied in is an object
 * as it lies there. This survives killed processes; nothing is flushed to survive a power cut.
 */
export class ObjectFolder implements ObjectFiles {
  readonly #objects: string;
  readonly #metadata: string;
  readonly #incoming: string;

  /** @param folder the state folder, which must exist and be used by no other process. */
  constructor(folder: string) {
    this.#objects = objectsFolder(folder);
    this.#metadata = join(folder, 's3-metadata');
    this.#incoming = join(folder, 's3-incoming');
  }

  async load(): Promise<{ buckets: readonly string[]; entries: readonly ObjectEntry[] }> {
    await rm(this.#incoming, { recursive: true, force: true });
    for (const folder of [this.#objects, this.#metadata, this.#incoming]) {
      await mkdir(folder, { recursive: true });
    }
    const buckets = await readdir(this.#objects);
    const entries: ObjectEntry[] = [];
    for (const bucket of buckets) entries.push(...(await this.#entriesOf(bucket)));
    return { buckets, entries };
  }

  async createBucket(bucket: string): Promise<void> {
    await mkdir(join(this.#metadata, bucket), { recursive: true });
    await mkdir(join(this.#objects, bucket), { recursive: true });
  }

  async write({ bucket, key, object }: ObjectEntry, body: Buffer, isNew: boolean): Promise<void> {
    const bodyFile = join(this.#objects, bucket, key);
    if (isNew) await this.#refuseForeignFile(bodyFile);
    const description = Buffer.from(`${JSON.stringify(object)}\n`);
    await this.#place(description, join(this.#metadata, bucket, key), rename);
    await this.#place(body, bodyFile, isNew ? link : rename);
  }

  read(bucket: string, key: string): Promise<Buffer> {
    return readFile(join(this.#objects, bucket, key));
  }

  /** On a file system that ignores case, two keys would share one file. */
  async #refuseForeignFile(file: string): Promise<void> {
    if (await exists(file)) throw new Error(`the file ${file} is there but belongs to no key of this bucket`);
  }

  async #place(
    content: Buffer,
    file: string,
    publish: (from: string, to: string) => Promise<void>,
  ): Promise<void> {
    const incoming = join(this.#incoming, randomUUID());
    await writeFile(incoming, content);
    await mkdir(dirname(file), { recursive: true });
    await publish(incoming, file);
    await rm(incoming, { force: true });
  }

  async #entriesOf(bucket: string): Promise<ObjectEntry[]> {
    const root = join(this.#objects, bucket);
    const listed = await readdir(root, { recursive: true, withFileTypes: true });
    const entries: ObjectEntry[] = [];
    for (const file of listed.filter((item) => item.isFile() && item.name !== NO_OBJECT)) {
      const key = relative(root, join(file.parentPath, file.name)).split(sep).join('/');
      entries.push({ bucket, key, object: await this.#describe(bucket, key) });
    }
    return entries;
  }

  async #describe(bucket: string, key: string): Promise<StoredObject> {
    const path = join(this.#metadata, bucket, key);
    const file = join(this.#objects, bucket, key);
    const { size: sizeBytes, mtimeMs } = await stat(file);
    if (!(await exists(path))) {
      const lastModifiedS = Math.floor(mtimeMs / 1000);
      const etag = etagOf(await readFile(file));
      return { contentType: 'binary/octet-stream', userMetadata: {}, sizeBytes, etag, lastModifiedS };
    }
    const description = parseStateJson(await readFile(path, 'utf8'), {
      path,
      isRight: (value): value is StoredObject => hasTexts(value, ['etag']),
      expected: "an object's description",
      whatToDo: `Restore it from a copy, or delete it together with ${file}, whose object is then gone.`,
    });
    return { ...description, sizeBytes };
  }
}

/** MD5 of an object's bytes in hexadecimal, as S3 makes it of an object that was put in one part. */
export function etagOf(body: Buffer): string {
  return createHash('md5').update(body).digest('hex');
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

/** Keeps the bytes of objects in memory, for as long as the process lives. */
export class ObjectMemory implements ObjectFiles {
  readonly #bodies = new Map<string, Buffer>();

  async load(): Promise<{ buckets: readonly string[]; entries: readonly ObjectEntry[] }> {
    return { buckets: [], entries: [] };
  }

  async createBucket(): Promise<void> {}

  async write({ bucket, key }: ObjectEntry, body: Buffer): Promise<void> {
    this.#bodies.set(`${bucket}/${key}`, body);
  }

  async read(bucket: string, key: string): Promise<Buffer> {
    const body = this.#bodies.get(`${bucket}/${key}`);
    if (body === undefined) throw new Error(`the bytes of ${bucket}/${key} are not in memory`);
    return body;
  }
}
