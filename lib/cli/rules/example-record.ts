import { RULE_DEFAULTS } from '../../../lambdas/detector/core/rule/define-rule';

/** 2026-11-22 09:00:00 UTC, when the events of examples begin. */
export const EXAMPLE_S = 1_795_338_000;

/** An ordinary archived record with the given differences; `undefined` leaves a field out. */
export function exampleRecord(different: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    _id: 'e1',
    timestamp: EXAMPLE_S,
    type: 'admin_audit_logs',
    user: 'alice@corp.example',
    ur_normalized: 'alice@corp.example',
    audit_log_event: 'Logout Successful',
    p_log_type: RULE_DEFAULTS.logType,
    p_event_time: '2026-11-22 09:00:00.000000000',
    p_parse_time: '2026-11-22 09:00:30.000000000',
    p_source_id: 'netskope',
    p_source_label: 'Netskope',
    p_row_id: 'netskope:e1',
    ...different,
  };
}
