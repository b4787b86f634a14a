// Generated from netskope-audit.schema.json by `npm run generate`. Do not edit.

/**
 * One admin audit event of a Netskope tenant, as the dataexport iterator delivers it. Fields that are not listed are kept.
 */
export interface AuditEvent {
  /**
   * When the event occurred, unix seconds.
   */
  timestamp: number;
  /**
   * The kind of event; admin_audit_logs in every sample seen.
   */
  type: string;
  /**
   * The admin or service account that acted: an e-mail address, a bare name, or empty.
   */
  user: string;
  /**
   * Whether the actor is Netskope staff.
   */
  is_netskope_personnel?: boolean;
  /**
   * Severity of the event: 1 = high, 2 = medium, 3 = low, as Sekoia maps them; 1 and 2 in the samples seen.
   */
  severity_level?: number;
  /**
   * What was done, in words, such as "Login Successful". An open set.
   */
  audit_log_event: string;
  /**
   * Details by kind of event: data_type names the kind, data_values lists the values.
   */
  supporting_data: {
    data_type?: string;
    data_values?: unknown[];
    [k: string]: unknown;
  };
  /**
   * Organizational unit of the user.
   */
  organization_unit?: string;
  /**
   * The user in lower case.
   */
  ur_normalized?: string;
  /**
   * How many occurrences the event stands for.
   */
  count?: number;
  /**
   * When Netskope stored the event, unix seconds.
   */
  _insertion_epoch_timestamp?: number;
  /**
   * Netskope's id of the event.
   */
  _id: string;
  /**
   * Change records: what was modified, and its value before and after.
   */
  details?: unknown[];
  /**
   * Netskope's own name for the kind of record; audit, in events since August 2026.
   */
  record_type?: string;
  /**
   * Cloud confidence level.
   */
  ccl?: string;
  /**
   * Active Directory account name of the user.
   */
  sAMAccountName?: string;
  /**
   * Active Directory user principal name.
   */
  userPrincipalName?: string;
  [k: string]: unknown;
}
