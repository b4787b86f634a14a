import { AwsError } from '../wire/aws-error';
import { lowerBound } from './object-store';

/** What to list; `after` is where an earlier page or the caller's start-after ended. */
export interface ListRequest {
  readonly prefix: string;
  readonly delimiter: string;
  readonly maxKeys: number;
  readonly after?: ListPosition;
}

/** The last item of a page: a key, or a common prefix, which stands for every key below it. */
export interface ListPosition {
  readonly kind: 'key' | 'prefix';
  readonly value: string;
}

/** One page; `next` is present exactly if there is more. */
export interface ListPage {
  readonly keys: readonly string[];
  readonly commonPrefixes: readonly string[];
  readonly next?: ListPosition;
}

/** Picks one page from keys in UTF-8 order. Common prefixes count towards `maxKeys` (ListObjectsV2 API reference). */
export function listPage(sortedKeys: readonly string[], request: ListRequest): ListPage {
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
export function encodePosition(position: ListPosition): string {
  return Buffer.from(`${position.kind}:${position.value}`).toString('base64url');
}

/** @throws AwsError InvalidArgument if the token was not made here. */
export function decodePosition(token: string): ListPosition {
  const [, kind, value] = /^(key|prefix):(.+)$/su.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  if (kind === undefined || value === undefined) {
    throw new AwsError(400, 'InvalidArgument', 'The continuation token provided is incorrect');
  }
  return { kind: kind === 'key' ? 'key' : 'prefix', value };
}

function startIndex(sortedKeys: readonly string[], { prefix, after }: ListRequest): number {
  const prefixIndex = lowerBound(sortedKeys, prefix);
  if (after === undefined) return prefixIndex;
  const afterIndex = lowerBound(sortedKeys, after.value);
  const isListed = after.kind === 'key' && sortedKeys[afterIndex] === after.value;
  return Math.max(prefixIndex, isListed ? afterIndex + 1 : afterIndex);
}

function positionOf(key: string, { prefix, delimiter }: ListRequest): ListPosition {
  const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
  return cut < 0
    ? { kind: 'key', value: key }
    : { kind: 'prefix', value: key.slice(0, cut + delimiter.length) };
}
