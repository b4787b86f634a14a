/** Athena table of the archived events. */
export const AUDIT_TABLE_NAME = 'netskope_audit';

/** Saved query that an alert's message names. */
export const EVENTS_OF_ALERT_QUERY = 'The events of an alert';
