import type { SimulatorRequest } from '../gateway/request';
import type { SimulatedEvent } from '../simulated-event';

/**
 * The "Rest API V2 Call" event that Netskope may write about a call of this very API. Its shape is that of published
 * samples; whether polls are audited too is not known.
 */
export function ownApiEvent(
  request: SimulatorRequest,
  nowMs: number,
  insertionDelayS: number,
): SimulatedEvent {
  const timestampS = Math.floor(nowMs / 1000);
  const insertedAtS = timestampS + insertionDelayS;
  const id = nowMs.toString(16).padStart(12, '0') + request.number.toString(16).padStart(12, '0');
  const text = JSON.stringify({
    _id: id,
    _insertion_epoch_timestamp: insertedAtS,
    audit_log_event: 'Rest API V2 Call',
    count: 1,
    is_netskope_personnel: false,
    organization_unit: '',
    severity_level: 2,
    supporting_data: {
      data_type: 'events',
      data_values: [request.status, 'GET', request.path, `trid=${id.slice(4)}`],
    },
    timestamp: timestampS,
    type: 'admin_audit_logs',
    ur_normalized: 'service-account',
    user: 'service-account',
  });
  return { text, id, timestampS, insertedAtS };
}
