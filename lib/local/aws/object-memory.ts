import type { ObjectEntry, ObjectShelf } from './stored-object';

/** Keeps the bytes of objects in memory, for as long as the process lives. */
export class ObjectMemory implements ObjectShelf {
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
