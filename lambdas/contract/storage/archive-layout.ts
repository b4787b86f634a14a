/** Where things lie in the bucket. Hive style, so that Athena's partition projection needs no crawler. */
export const ARCHIVE_PREFIX = 'netskope_audit';
export const QUARANTINE_PREFIX = 'quarantine/netskope_audit';
/** Whole answers that could not be read, each as it was received. */
export const QUARANTINED_PAGES_PREFIX = 'quarantine/pages/netskope_audit';
/** What was judged again and is archived since: marks that lie beside the quarantine, whose objects are never changed. */
export const REDRIVEN_PREFIX = 'redriven/netskope_audit';
/** What became of quarantined pages that a later version could read: one mark a page. */
export const REDRIVEN_PAGES_PREFIX = 'redriven/pages/netskope_audit';
/** Everything that comes from events and answers, and lies in folders by source and day. */
export const COLLECTED_PREFIXES = [
  ARCHIVE_PREFIX,
  QUARANTINE_PREFIX,
  QUARANTINED_PAGES_PREFIX,
  REDRIVEN_PREFIX,
  REDRIVEN_PAGES_PREFIX,
] as const;
export const OBJECT_SUFFIX = '.ndjson.gz';
export const PAGE_SUFFIX = '.page';
export const PAGE_MARK_SUFFIX = '.json';

/** User metadata of every object the collector writes (`x-amz-meta-…`): it leads back to the run and its log. */
export const ObjectMetadata = {
  RunId: 'run-id',
  IndexName: 'index-name',
  /** Sequence number of the page, one more than the last settled one when the object was written. */
  Sequence: 'sequence',
  EventCount: 'event-count',
  DriftedCount: 'drifted-count',
  /** SHA-256 of the page as it was transferred, packed where it was: evidence of what Netskope sent. */
  PageSha256: 'page-sha256',
  CollectorVersion: 'collector-version',
  /** Of a quarantined page: the `Content-Encoding` it came with, percent-encoded; absent where it had none. */
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
export function archivePartition(sourceId: string, hour: number): string {
  const iso = new Date(hour * SECONDS_PER_HOUR * 1000).toISOString();
  return `${ARCHIVE_PREFIX}/source=${sourceId}/dt=${iso.slice(0, 10)}/hour=${iso.slice(11, 13)}/`;
}

/** Prefix of one day of a source's quarantine, by arrival time, UTC. */
export function quarantinePartition(sourceId: string, arrivedAtMs: number): string {
  return `${QUARANTINE_PREFIX}/source=${sourceId}/dt=${dayOf(arrivedAtMs)}/`;
}

/** Prefix of one day of a source's quarantined pages, by arrival time, UTC. */
export function quarantinedPagesPartition(sourceId: string, arrivedAtMs: number): string {
  return `${QUARANTINED_PAGES_PREFIX}/source=${sourceId}/dt=${dayOf(arrivedAtMs)}/`;
}

/**
 * Prefix of the marks of one quarantine object.
 * @param quarantineKey `quarantine/netskope_audit/source=<id>/dt=<day>/<name>.ndjson.gz`
 */
export function redrivenPrefix(quarantineKey: string): string {
  const place = quarantineKey.slice(QUARANTINE_PREFIX.length, -OBJECT_SUFFIX.length);
  return `${REDRIVEN_PREFIX}${place}/`;
}

/** Prefix of the marks of one day of a source's quarantined pages, by arrival time of the pages, UTC. */
export function redrivenPagesPartition(sourceId: string, arrivedAtMs: number): string {
  return `${REDRIVEN_PAGES_PREFIX}/source=${sourceId}/dt=${dayOf(arrivedAtMs)}/`;
}

/**
 * Key of the mark of one quarantined page.
 * @param pageKey `quarantine/pages/netskope_audit/source=<id>/dt=<day>/<name>.page`
 */
export function redrivenPageKey(pageKey: string): string {
  const place = pageKey.slice(QUARANTINED_PAGES_PREFIX.length, -PAGE_SUFFIX.length);
  return `${REDRIVEN_PAGES_PREFIX}${place}${PAGE_MARK_SUFFIX}`;
}

/** The day, UTC, as it stands in a partition: `2026-11-22`. */
export function dayOf(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 10);
}
