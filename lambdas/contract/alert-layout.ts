import type { AlertRecord } from './alert-record';
import { OBJECT_SUFFIX } from './archive-layout';

/** Where alerts lie in the archive bucket: one object each, gzip NDJSON of one line, an `AlertRecord`. */
export const ALERTS_PREFIX = 'alerts/netskope_audit';

/** Key of an alert's object. The day is the one of its first event, UTC, so that the same alert always has the same key. */
export function alertKey(alert: Pick<AlertRecord, 'source_id' | 'first_event_time' | 'alert_id'>): string {
  const day = alert.first_event_time.slice(0, 'YYYY-MM-DD'.length);
  return `${ALERTS_PREFIX}/source=${alert.source_id}/dt=${day}/${alert.alert_id}${OBJECT_SUFFIX}`;
}
