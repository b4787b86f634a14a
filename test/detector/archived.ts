import type { ArchivedEvent } from '../../lambdas/detector/core/event/archived-event';
import { readArchivedEvent } from '../../lambdas/detector/core/event/archived-event';
import type { SeenRow } from '../../lambdas/detector/core/group/seen-row';

/** 2026-11-22 09:00:00 UTC. */
export const NINE_S = 1_795_338_000;

/** An archived record with the given differences; `undefined` leaves a field out. */
export function archivedRecord(different: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    _id: 'e1',
    timestamp: NINE_S,
    type: 'admin_audit_logs',
    user: 'alice@corp.example',
    ur_normalized: 'alice@corp.example',
    audit_log_event: 'Logout Successful',
    p_log_type: 'Netskope.Audit',
    p_event_time: '2026-11-22 09:00:00.000000000',
    p_parse_time: '2026-11-22 09:00:30.000000000',
    p_source_id: 'netskope',
    p_source_label: 'Netskope',
    p_row_id: 'netskope:e1',
    ...different,
  };
}

/** The same record, parsed. @throws Error if it is not a record */
export function archivedEvent(
  different: Readonly<Record<string, unknown>> = {},
  anonymousUsers?: ReadonlySet<string>,
): ArchivedEvent {
  const event = readArchivedEvent(archivedRecord(different), anonymousUsers);
  if (event === undefined) throw new Error(`expected a record, received ${JSON.stringify(different)}`);
  return event;
}

/** `supporting_data` of a login. */
export function from(address: string, user = 'alice@corp.example') {
  return { supporting_data: { data_type: 'user', data_values: [address, user] } };
}

/** A row that counts towards the threshold. */
export function seenRow(rowId: string, timeS: number, different: Partial<SeenRow> = {}): SeenRow {
  return { rowId, timeS, what: 'Deleted rbi template', addresses: [], severity: 'high', ...different };
}
