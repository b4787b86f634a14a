import type { AwsAnswer, AwsCall } from '../wire/aws-call';
import { AwsError, notImplemented } from '../wire/aws-call';
import type { Xml } from '../wire/xml';
import { element, xmlDocument } from '../wire/xml';
import type { ObjectStore } from './object-store';
import { firstKeyFrom } from './object-store';

/** Most keys in one answer, and the default (ListObjectsV2 API reference); a larger `max-keys` is reduced to it. */
const MAX_KEYS = 1000;

interface ListParameters {
  readonly bucket: string;
  readonly prefix: string;
  readonly delimiter: string;
  readonly maxKeys: number;
  readonly startAfter?: string;
  readonly continuationToken?: string;
  readonly encodesUrl: boolean;
}

export function listObjects(objects: ObjectStore, call: AwsCall): AwsAnswer {
  const parameters = readListParameters(call);
  const page = listPage(objects.keys(parameters.bucket), { ...parameters, ...startOf(parameters) });
  return {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: document('ListBucketResult', [
      ...summary(parameters, page),
      ...page.keys.map((key) => contents(objects, key, parameters)),
      ...page.commonPrefixes.map((prefix) =>
        element('CommonPrefixes', [element('Prefix', written(prefix, parameters))]),
      ),
    ]),
  };
}

function readListParameters({ query, bucket = '' }: AwsCall): ListParameters {
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const startAfter = query.get('start-after') ?? undefined;
  if (startAfter !== undefined) refuseStartInsideCommonPrefix(startAfter, prefix, delimiter);
  const encodingType = query.get('encoding-type');
  if (encodingType !== null && encodingType !== 'url') {
    throw new AwsError(400, 'InvalidArgument', 'Invalid Encoding Method specified in Request');
  }
  const maxKeys = query.get('max-keys') ?? String(MAX_KEYS);
  if (!/^\d{1,9}$/.test(maxKeys)) {
    throw new AwsError(400, 'InvalidArgument', `Received max-keys '${maxKeys}', expected an integer from 0.`);
  }
  const continuationToken = query.get('continuation-token') ?? undefined;
  return {
    bucket,
    prefix,
    delimiter,
    maxKeys: Math.min(Number(maxKeys), MAX_KEYS),
    encodesUrl: encodingType === 'url',
    ...(startAfter === undefined ? {} : { startAfter }),
    ...(continuationToken === undefined ? {} : { continuationToken }),
  };
}

/** It is not documented whether S3 lists the common prefix again in which a start-after lies. */
function refuseStartInsideCommonPrefix(startAfter: string, prefix: string, delimiter: string): void {
  if (delimiter === '' || !startAfter.startsWith(prefix)) return;
  if (!startAfter.includes(delimiter, prefix.length)) return;
  throw notImplemented(`start-after '${startAfter}', which lies below the delimiter '${delimiter}'`);
}

/** A continuation token wins over start-after, which is then only repeated in the answer. */
function startOf({ continuationToken, startAfter }: ListParameters): { after?: ListPosition } {
  if (continuationToken !== undefined) return { after: decodePosition(continuationToken) };
  return startAfter === undefined ? {} : { after: { kind: 'key', value: startAfter } };
}

function summary(parameters: ListParameters, page: ListPage): (Xml | undefined)[] {
  const { startAfter, continuationToken, delimiter } = parameters;
  return [
    element('Name', parameters.bucket),
    element('Prefix', written(parameters.prefix, parameters)),
    delimiter === '' ? undefined : element('Delimiter', written(delimiter, parameters)),
    startAfter === undefined ? undefined : element('StartAfter', written(startAfter, parameters)),
    continuationToken === undefined ? undefined : element('ContinuationToken', continuationToken),
    page.next && element('NextContinuationToken', encodePosition(page.next)),
    element('KeyCount', page.keys.length + page.commonPrefixes.length),
    element('MaxKeys', parameters.maxKeys),
    parameters.encodesUrl ? element('EncodingType', 'url') : undefined,
    element('IsTruncated', String(page.next !== undefined)),
  ];
}

function contents(objects: ObjectStore, key: string, parameters: ListParameters): Xml {
  const object = objects.describe(parameters.bucket, key);
  return element('Contents', [
    element('Key', written(key, parameters)),
    element('LastModified', new Date(object.lastModifiedS * 1000).toISOString()),
    element('ETag', `"${object.etag}"`),
    element('Size', object.sizeBytes),
    element('StorageClass', 'STANDARD'),
  ]);
}

/** With encoding-type=url S3 encodes as a form does, except for the slash: `a b(1)/c` is `a+b%281%29/c`. */
function written(text: string, { encodesUrl }: ListParameters): string {
  if (!encodesUrl) return text;
  return new URLSearchParams([['', text]]).toString().slice(1).replaceAll('%2F', '/');
}

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** A document of S3's own namespace. */
function document(name: string, children: readonly (Xml | undefined)[]): Buffer {
  return xmlDocument(element(name, children, NAMESPACE));
}

/** What to list; `after` is where an earlier page or the caller's start-after ended. */
interface ListRequest {
  readonly prefix: string;
  readonly delimiter: string;
  readonly maxKeys: number;
  readonly after?: ListPosition;
}

/** The last item of a page: a key, or a common prefix, which stands for every key below it. */
interface ListPosition {
  readonly kind: 'key' | 'prefix';
  readonly value: string;
}

/** One page; `next` is present exactly if there is more. */
interface ListPage {
  readonly keys: readonly string[];
  readonly commonPrefixes: readonly string[];
  readonly next?: ListPosition;
}

/** Picks one page from keys in UTF-8 order. Common prefixes count towards `maxKeys` (ListObjectsV2 API reference). */
function listPage(sortedKeys: readonly string[], request: ListRequest): ListPage {
  const keys: string[] = [];
  const commonPrefixes: string[] = [];
  let last = request.after;
  for (let index = startIndex(sortedKeys, request); index < sortedKeys.length; index += 1) {
    const key = sortedKeys[index] ?? '';
    if (!key.startsWith(request.prefix) || request.maxKeys === 0) break;
    if (last?.kind === 'prefix' && key.startsWith(last.value)) continue;
    if (keys.length + commonPrefixes.length === request.maxKeys) {
      return last === undefined ? { keys, commonPrefixes } : { keys, commonPrefixes, next: last };
    }
    last = positionOf(key, request);
    (last.kind === 'prefix' ? commonPrefixes : keys).push(last.value);
  }
  return { keys, commonPrefixes };
}

/** The opaque continuation token of a position. */
function encodePosition(position: ListPosition): string {
  return Buffer.from(`${position.kind}:${position.value}`).toString('base64url');
}

/** @throws AwsError InvalidArgument if the token was not made here. */
function decodePosition(token: string): ListPosition {
  const [, kind, value] = /^(key|prefix):(.+)$/su.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  if (kind === undefined || value === undefined) {
    throw new AwsError(400, 'InvalidArgument', 'The continuation token provided is incorrect');
  }
  return { kind: kind === 'key' ? 'key' : 'prefix', value };
}

function startIndex(sortedKeys: readonly string[], { prefix, after }: ListRequest): number {
  const prefixIndex = firstKeyFrom(sortedKeys, prefix);
  if (after === undefined) return prefixIndex;
  const afterIndex = firstKeyFrom(sortedKeys, after.value);
  const isListed = after.kind === 'key' && sortedKeys[afterIndex] === after.value;
  return Math.max(prefixIndex, isListed ? afterIndex + 1 : afterIndex);
}

function positionOf(key: string, { prefix, delimiter }: ListRequest): ListPosition {
  const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
  return cut < 0
    ? { kind: 'key', value: key }
    : { kind: 'prefix', value: key.slice(0, cut + delimiter.length) };
}
