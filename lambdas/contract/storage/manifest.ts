import type { FeedName } from './archive-layout';
import { prefixesOf } from './archive-layout';

/**
 * The manifest of a source lists every object of archive and quarantine. Its lines are objects of their own and form a
 * hash chain: each holds the hash of the line before it. So an object or a line that was altered or removed is found.
 */

/** Digits of a line's number in its key, so that keys sort by number. */
const NUMBER_LENGTH = 12;

/** Prefix of all lines of a source. */
export function manifestPrefix(feed: FeedName, sourceId: string): string {
  return `${prefixesOf(feed).manifest}/source=${sourceId}/`;
}

/**
 * Key of one line.
 * @param number counted from 1
 */
export function manifestKey(feed: FeedName, sourceId: string, number: number): string {
  return `${manifestPrefix(feed, sourceId)}${String(number).padStart(NUMBER_LENGTH, '0')}.json`;
}

/** Prefix of the daily heads of a source. */
export function headsPrefix(feed: FeedName, sourceId: string): string {
  return `${prefixesOf(feed).heads}/source=${sourceId}/`;
}

/**
 * Key of the head of one day.
 * @param day UTC, `2026-11-22`
 */
export function headKey(feed: FeedName, sourceId: string, day: string): string {
  return `${headsPrefix(feed, sourceId)}${day}.txt`;
}

/** The end of the hash chain. */
export interface ManifestHead {
  /** Of the newest line; 0 if there is none. */
  readonly number: number;
  /** SHA-256 of that line's bytes, hex. */
  readonly sha256: string;
  /** Day on which it was written, UTC, `2026-11-22`; absent if unknown. */
  readonly day?: string;
}

/** A head as it is told and kept: `140:66a8…`. */
export function headText({ number, sha256 }: ManifestHead): string {
  return `${number}:${sha256}`;
}

/** What is signed of a head. */
export function signedText(sourceId: string, head: ManifestHead): string {
  return `${sourceId}: head ${headText(head)}`;
}

/** A head as it is stored, and told: with its signature, if there is one, as base64url. */
export function toldHead(head: ManifestHead | undefined, signature: string | undefined): string {
  const text = head === undefined ? 'none' : headText(head);
  return signature === undefined ? text : `${text}, signature ${signature}`;
}

/** The head before the first line. */
export const MANIFEST_BEGINNING: ManifestHead = { number: 0, sha256: '0'.repeat(64) };

/** One object as stored in the bucket. */
export interface ManifestObject {
  readonly key: string;
  /** How many events it holds. */
  readonly events: number;
  readonly bytes: number;
  /** SHA-256 of its bytes, as stored, hex. */
  readonly sha256: string;
}

/** One line: a page and the objects that hold its events. */
export interface ManifestLine {
  /** `Format.manifestLine`; absent in format 1. */
  readonly format?: number;
  /** Counted from 1. */
  readonly number: number;
  /** SHA-256 of the line before it, hex; 64 zeros in the first. */
  readonly previous: string;
  /** ISO 8601, UTC. */
  readonly writtenAt: string;
  readonly runId: string;
  readonly indexName: string;
  /** Number of the page in the stream of that index. */
  readonly sequence: number;
  /** Events Netskope delivered with the page, repeated ones included. */
  readonly received: number;
  readonly objects: readonly ManifestObject[];
  /**
   * A recorded break: objects with the numbers before this one that are not lines of this chain. `previous` is the hash
   * of the last line before them. Absent if there are none.
   */
  readonly skipped?: readonly SkippedLine[];
}

/** An object that has the number of a line but does not continue the chain. */
export interface SkippedLine {
  readonly number: number;
  /** SHA-256 of its bytes, hex. */
  readonly sha256: string;
}
