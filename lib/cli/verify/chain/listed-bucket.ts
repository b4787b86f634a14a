import { createHash } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
import { GetObjectCommand, NoSuchKey, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { SOURCE_ID_PATTERN } from '../../../../lambdas/contract/deployment/collector-event';
import type { SourcePlace } from '../../../../lambdas/contract/storage/archive-layout';
import { collectedPrefixes, prefixesOf } from '../../../../lambdas/contract/storage/archive-layout';
import { FORMAT, Format } from '../../../../lambdas/contract/storage/format';
import type {
  ManifestLine,
  ManifestObject,
  SkippedLine,
} from '../../../../lambdas/contract/storage/manifest';
import { headsPrefix, manifestPrefix } from '../../../../lambdas/contract/storage/manifest';
import { assertKnownFormat } from '../../../../lambdas/shared/known-format';
import { isUnreachable } from '../../describe-error';

export type ObjectState =
  | { readonly kind: 'as listed' }
  | { readonly kind: 'removed' }
  | { readonly kind: 'altered'; readonly detail: string };

/** The SDK tries a call again, but not if the connection is reset while the object comes in. */
const MAX_READS = 3;

/** The manifest lines of one source and the objects they list, as the bucket holds them. */
export class ListedBucket {
  constructor(
    private readonly client: S3Client,
    private readonly place: SourcePlace,
  ) {}

  /**
   * Keys of everything that the collector stores of the source except lines, and of everything beside the folders of the
   * sources.
   */
  async *objectKeys(): AsyncGenerator<string> {
    const { feed, sourceId } = this.place;
    const prefixes = collectedPrefixes(feed);
    for (const prefix of prefixes) yield* this.keysBelow(`${prefix}/source=${sourceId}/`);
    for (const prefix of [...prefixes, prefixesOf(feed).manifest])
      yield* this.keysBesideSources(`${prefix}/`);
  }

  /** Keys of everything among the lines, in the order of their numbers; up to a thousand at a time. */
  lineKeys(): AsyncGenerator<string[]> {
    return this.pages(manifestPrefix(this.place.feed, this.place.sourceId));
  }

  /** The daily heads of the source, as the daily message has stored them. */
  async *heads(): AsyncGenerator<{ readonly key: string; readonly text: string }> {
    for await (const key of this.keysBelow(headsPrefix(this.place.feed, this.place.sourceId)))
      yield { key, text: Buffer.from((await this.read(key)) ?? []).toString('utf8') };
  }

  /** @returns undefined if there is no such object */
  async read(key: string): Promise<Uint8Array | undefined> {
    for (let reads = 1; ; reads++) {
      try {
        return await this.readOnce(key);
      } catch (error) {
        if (reads === MAX_READS || !(error instanceof Error) || !isUnreachable(error)) throw error;
      }
    }
  }

  /** Reads an object and compares it with its listing. */
  async stateOf({ key, bytes, sha256 }: ManifestObject): Promise<ObjectState> {
    const body = await this.read(key);
    if (body === undefined) return { kind: 'removed' };
    const found = createHash('sha256').update(body).digest('hex');
    if (found === sha256) return { kind: 'as listed' };
    return {
      kind: 'altered',
      detail: `${body.length} bytes with SHA-256 ${found}; ${bytes} bytes with ${sha256} were written`,
    };
  }

  private async readOnce(key: string): Promise<Uint8Array | undefined> {
    const input = { Bucket: this.place.bucket, Key: key };
    try {
      const { Body } = await this.client.send(new GetObjectCommand(input));
      return (await Body?.transformToByteArray()) ?? new Uint8Array();
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  private async *keysBesideSources(prefix: string): AsyncGenerator<string> {
    const listing = { Bucket: this.place.bucket, Prefix: prefix, Delimiter: '/' };
    for await (const page of paginateListObjectsV2({ client: this.client }, listing)) {
      for (const { Key = '' } of page.Contents ?? []) yield Key;
      for (const { Prefix = '' } of page.CommonPrefixes ?? [])
        if (!isFolderOfSource(Prefix.slice(prefix.length, -1))) yield* this.keysBelow(Prefix);
    }
  }

  private async *keysBelow(prefix: string): AsyncGenerator<string> {
    for await (const keys of this.pages(prefix)) yield* keys;
  }

  private async *pages(prefix: string): AsyncGenerator<string[]> {
    const listing = { Bucket: this.place.bucket, Prefix: prefix };
    const pages = paginateListObjectsV2({ client: this.client }, listing);
    for await (const { Contents = [] } of pages) yield Contents.map(({ Key = '' }) => Key);
  }
}

function isFolderOfSource(name: string): boolean {
  return name.startsWith('source=') && SOURCE_ID_PATTERN.test(name.slice('source='.length));
}

/** Reads a line of the manifest. @returns undefined if the bytes are not a line */
export function readManifestLine(bytes: Uint8Array): ManifestLine | undefined {
  const value = parsed(bytes);
  return isLine(value) ? value : undefined;
}

/**
 * Refuses a line that continues the chain in a format of a later version. What does not continue it may say anything.
 * @param previous SHA-256 of the line before it
 * @throws NewerFormatError
 */
export function refuseNewerLine(bytes: Uint8Array, number: number, previous: string): void {
  const line = fieldsOf(parsed(bytes));
  if (line.previous === previous)
    assertKnownFormat(`line ${number} of the manifest`, line[FORMAT], Format.manifestLine);
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}

function isLine(value: unknown): value is ManifestLine {
  const { number, previous, writtenAt, objects, skipped = [] } = fieldsOf(value);
  return (
    typeof number === 'number' &&
    typeof previous === 'string' &&
    typeof writtenAt === 'string' &&
    Array.isArray(objects) &&
    objects.every(isObject) &&
    Array.isArray(skipped) &&
    skipped.every(isSkipped)
  );
}

function isSkipped(value: unknown): value is SkippedLine {
  const { number, sha256 } = fieldsOf(value);
  return typeof number === 'number' && typeof sha256 === 'string';
}

function isObject(value: unknown): value is ManifestObject {
  const { key, events, bytes, sha256 } = fieldsOf(value);
  return (
    typeof key === 'string' &&
    typeof events === 'number' &&
    typeof bytes === 'number' &&
    typeof sha256 === 'string'
  );
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
