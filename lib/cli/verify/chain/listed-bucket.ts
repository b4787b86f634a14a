import { createHash } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
import { GetObjectCommand, NoSuchKey, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import type { SourcePlace } from '../../../../lambdas/contract/storage/archive-layout';
import { prefixesOf } from '../../../../lambdas/contract/storage/archive-layout';
import type {
  ManifestLine,
  ManifestObject,
  SkippedLine,
} from '../../../../lambdas/contract/storage/manifest';
import { manifestPrefix } from '../../../../lambdas/contract/storage/manifest';

type ObjectState =
  | { readonly kind: 'as listed' }
  | { readonly kind: 'removed' }
  | { readonly kind: 'altered'; readonly detail: string };

/** The manifest lines of one source and the objects they list, as the bucket holds them. */
export class ListedBucket {
  constructor(
    private readonly client: S3Client,
    private readonly place: SourcePlace,
  ) {}

  /** Keys of everything in the source's archive and quarantine, including pages that could not be read. */
  async *objectKeys(): AsyncGenerator<string> {
    const { feed, sourceId } = this.place;
    const { archive, quarantine, quarantinedPages } = prefixesOf(feed);
    for (const prefix of [archive, quarantine, quarantinedPages])
      for await (const keys of this.pages(`${prefix}/source=${sourceId}/`)) yield* keys;
  }

  /** Keys of everything among the lines, in the order of their numbers; up to a thousand at a time. */
  lineKeys(): AsyncGenerator<string[]> {
    return this.pages(manifestPrefix(this.place.feed, this.place.sourceId));
  }

  /** @returns undefined if there is no such object */
  async read(key: string): Promise<Uint8Array | undefined> {
    const input = { Bucket: this.place.bucket, Key: key };
    try {
      const { Body } = await this.client.send(new GetObjectCommand(input));
      return (await Body?.transformToByteArray()) ?? new Uint8Array();
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
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

  private async *pages(prefix: string): AsyncGenerator<string[]> {
    const listing = { Bucket: this.place.bucket, Prefix: prefix };
    const pages = paginateListObjectsV2({ client: this.client }, listing);
    for await (const { Contents = [] } of pages) yield Contents.map(({ Key = '' }) => Key);
  }
}

/** Reads a line of the manifest. @returns undefined if the bytes are not a line */
export function readManifestLine(bytes: Uint8Array): ManifestLine | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    return isLine(value) ? value : undefined;
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
  const { key, bytes, sha256 } = fieldsOf(value);
  return typeof key === 'string' && typeof bytes === 'number' && typeof sha256 === 'string';
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
