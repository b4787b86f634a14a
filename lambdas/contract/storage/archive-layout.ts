import type { Feed } from '../feed/feed';

/** The part of a feed that decides where its objects are. */
export type FeedName = Pick<Feed, 'name'>;

/** Prefixes in the bucket. Hive style, so that Athena's partition projection needs no crawler. */
interface FeedPrefixes {
  /** Accepted events, by event time. */
  readonly archive: string;
  /** Events that could not be placed, by arrival time. */
  readonly quarantine: string;
  /** Whole answers that could not be read, each as received. */
  readonly quarantinedPages: string;
  /** Marks of quarantined events that were archived later. Objects of the quarantine are never changed. */
  readonly redriven: string;
  /** Marks of quarantined pages that a later version could read, one per page. */
  readonly redrivenPages: string;
  /** Lines of the manifest, which lists every object. */
  readonly manifest: string;
  /** The head of the manifest of each day. */
  readonly heads: string;
  /** Alerts of detection, one object each. */
  readonly alerts: string;
}

/** The prefixes of a feed, without a slash at the end. */
export function prefixesOf({ name }: FeedName): FeedPrefixes {
  return {
    archive: name,
    quarantine: `quarantine/${name}`,
    quarantinedPages: `quarantine/pages/${name}`,
    redriven: `redriven/${name}`,
    redrivenPages: `redriven/pages/${name}`,
    manifest: `manifest/${name}`,
    heads: `heads/${name}`,
    alerts: `alerts/${name}`,
  };
}

/**
 * Alerts are listed as if they were a feed of their own: the objects below `alerts/<feed>/` by lines below
 * `manifest/alerts/<feed>/`.
 */
export function alertFeed(feed: FeedName): FeedName {
  return { name: prefixesOf(feed).alerts };
}

/** Prefixes of everything that is stored by source and day and comes from events and answers. */
export function collectedPrefixes(feed: FeedName): string[] {
  const { archive, quarantine, quarantinedPages, redriven, redrivenPages } = prefixesOf(feed);
  return [archive, quarantine, quarantinedPages, redriven, redrivenPages];
}

export const OBJECT_SUFFIX = '.ndjson.gz';
export const PAGE_SUFFIX = '.page';
const PAGE_MARK_SUFFIX = '.json';

/** User metadata of archived and quarantined objects (`x-amz-meta-…`): it leads back to the run and its log. */
export const ObjectMetadata = {
  RunId: 'run-id',
  IndexName: 'index-name',
  /** Sequence number of the page, one more than the last committed one when the object was written. */
  Sequence: 'sequence',
  EventCount: 'event-count',
  DriftedCount: 'drifted-count',
  /** Events whose `_id` is archived with another value in a field; absent if there are none. */
  ConflictingCount: 'conflicting-count',
  /** SHA-256 of the page as transferred: evidence of what Netskope sent. For redriven events, of their bytes. */
  PageSha256: 'page-sha256',
  CollectorVersion: 'collector-version',
  /** Of a quarantined page: the `Content-Encoding` it came with, percent-encoded; absent if it had none. */
  ReceivedEncoding: 'received-encoding',
  /** Of a quarantined page: why it could not be read, percent-encoded; at most 500 characters. */
  Reason: 'reason',
} as const;

const SECONDS_PER_HOUR = 3600;

/** The hour an event time falls into, as whole hours since 1970. */
export function hourOf(epochS: number): number {
  return Math.floor(epochS / SECONDS_PER_HOUR);
}

/**
 * Prefix of one hour of a source's archive, by event time, UTC.
 * @param hour whole hours since 1970
 */
export function archivePartition(feed: FeedName, sourceId: string, hour: number): string {
  const iso = new Date(hour * SECONDS_PER_HOUR * 1000).toISOString();
  return `${prefixesOf(feed).archive}/source=${sourceId}/dt=${iso.slice(0, 10)}/hour=${iso.slice(11, 13)}/`;
}

/** Prefix of one day of a source's quarantine, by arrival time, UTC. */
export function quarantinePartition(feed: FeedName, sourceId: string, arrivedAtMs: number): string {
  return `${prefixesOf(feed).quarantine}/source=${sourceId}/dt=${dayOf(arrivedAtMs)}/`;
}

/** Prefix of one day of a source's quarantined pages, by arrival time, UTC. */
export function quarantinedPagesPartition(feed: FeedName, sourceId: string, arrivedAtMs: number): string {
  return `${prefixesOf(feed).quarantinedPages}/source=${sourceId}/dt=${dayOf(arrivedAtMs)}/`;
}

/**
 * Prefix of the marks of one quarantine object.
 * @param quarantineKey `quarantine/<feed>/source=<id>/dt=<day>/<name>.ndjson.gz`
 */
export function redrivenPrefix(feed: FeedName, quarantineKey: string): string {
  const { quarantine, redriven } = prefixesOf(feed);
  return `${redriven}${quarantineKey.slice(quarantine.length, -OBJECT_SUFFIX.length)}/`;
}

/** Prefix of the marks of one day of a source's quarantine, by arrival time of the events, UTC. */
export function redrivenPartition(feed: FeedName, sourceId: string, arrivedAtMs: number): string {
  return `${prefixesOf(feed).redriven}/source=${sourceId}/dt=${dayOf(arrivedAtMs)}/`;
}

/** Prefix of the marks of one day of a source's quarantined pages, by arrival time of the pages, UTC. */
export function redrivenPagesPartition(feed: FeedName, sourceId: string, arrivedAtMs: number): string {
  return `${prefixesOf(feed).redrivenPages}/source=${sourceId}/dt=${dayOf(arrivedAtMs)}/`;
}

/**
 * Key of the mark of one quarantined page.
 * @param pageKey `quarantine/pages/<feed>/source=<id>/dt=<day>/<name>.page`
 */
export function redrivenPageKey(feed: FeedName, pageKey: string): string {
  const { quarantinedPages, redrivenPages } = prefixesOf(feed);
  return `${redrivenPages}${pageKey.slice(quarantinedPages.length, -PAGE_SUFFIX.length)}${PAGE_MARK_SUFFIX}`;
}

/** The day, UTC, as in a partition: `2026-11-22`. */
export function dayOf(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 10);
}

/** Whether a text is a day such as `2026-11-22`. */
export function isDay(text: string): boolean {
  const epochMs = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN;
  // Date.parse takes a day that the month does not have for one of the next month.
  return !Number.isNaN(epochMs) && dayOf(epochMs) === text;
}

/** Where the objects of one source's feed are. */
export interface SourcePlace {
  readonly bucket: string;
  readonly feed: FeedName;
  readonly sourceId: string;
}
