// Generated from alert.schema.json by `npm run generate`. Do not edit.

/**
 * An alert, or an update of one, in its stable form for machines and for Athena. Times are UTC, such as 2026-11-22T09:00:00Z.
 */
export interface AlertRecord {
  /**
   * Version of this form. It increases where a field is removed, renamed, or has a new meaning.
   */
  schema_version: 2;
  /**
   * The same for the same rule, group and window, however often it is raised or updated.
   */
  alert_id: string;
  /**
   * raised: the alert is new. grown: it has ten times as many events as were told, or a worse one. closed: its window is over, and more events came after it was raised.
   */
  update: 'raised' | 'grown' | 'closed';
  /**
   * Alerts of one user or address with less than an hour between them have the same.
   */
  incident_id: string;
  /**
   * Id of the rule.
   */
  rule_id: string;
  /**
   * Title of the rule.
   */
  title: string;
  /**
   * Title, who, and what was done to what: the subject of a message that has this alert alone.
   */
  headline: string;
  /**
   * One of info, low, medium, high, critical.
   */
  severity: 'info' | 'low' | 'medium' | 'high' | 'critical';
  /**
   * Id of the configured source.
   */
  source_id: string;
  /**
   * Log type of the events.
   */
  log_type: string;
  /**
   * Tactic, technique and its name in MITRE ATT&CK, such as TA0006:T1110 Brute Force.
   */
  mitre_attack: string[];
  /**
   * What the alert means.
   */
  meaning: string;
  /**
   * What to do now.
   */
  what_to_do: string;
  /**
   * What the rule cannot see; absent where it says nothing.
   */
  limits?: string;
  /**
   * What happened, each once.
   */
  what: string[];
  /**
   * Users, as Netskope wrote them, each once.
   */
  who: string[];
  /**
   * Accounts, policies, paths and other objects that it was done to, each once.
   */
  targets: string[];
  /**
   * Values before and after, such as "DLP cards": action_name block -> allow.
   */
  changes: string[];
  /**
   * Where the actions came from, each once.
   */
  addresses: string[];
  /**
   * Where the user last logged in from, where the events have no address; absent if that is not known either.
   */
  last_login_address?: string;
  /**
   * Time of that login.
   */
  last_login_time?: string;
  /**
   * What the counted events have in common.
   */
  group_key: string;
  /**
   * How the events were grouped where Netskope does not tell the user; else absent.
   */
  group_note?: string;
  /**
   * Whether the events were hours old when they were evaluated, as after a backfill. Such alerts are not sent one by one.
   */
  historic: boolean;
  /**
   * Time of the first event; the window begins with it.
   */
  first_event_time: string;
  /**
   * Time of the last event so far.
   */
  last_event_time: string;
  /**
   * End of the window; until then this group raises no second alert.
   */
  window_end: string;
  /**
   * Length of the window.
   */
  window_minutes: number;
  /**
   * Occurrences in the window so far.
   */
  event_count: number;
  /**
   * Events that it takes.
   */
  threshold: number;
  /**
   * The events that raised the alert, the latest 100 at most; empty in an update.
   */
  rows: AlertRow[];
}
export interface AlertRow {
  /**
   * The event's p_row_id. It identifies the whole event.
   */
  row_id: string;
  /**
   * Time of the event.
   */
  event_time: string;
  /**
   * What happened, in words.
   */
  what: string;
  /**
   * As Netskope wrote it; absent if Netskope does not name the user.
   */
  user?: string;
  /**
   * What it was done to.
   */
  targets: string[];
  /**
   * Values before and after.
   */
  changes: string[];
  /**
   * Where the action came from, as far as the event has it.
   */
  addresses: string[];
  /**
   * The event as it is archived; absent if it is long, or there are many.
   */
  event?: {
    [k: string]: unknown;
  };
}
