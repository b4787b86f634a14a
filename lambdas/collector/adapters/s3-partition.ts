import { createHash } from 'node:crypto';
import type { _Object, S3Client } from '@aws-sdk/client-s3';
import { paginateListObjectsV2 } from '@aws-sdk/client-s3';
import type { SourcePlace } from '../../contract/storage/archive-layout';
import { OBJECT_SUFFIX, ObjectMetadata } from '../../contract/storage/archive-layout';
import type { ManifestObject } from '../../contract/storage/manifest';
import { ArchiveError } from '../../shared/errors';
import { MAX_OBJECT_BYTES, ObjectReader } from '../../shared/object-reader';
import { unpack } from '../../shared/unpack';
import type { KnownObjects, PageOfObject } from './known-objects';

/** Where a source's objects are, and the client that reads them. */
export interface ArchivePlace extends SourcePlace {
  readonly client: S3Client;
  /** Of this run. */
  readonly known: KnownObjects;
}

/** One line of a stored object. */
export interface StoredLine {
  readonly text: string;
  readonly value: unknown;
}

/** One stored object, decompressed. */
export interface ComparedObject extends PageOfObject {
  readonly key: string;
  readonly driftedCount: number;
  readonly conflictingCount: number;
  readonly storedAtMs: number;
  readonly lines: readonly StoredLine[];
  readonly listing: () => ManifestObject;
}

/** What is to be read of some partitions. */
export interface Reading {
  /** Whether a known object is needed. */
  readonly isWanted: (key: string, page: PageOfObject) => boolean;
  /** What identifies the event of a line. */
  readonly identityOf: (line: StoredLine) => string;
  /** Is called for each object that the collector has not written: a note, or one that is too large or not gzip NDJSON. */
  readonly onForeign: (key: string) => void;
  /** Is called for each partition in which no object is. */
  readonly onEmpty?: (partition: string) => void;
}

/** Objects that are read at the same time: small ones, so that together they take no more memory than a large one. */
const READ_AT_ONCE = 8;
const SMALL_BYTES = 1 << 17;

/**
 * Reads the objects of some partitions, in order: those that the run does not know, and known ones that are needed.
 * @param partitions prefixes of one kind, each following the one before it: they are listed together
 * @throws ArchiveError
 */
export async function* readObjects(
  { client, bucket, known }: ArchivePlace,
  partitions: readonly string[],
  { isWanted, identityOf, onForeign, onEmpty }: Reading,
): AsyncGenerator<ComparedObject> {
  const reader = new ObjectReader(client, bucket);
  try {
    const empty = new Set(partitions);
    for await (const listed of listObjects(client, bucket, partitions)) {
      for (const { Key = '' } of listed) empty.delete(partitionOf(Key, partitions));
      const unread = listed.filter(({ Key = '' }) => {
        const page = known.pageOf(Key);
        if (page === 'foreign') onForeign(Key);
        return page === undefined || (page !== 'foreign' && isWanted(Key, page));
      });
      for (const together of inGroups(unread)) {
        const objects = await Promise.all(together.map((one) => readObject(reader, one)));
        for (const { key, object } of objects) {
          if (object === 'foreign') {
            known.add(key, object);
            onForeign(key);
            continue;
          }
          known.add(key, object, object.lines.map(identityOf));
          yield object;
        }
      }
    }
    for (const partition of empty) onEmpty?.(partition);
  } catch (cause) {
    throw new ArchiveError(`the objects below ${partitions[0]} could not be read from bucket ${bucket}`, {
      cause,
    });
  }
}

/** Lists what is in the partitions, with as few calls as the number of objects allows. */
async function* listObjects(
  client: S3Client,
  bucket: string,
  partitions: readonly string[],
): AsyncGenerator<readonly _Object[]> {
  const [first, last] = [partitions[0], partitions.at(-1)];
  if (first === undefined || last === undefined) return;
  const wanted = new Set(partitions);
  // A marker that has a partition's own name, with its slash, comes after the name without it.
  const range =
    first === last ? { Prefix: first } : { Prefix: common(first, last), StartAfter: first.slice(0, -1) };
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: bucket, ...range })) {
    yield Contents.filter(({ Key = '' }) => wanted.has(partitionOf(Key, partitions)));
    const { Key: end = '' } = Contents.at(-1) ?? {};
    if (end > last && !end.startsWith(last)) return;
  }
}

/** Partitions of one kind and source have names of one length. */
function partitionOf(key: string, [first = '']: readonly string[]): string {
  return key.slice(0, first.length);
}

function common(one: string, other: string): string {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return one.slice(0, length);
}

function* inGroups(objects: readonly _Object[]): Generator<readonly _Object[]> {
  let group: _Object[] = [];
  let bytes = 0;
  for (const object of objects) {
    const { Size = 0 } = object;
    if (group.length === READ_AT_ONCE || (group.length > 0 && bytes + Size > SMALL_BYTES)) {
      yield group;
      [group, bytes] = [[], 0];
    }
    group.push(object);
    bytes += Size;
  }
  if (group.length > 0) yield group;
}

async function readObject(
  reader: ObjectReader,
  { Key: key = '', Size = 0 }: _Object,
): Promise<{ readonly key: string; readonly object: ComparedObject | 'foreign' }> {
  if (Size > MAX_OBJECT_BYTES || !key.endsWith(OBJECT_SUFFIX)) return { key, object: 'foreign' };
  const { bytes, metadata, lastModifiedMs } = await reader.read(key);
  const lines = await linesOf(bytes);
  if (lines === undefined) return { key, object: 'foreign' };
  const object = {
    key,
    indexName: metadata[ObjectMetadata.IndexName],
    sequence: Number(metadata[ObjectMetadata.Sequence]),
    driftedCount: Number(metadata[ObjectMetadata.DriftedCount]),
    conflictingCount: Number(metadata[ObjectMetadata.ConflictingCount] ?? 0),
    storedAtMs: lastModifiedMs,
    lines,
    listing: () => ({
      key,
      events: lines.length,
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    }),
  };
  return { key, object };
}

/** @returns undefined unless the bytes are gzip NDJSON of JSON objects, with at most `MAX_OBJECT_BYTES` */
async function linesOf(body: Buffer): Promise<readonly StoredLine[] | undefined> {
  const unpacked = await unpack(body, { maxBytes: MAX_OBJECT_BYTES, what: 'the object' });
  if (unpacked.kind !== 'decoded') return undefined;
  try {
    const lines = unpacked.body.toString('utf8').split('\n');
    const parsed = lines.flatMap((text) =>
      text === '' ? [] : [{ text, value: JSON.parse(text) as unknown }],
    );
    return parsed.every(({ value }) => typeof value === 'object' && value !== null) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
