import type { Feed } from '../feed/feed';
import { liveStreamId } from './checkpoint-table';
import type { ManifestHead } from './manifest';

/** Key in the checkpoint table of what is known of a source's verification. */
export function verificationId(feed: Pick<Feed, 'shortName'>, sourceId: string): string {
  return `${liveStreamId(feed, sourceId)}#verification`;
}

/** The same of the chain that lists a source's alerts. */
export function alertVerificationId(feed: Pick<Feed, 'shortName'>, sourceId: string): string {
  return `${liveStreamId(feed, sourceId)}#alerts#verification`;
}

/** How far the archive of a source is verified. */
export interface Verification {
  /** The line up to which every line was followed and every listed object read. */
  readonly head: ManifestHead;
  /** When that was the newest line; absent until the lines of the time before the first verification are read. */
  readonly completedAtMs?: number;
  /** Numbers of the lines with damage that was found and is not repaired, ascending. */
  readonly damagedLines: readonly number[];
}
