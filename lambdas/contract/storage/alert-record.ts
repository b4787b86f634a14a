import type { AlertRecord } from './alert';
import type { FeedName } from './archive-layout';
import { OBJECT_SUFFIX, prefixesOf } from './archive-layout';

export type { AlertRecord, AlertRow } from './alert';

/**
 * Key of an alert's object, or of its update's: one line of gzip NDJSON. The day, UTC, is that of the first event, so it
 * never changes.
 */
export function alertKey(
  feed: FeedName,
  alert: Pick<AlertRecord, 'source_id' | 'first_event_time' | 'alert_id' | 'update' | 'event_count'>,
): string {
  const day = alert.first_event_time.slice(0, 'YYYY-MM-DD'.length);
  const { alert_id: id, update, event_count: count } = alert;
  const name = update === 'raised' ? id : update === 'grown' ? `${id}-grown-${count}` : `${id}-closed`;
  return `${prefixesOf(feed).alerts}/source=${alert.source_id}/dt=${day}/${name}${OBJECT_SUFFIX}`;
}

/** How urgent an alert is, least first. */
export const SEVERITIES = [
  'info',
  'low',
  'medium',
  'high',
  'critical',
] as const satisfies readonly AlertRecord['severity'][];
export type Severity = (typeof SEVERITIES)[number];

/** The most urgent of some; the least urgent there is if there are none. */
export function mostUrgent(severities: readonly Severity[]): Severity {
  return severities.reduce((most, severity) => (isMoreUrgent(severity, most) ? severity : most), 'info');
}

export function isMoreUrgent(severity: Severity, other: Severity): boolean {
  return SEVERITIES.indexOf(severity) > SEVERITIES.indexOf(other);
}

/** For sorting: the most urgent comes first. */
export function byUrgency({ severity }: HasSeverity, { severity: other }: HasSeverity): number {
  return SEVERITIES.indexOf(other) - SEVERITIES.indexOf(severity);
}

interface HasSeverity {
  readonly severity: Severity;
}

/** A time as the record has it, for example `2026-11-22T09:00:00Z`. */
export function utc(epochS: number): string {
  return `${new Date(epochS * 1000).toISOString().slice(0, 'YYYY-MM-DDTHH:MM:SS'.length)}Z`;
}

/** The same as ids of alerts and incidents have it, for example `20261122T090000Z`. */
export function compactUtc(epochS: number): string {
  return utc(epochS).replace(/[-:]/g, '');
}

/** The version of `alert.schema.json`, which is the published form. */
export const ALERT_SCHEMA_VERSION = 2 satisfies AlertRecord['schema_version'];
