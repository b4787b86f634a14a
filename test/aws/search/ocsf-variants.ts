import type { SimulatedEvent } from '../../../lib/local/netskope-simulator/event-log';
import { auditEventKinds } from '../../../lib/local/netskope-simulator/events/audit-event-names';
import { NOW_S } from '../../pipeline';

const DATA = [
  { data_type: 'user', data_values: [' 192.0.2.7 ', '', ' b@example.org\t'] },
  { data_type: 'user', data_values: ['2001:DB8::1', 'b@example.org'] },
  { data_type: ' Admin ', data_values: ['b\u00a0', 7, null, { name: 'b' }] },
  { data_type: 'hostname', data_values: 'HOST123' },
  { data_type: 'policy', data_values: '["Block uploads","b"]' },
  { data_type: 'policy', data_values: '[Restricted] uploads' },
  { data_type: 'policy', data_values: ['192.0.2.7', 'b'] },
  { data_type: 'reason', data_values: ['Logged out', 'due to inactivity'] },
  { data_type: 'constructor' },
  { data_values: ['192.0.2.7', 'b@example.org'] },
  { data_values: [403, 'get', '/api/v2/x?y=1#z', 'see trid=a-b_c'] },
  { data_values: '200, PATCH /api/v2/x' },
  { data_values: [' ', '301', 'POST'] },
  { data_values: [true, 200, 'GET'] },
  { data_values: [999, 'GET', '/api'] },
  '{"data_type":"policy","data_values":["Block uploads"]}',
  ['192.0.2.7', 'b'],
  'only a text',
  404,
  true,
  null,
];

/** Names of nobody; the last one is somebody's. */
const PLACEHOLDERS = [
  ...[
    'redacted',
    'Obfuscated',
    'anonymized',
    'anonymised',
    'anonymous',
    'masked',
    '<hidden>',
    'unknown',
    'undefined',
  ],
  ...['null', 'none', 'N/A', 'not available', 'xxxx', '***', '-', 'unknown person'],
];

const FIELDS = [
  { severity_level: ' HIGH ', count: '3', user: ' a@example.org ' },
  { severity_level: 'critical', count: '1e3', user: '**redacted**', userPrincipalName: 'c@example.org' },
  { severity_level: true, count: -1, user: ['a'], ur_normalized: 'XXX', sAMAccountName: 'CORP\\c' },
  { severity_level: '', count: 2.5, user: '', _insertion_epoch_timestamp: '1795003000' },
  { severity_level: 7, count: 9007199254740993, user: 'n/a', _insertion_epoch_timestamp: null },
];

const CHANGED = {
  audit_log_event: 'Edited inline policy',
  supporting_data: null,
  details: [
    { name: 'A "b"', diff: { key: 'on', changed: [null, true] } },
    { name: 'A "b"', diff: { key: 'on', changed: [true, false] } },
    { name: 'C', diff: { key: 'list', added: [{ key: 'x/y', value: ['1'] }], deleted: { z: 1.5 } } },
    { name: 'D', modify_type: 'Deleted' },
  ],
};

const NAMES = [...auditEventKinds.map(({ name }) => name), '', 'Something new', 'Unlocked Support SSO', 7];

/** Events in shapes that the simulator does not send, each name with some of them. */
export const OCSF_VARIANTS: readonly SimulatedEvent[] = [
  ...NAMES.flatMap((audit_log_event, place) =>
    DATA.filter((_, index) => (index + place) % 4 === 0).map((supporting_data) => ({
      audit_log_event,
      supporting_data,
    })),
  ),
  ...['Rest API V2 Call', 'Login Failed', 'Reset password', 'Edited inline policy'].flatMap(
    (audit_log_event) => DATA.map((supporting_data) => ({ audit_log_event, supporting_data })),
  ),
  ...FIELDS.flatMap((fields) =>
    ['Login Failed', 'Rest API V1 Call'].map((name) => ({ ...fields, audit_log_event: name })),
  ),
  ...PLACEHOLDERS.map((user) => ({ user, audit_log_event: 'Edit admin record' })),
  CHANGED,
].map((fields, number): SimulatedEvent => ({
  text: JSON.stringify({
    _id: `variant-${String(number)}`,
    timestamp: NOW_S - 3600,
    type: 'admin_audit_logs',
    user: 'a@example.org',
    supporting_data: {},
    ...fields,
  }),
  timestampS: NOW_S - 3600,
  insertedAtS: NOW_S - 60,
}));
