import { readArchivedEvent } from '../../../lambdas/detector/core/event/archived-event';
import { ocsfEventOf } from '../../../lib/format/ocsf/ocsf-event';

type Fields = Readonly<Record<string, unknown>>;

/** The OCSF event, as JSON, of an archived event with these differences; `undefined` leaves a field out. */
export function ocsfOf(different: Fields): Fields {
  const record = {
    _id: 'e5ca619b059fccdd0cfd9398',
    audit_log_event: 'Login Successful',
    severity_level: 2,
    supporting_data: { data_type: 'user', data_values: ['192.0.2.44', 'a@example.org'] },
    timestamp: 1702308331,
    type: 'admin_audit_logs',
    user: 'a@example.org',
    ...different,
    p_log_type: 'Netskope.Audit',
    p_event_time: '2023-12-11 15:25:31.000000000',
    p_parse_time: '2023-12-11 15:30:00.250000000',
    p_source_id: 'netskope',
    p_source_label: 'Netskope',
    p_row_id: 'netskope:e5ca619b059fccdd0cfd9398',
  };
  const event = readArchivedEvent(record);
  if (event === undefined) throw new Error('this is no record of the collector');
  return JSON.parse(JSON.stringify(ocsfEventOf(event, '{"its":"own text"}'))) as Fields;
}
