import type { FeedName } from './archive-layout';
import { OBJECT_SUFFIX, prefixesOf } from './archive-layout';

/** Key of an alert's object: one line of gzip NDJSON. The day, UTC, is that of the first event, so it never changes. */
export function alertKey(
  feed: FeedName,
  alert: Pick<AlertRecord, 'source_id' | 'first_event_time' | 'alert_id'>,
): string {
  const day = alert.first_event_time.slice(0, 'YYYY-MM-DD'.length);
  return `${prefixesOf(feed).alerts}/source=${alert.source_id}/dt=${day}/${alert.alert_id}${OBJECT_SUFFIX}`;
}

/** How urgent an alert is, least first. */
export const SEVERITIES = ['info', 'low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Increases when `AlertRecord` changes incompatibly: a field is removed, renamed, or has a new meaning. */
export const ALERT_SCHEMA_VERSION = 1;

/** One event that caused an alert; long texts are shortened. `p_row_id` identifies the whole event. */
export interface AlertRow {
  /** The event's `p_row_id`. */
  readonly row_id: string;
  /** UTC, as `p_event_time`. */
  readonly event_time: string;
  /** What happened, in words. */
  readonly what: string;
  /** As Netskope wrote it; absent if Netskope does not name the user. */
  readonly user?: string;
  /** IP addresses that the action came from, as far as the event has them. */
  readonly addresses: readonly string[];
}

/** An alert in its stable form, for machines and for Athena. The same cause always gives the same record. */
export interface AlertRecord {
  readonly schema_version: typeof ALERT_SCHEMA_VERSION;
  readonly alert_id: string;
  readonly rule_id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly source_id: string;
  readonly log_type: string;
  readonly mitre_attack: readonly string[];
  readonly meaning: string;
  readonly what_to_do: string;
  readonly limits?: string;
  readonly what: readonly string[];
  readonly who: readonly string[];
  readonly addresses: readonly string[];
  readonly group_key: string;
  readonly group_note?: string;
  readonly first_event_time: string;
  readonly last_event_time: string;
  readonly window_end: string;
  readonly window_minutes: number;
  readonly event_count: number;
  readonly threshold: number;
  readonly rows: readonly AlertRow[];
}

/** The fields of an alert in the order they are written, with their types as a table declares them. */
export const ALERT_FIELDS = [
  { name: 'schema_version', type: 'int', description: 'Version of this form.' },
  {
    name: 'alert_id',
    type: 'string',
    description: 'The same for the same rule, group and window, however often it is raised.',
  },
  { name: 'rule_id', type: 'string', description: 'Id of the rule.' },
  { name: 'title', type: 'string', description: 'Title of the rule.' },
  { name: 'severity', type: 'string', description: `One of ${SEVERITIES.join(', ')}.` },
  { name: 'source_id', type: 'string', description: 'Id of the configured source.' },
  { name: 'log_type', type: 'string', description: 'Log type of the events.' },
  {
    name: 'mitre_attack',
    type: 'string[]',
    description: 'Tactic, technique and its name in MITRE ATT&CK, such as TA0006:T1110 Brute Force.',
  },
  { name: 'meaning', type: 'string', description: 'What the alert means.' },
  { name: 'what_to_do', type: 'string', description: 'What to do now.' },
  { name: 'limits', type: 'string', description: 'What the rule cannot see; absent where it says nothing.' },
  { name: 'what', type: 'string[]', description: 'What happened, each once.' },
  { name: 'who', type: 'string[]', description: 'Users, as Netskope wrote them, each once.' },
  { name: 'addresses', type: 'string[]', description: 'Where the actions came from, each once.' },
  { name: 'group_key', type: 'string', description: 'What the counted events have in common.' },
  {
    name: 'group_note',
    type: 'string',
    description: 'How the events were grouped where Netskope does not tell the user; else absent.',
  },
  {
    name: 'first_event_time',
    type: 'timestamp',
    description: 'Time of the first event, UTC; the window begins with it.',
  },
  { name: 'last_event_time', type: 'timestamp', description: 'Time of the last event, UTC.' },
  {
    name: 'window_end',
    type: 'timestamp',
    description: 'End of the window, UTC; until then this group raises no second alert.',
  },
  { name: 'window_minutes', type: 'int', description: 'Length of the window.' },
  { name: 'event_count', type: 'int', description: 'Occurrences in the window when the alert was raised.' },
  { name: 'threshold', type: 'int', description: 'Events that it takes.' },
  {
    name: 'rows',
    type: 'json',
    description: 'The events that caused the alert, 100 at most, the latest of them.',
  },
] as const satisfies readonly {
  readonly name: keyof AlertRecord;
  readonly type: string;
  readonly description: string;
}[];
