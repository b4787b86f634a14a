/**
 * The fields that the collector adds after an event's own, in the order they are written. Names and meaning follow
 * Panther's standard fields (https://docs.panther.com/search/panther-fields). The first one marks where the event's own
 * text ends; empty lists are left out.
 */
export const ADDED_FIELDS = [
  { name: 'p_log_type', type: 'string', description: 'Log type of the feed.' },
  { name: 'p_event_time', type: 'timestamp', description: 'The event time, UTC.' },
  { name: 'p_parse_time', type: 'timestamp', description: 'When the collector validated the event, UTC.' },
  { name: 'p_source_id', type: 'string', description: 'Id of the configured source.' },
  { name: 'p_source_label', type: 'string', description: 'Label of the configured source.' },
  {
    name: 'p_row_id',
    type: 'string',
    description: 'Source id and `_id`, joined by a colon; the same for the same event, always.',
  },
  { name: 'p_any_emails', type: 'string[]', description: 'Every e-mail address in the event.' },
  {
    name: 'p_any_usernames',
    type: 'string[]',
    description: 'Every user name in the event, of the actor and of others; compare them in lower case.',
  },
  {
    name: 'p_any_ip_addresses',
    type: 'string[]',
    description: 'Every IP address inside supporting_data and details.',
  },
  {
    name: 'p_any_domain_names',
    type: 'string[]',
    description: 'Every host name inside supporting_data and details, also of URLs; in lower case.',
  },
  {
    name: 'p_changes',
    type: 'change[]',
    description: 'What the event changed: object, path, before and after, as texts; at most 1,000 changes.',
  },
  {
    name: 'p_edition',
    type: 'int',
    description:
      'From 2 on where the same event came before with fewer fields; absent from the first edition.',
  },
] as const;

/** A change of `p_changes`; a value that is no text is written as JSON. */
export interface StoredChange {
  /** Name of the changed object; empty if unknown. */
  readonly object: string;
  /** Keys from the object down to the value, joined by dots; empty if only the object is known. */
  readonly path: string;
  /** Null if the value was added. */
  readonly before: string | null;
  /** Null if the value was deleted. */
  readonly after: string | null;
}

/** The fields of a quarantined line, in the order they are written; `raw` or `raw_base64`, never both. */
export const QUARANTINE_FIELDS = [
  { name: 'p_log_type', type: 'string', description: 'Log type of the feed.' },
  { name: 'p_source_id', type: 'string', description: 'Id of the configured source.' },
  { name: 'arrived_at', type: 'timestamp', description: 'When the event arrived, UTC.' },
  { name: 'run_id', type: 'string', description: 'The run that met the event.' },
  { name: 'errors', type: 'string[]', description: 'Why the event could not be placed, one sentence each.' },
  { name: 'raw', type: 'string', description: 'The exact text received.' },
  { name: 'raw_base64', type: 'string', description: 'The exact bytes received, where they are not UTF-8.' },
] as const;

/** The fields of a mark: a quarantined event that was validated again and archived. */
export const REDRIVEN_FIELDS = [
  { name: 'p_row_id', type: 'string', description: 'The archived event, by its row id.' },
  { name: 'quarantine_key', type: 'string', description: 'Key of the quarantine object it lies in.' },
  { name: 'line', type: 'int', description: 'Its line in that object, counted from 0.' },
  { name: 'redriven_at', type: 'timestamp', description: 'When it was accepted, UTC.' },
  { name: 'run_id', type: 'string', description: 'The run that accepted it.' },
] as const;

export interface RedrivenMark {
  readonly p_row_id: string;
  readonly quarantine_key: string;
  readonly line: number;
  readonly redriven_at: string;
  readonly run_id: string;
}

/** The mark of a quarantined page that could be read later: where its events went. */
export interface RedrivenPageMark {
  /** Key of the page. */
  readonly quarantine_key: string;
  readonly redriven_at: string;
  readonly run_id: string;
  /** Events of the page. */
  readonly events: number;
  /** Of those, the ones stored in the archive by this run. */
  readonly archived: number;
  /** Of those, the ones put into quarantine by this run. */
  readonly quarantined: number;
}

/** One line of the quarantine. */
export interface QuarantinedRecord {
  readonly p_log_type: string;
  readonly p_source_id: string;
  readonly arrived_at: string;
  readonly run_id: string;
  readonly errors: readonly string[];
  readonly raw?: string;
  readonly raw_base64?: string;
}

/**
 * UTC in the form Athena reads as a timestamp.
 * @param epochMs milliseconds since 1970
 * @returns for example `2022-05-02 00:29:01.000000000`
 */
export function athenaTimestamp(epochMs: number): string {
  return `${new Date(epochMs).toISOString().replace('T', ' ').replace('Z', '')}000000`;
}
