import type { Readable } from 'node:stream';
import type { _Object, GetObjectCommandOutput, S3Client } from '@aws-sdk/client-s3';
import { GetObjectCommand, NoSuchKey, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { SOURCE_ID_PATTERN } from '../../../../lambdas/contract/deployment/collector-event';
import type { SourcePlace } from '../../../../lambdas/contract/storage/archive-layout';
import { collectedPrefixes, prefixesOf } from '../../../../lambdas/contract/storage/archive-layout';
import type { ManifestObject } from '../../../../lambdas/contract/storage/manifest';
import { headsPrefix, manifestPrefix } from '../../../../lambdas/contract/storage/manifest';
import type { ObjectState } from '../../../../lambdas/verifier/core/object-state';
import { stateOf } from '../../../../lambdas/verifier/core/object-state';
import { isUnreachable } from '../../describe-error';

/** The SDK tries a call again, but not if the connection is reset while the object comes in. */
const MAX_READS = 3;

/** An object as listed. */
interface StoredObject {
  readonly key: string;
  readonly storedAtMs: number;
}

/** The manifest lines of one source and the objects they list, as the bucket holds them. */
export class ListedBucket {
  constructor(
    private readonly client: S3Client,
    private readonly place: SourcePlace,
    /** Of what the lines list. */
    private readonly prefixes: readonly string[] = collectedPrefixes(place.feed),
  ) {}

  /** Everything of the source except lines, and everything beside the folders of the sources. */
  async *objects(): AsyncGenerator<StoredObject> {
    const { feed, sourceId } = this.place;
    for (const prefix of this.prefixes) yield* this.objectsBelow(`${prefix}/source=${sourceId}/`);
    for (const prefix of [...this.prefixes, prefixesOf(feed).manifest])
      yield* this.objectsBesideSources(`${prefix}/`);
  }

  /** Keys of everything among the lines, in the order of their numbers; up to a thousand at a time. */
  async *lineKeys(): AsyncGenerator<string[]> {
    for await (const page of this.pages(manifestPrefix(this.place.feed, this.place.sourceId)))
      yield page.map(({ key }) => key);
  }

  /** The daily heads of the source, as the daily message has stored them. */
  async *heads(): AsyncGenerator<{ readonly key: string; readonly text: string }> {
    for await (const { key } of this.objectsBelow(headsPrefix(this.place.feed, this.place.sourceId)))
      yield { key, text: Buffer.from((await this.read(key)) ?? []).toString('utf8') };
  }

  /** @returns undefined if there is no such object */
  read(key: string): Promise<Uint8Array | undefined> {
    return this.reading(async () => (await this.open(key))?.transformToByteArray());
  }

  /** Reads an object and compares it with its listing. */
  stateOf(object: ManifestObject): Promise<ObjectState> {
    return this.reading(async () => {
      const body = await this.open(object.key);
      return body === undefined ? { kind: 'removed' } : stateOf(body as Readable, object);
    });
  }

  private async reading<Result>(read: () => Promise<Result>): Promise<Result> {
    for (let reads = 1; ; reads++) {
      try {
        return await read();
      } catch (error) {
        if (reads === MAX_READS || !(error instanceof Error) || !isUnreachable(error)) throw error;
      }
    }
  }

  private async open(key: string): Promise<GetObjectCommandOutput['Body']> {
    const input = { Bucket: this.place.bucket, Key: key };
    try {
      return (await this.client.send(new GetObjectCommand(input))).Body;
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  private async *objectsBesideSources(prefix: string): AsyncGenerator<StoredObject> {
    const listing = { Bucket: this.place.bucket, Prefix: prefix, Delimiter: '/' };
    for await (const page of paginateListObjectsV2({ client: this.client }, listing)) {
      yield* storedObjects(page.Contents);
      for (const { Prefix = '' } of page.CommonPrefixes ?? [])
        if (!isFolderOfSource(Prefix.slice(prefix.length, -1))) yield* this.objectsBelow(Prefix);
    }
  }

  private async *objectsBelow(prefix: string): AsyncGenerator<StoredObject> {
    for await (const objects of this.pages(prefix)) yield* objects;
  }

  private async *pages(prefix: string): AsyncGenerator<StoredObject[]> {
    const listing = { Bucket: this.place.bucket, Prefix: prefix };
    const pages = paginateListObjectsV2({ client: this.client }, listing);
    for await (const { Contents } of pages) yield storedObjects(Contents);
  }
}

function storedObjects(contents: readonly _Object[] = []): StoredObject[] {
  return contents.map(({ Key: key = '', LastModified }) => ({
    key,
    storedAtMs: LastModified?.getTime() ?? 0,
  }));
}

function isFolderOfSource(name: string): boolean {
  return name.startsWith('source=') && SOURCE_ID_PATTERN.test(name.slice('source='.length));
}
