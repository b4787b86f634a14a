import type { Feed } from '../feed/feed';
import { liveStreamId } from './checkpoint-table';

/** Items that the checkpoint table of a fleet has besides. No source id begins with `#`, so no stream has such a key. */
export const FleetItem = {
  /** The list of its sources. */
  Sources: '#sources',
  /** The sources that the last message about each kind of alarm has left affected. */
  Told: '#told',
} as const;

/** The attribute of these items: JSON, compressed with gzip, because an item has at most 400 KB. */
export const FLEET_CONTENT = 'content';

/** Key of what is known of a source's runs. */
export function statusId(feed: Pick<Feed, 'shortName'>, sourceId: string): string {
  return `${liveStreamId(feed, sourceId)}#status`;
}

/** What the runs of a source have reported, in place of its metrics. All times are unix milliseconds. */
export interface SourceStatus {
  /** When a run last ended as it should. */
  readonly succeededAtMs?: number;
  /** When a run that had credentials last reported, successful or not. */
  readonly reportedAtMs?: number;
  /** When events were last archived; before the first ones, when a run first had credentials. */
  readonly quietSinceMs?: number;
  readonly refusedAtMs?: number;
  readonly quarantinedAtMs?: number;
  readonly recoveredAtMs?: number;
  /** Since when the archive has been later than the limit of `behind`; absent while it is not. */
  readonly lateSinceMs?: number;
  /** Last day of the token as last told, UTC, `2027-06-30`; absent if the secret names none. */
  readonly tokenEndsOn?: string;
}
