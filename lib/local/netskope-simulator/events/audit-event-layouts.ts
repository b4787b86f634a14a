import type { SupportingDataDraft } from './audit-event-supporting-data';

/** An audit event before it becomes text; an undefined field is absent from the text, the others keep their order. */
export interface AuditEventDraft {
  _id?: string;
  _insertion_epoch_timestamp?: number;
  audit_log_event: string;
  ccl?: string;
  count: number;
  is_netskope_personnel?: boolean;
  organization_unit: string;
  severity_level: number;
  supporting_data?: SupportingDataDraft;
  timestamp: number;
  record_type?: 'audit';
  type: 'admin_audit_logs';
  ur_normalized: string;
  user: string;
  userPrincipalName?: string;
  sAMAccountName?: string;
  details?: unknown;
}

/** Which fields an event has, in which order. */
export type Layout = 'until-2022' | 'since-2023' | 'since-2026';

/** 2026-08-01 00:00 UTC: fixtures of that month are the first with `record_type` in an audit event. */
const RECORD_TYPE_SINCE_S = 1_785_542_400;

/** Several producers write audit events, and not all of them changed with the others. */
export function layoutAt(insertedAtS: number, random: () => number): Layout {
  const share = random();
  if (share >= 0.7) return 'until-2022';
  return insertedAtS >= RECORD_TYPE_SINCE_S && share < 0.35 ? 'since-2026' : 'since-2023';
}

/** What every layout has. */
type SharedFields = Pick<
  AuditEventDraft,
  | '_id'
  | 'timestamp'
  | 'audit_log_event'
  | 'severity_level'
  | 'user'
  | 'ur_normalized'
  | 'supporting_data'
  | 'details'
>;

/** An event of these fields in the layout. */
export function inLayout(
  layout: Layout,
  fields: SharedFields,
  { insertedAtS, fromNetskope }: { readonly insertedAtS: number; readonly fromNetskope: boolean },
): AuditEventDraft {
  switch (layout) {
    case 'until-2022':
      return untilTwentyTwo(fields);
    case 'since-2023':
      return sinceTwentyThree(fields, insertedAtS, fromNetskope);
    case 'since-2026':
      return sinceTwentySix(fields);
  }
}

/** Fields and their order as in fixtures of August 2026, published with Sekoia's parser. */
function sinceTwentySix(fields: SharedFields): AuditEventDraft {
  return {
    organization_unit: '',
    details: fields.details,
    severity_level: fields.severity_level,
    timestamp: fields.timestamp,
    type: 'admin_audit_logs',
    audit_log_event: fields.audit_log_event,
    user: fields.user,
    ur_normalized: fields.ur_normalized,
    count: 1,
    supporting_data: fields.supporting_data,
    _id: fields._id,
    record_type: 'audit',
    sAMAccountName: '',
    userPrincipalName: '',
    ccl: '',
  };
}

/** Fields and their order as in samples of 2023, published with Panther's detections. */
function sinceTwentyThree(fields: SharedFields, insertedAtS: number, fromNetskope: boolean): AuditEventDraft {
  return {
    _id: fields._id,
    _insertion_epoch_timestamp: insertedAtS,
    audit_log_event: fields.audit_log_event,
    count: 1,
    details: fields.details,
    is_netskope_personnel: fromNetskope,
    organization_unit: '',
    severity_level: fields.severity_level,
    supporting_data: fields.supporting_data,
    timestamp: fields.timestamp,
    type: 'admin_audit_logs',
    ur_normalized: fields.ur_normalized,
    user: fields.user,
  };
}

/** Fields and their order as in samples of 2022, published with Sekoia's parser. */
function untilTwentyTwo(fields: SharedFields): AuditEventDraft {
  return {
    timestamp: fields.timestamp,
    type: 'admin_audit_logs',
    user: fields.user,
    severity_level: fields.severity_level,
    audit_log_event: fields.audit_log_event,
    supporting_data: fields.supporting_data,
    organization_unit: '',
    ur_normalized: fields.ur_normalized,
    ccl: 'unknown',
    count: 1,
    _id: fields._id,
    userPrincipalName: '',
    sAMAccountName: '',
    details: fields.details,
  };
}
