import type { SimulatedEvent } from '../../../lib/local/netskope-simulator/event-log';
import type { Row } from './athena-on-duckdb';
import { SearchedArchive } from './searched-archive';

/** 2026-11-18 11:58:20 UTC, shortly before the present of the tests. */
const EPOCH_S = 1_795_003_100;

function event(id: string, fields: Readonly<Record<string, unknown>>): SimulatedEvent {
  const text = JSON.stringify({
    _id: id,
    timestamp: EPOCH_S,
    type: 'admin_audit_logs',
    user: 'a@example.org',
    ...fields,
  });
  return { text, id, timestampS: EPOCH_S, insertedAtS: EPOCH_S };
}

const LOGIN = {
  audit_log_event: 'Login Failed',
  severity_level: 1,
  supporting_data: { data_type: 'user', data_values: ['192.0.2.44', 'a@example.org'] },
};

let archive: SearchedArchive;

beforeAll(async () => {
  archive = await SearchedArchive.of([
    event('login', { ...LOGIN, count: 3, _insertion_epoch_timestamp: EPOCH_S + 10 }),
    event('admin', {
      audit_log_event: 'Disabled admin',
      severity_level: '2',
      supporting_data: { data_type: 'admin', data_values: ['b'] },
    }),
    event('call', {
      audit_log_event: 'Rest API V2 Call',
      user: '',
      supporting_data: { data_values: [403, 'GET', '/api/v2/scim/Users?count=100', 'trid=ccb8'] },
    }),
    event('policy', {
      audit_log_event: 'Edited inline policy',
      user: undefined,
      supporting_data: { data_type: 'policy', data_values: ['Block uploads'] },
      details: [
        {
          name: 'Block uploads',
          diff: { key: '', changed: [], added: [{ key: 'users/group', value: 'all' }] },
        },
        { name: 'Allow HR portal', diff: { key: 'status', changed: [true, false] } },
      ],
    }),
    ...['low', 'High', 3, 7].map((severity_level, place) =>
      event(`severity-${String(place)}`, { ...LOGIN, severity_level }),
    ),
  ]);
});
afterAll(() => archive.stop());

/** Columns of one event. */
async function columnsOf(id: string, columns: string): Promise<Row> {
  const [row = {}] = await archive.query(
    `SELECT ${columns} FROM netskope_audit_ocsf
     WHERE source = 'netskope' AND dt = '2026-11-18' AND metadata.uid = 'netskope:${id}'`,
  );
  return row;
}

test('a failed login is Authentication, with who tried it, from where and to what', async () => {
  const { metadata, raw_data, ...columns } = await columnsOf('login', '*');
  expect(raw_data).toContain('"_id":"login"');
  expect(metadata).toMatchObject({ logged_time: '1795003110000' });
  expect(columns).toEqual({
    category_uid: 3,
    category_name: 'Identity & Access Management',
    class_uid: 3002,
    class_name: 'Authentication',
    activity_id: 1,
    activity_name: 'Logon',
    type_uid: '300201',
    type_name: 'Authentication: Logon',
    time: '1795003100000',
    severity_id: 4,
    severity: 'High',
    status_id: 2,
    status: 'Failure',
    status_code: null,
    status_detail: null,
    message: 'Login Failed',
    count: '3',
    actor: { user: { name: 'a@example.org', email_addr: 'a@example.org' } },
    user: { name: 'a@example.org', email_addr: 'a@example.org' },
    src_endpoint: { ip: '192.0.2.44', name: null },
    service: { name: 'Netskope' },
    api: null,
    http_request: null,
    entity: null,
    entity_result: null,
    source: 'netskope',
    dt: '2026-11-18',
    hour: 11,
  });
});

test('an event names itself, its source, its product and its own text', async () => {
  expect(await columnsOf('admin', 'metadata, raw_data')).toEqual({
    metadata: {
      version: '1.5.0',
      product: { name: 'Netskope', vendor_name: 'Netskope' },
      uid: 'netskope:admin',
      tenant_uid: 'netskope',
      event_code: 'Disabled admin',
      log_name: 'Netskope.Audit',
      log_provider: 'Netskope',
      original_time: '1795003100',
      logged_time: null,
      processed_time: '1795004100000',
    },
    raw_data:
      '{"_id":"admin","timestamp":1795003100,"type":"admin_audit_logs","user":"a@example.org",' +
      '"audit_log_event":"Disabled admin","severity_level":"2",' +
      '"supporting_data":{"data_type":"admin","data_values":["b"]}}',
  });
});

test('a change of an admin is Account Change, with the account that was changed', async () => {
  expect(await columnsOf('admin', 'type_name, severity, status, actor, "user", src_endpoint')).toEqual({
    type_name: 'Account Change: Disable',
    severity: 'Medium',
    status: 'Success',
    actor: { user: { name: 'a@example.org', email_addr: 'a@example.org' } },
    user: { name: 'b', email_addr: null },
    src_endpoint: null,
  });
});

test('an API call that was refused is API Activity, with request and response', async () => {
  const columns = 'type_name, status_id, status_code, actor, "user", src_endpoint, api, http_request';
  expect(await columnsOf('call', columns)).toEqual({
    type_name: 'API Activity: Read',
    status_id: 2,
    status_code: '403',
    actor: { user: { name: 'Unknown', email_addr: null } },
    user: null,
    src_endpoint: { ip: null, name: 'Unknown' },
    api: { operation: 'GET', request: { uid: 'ccb8' }, response: { code: 403 } },
    http_request: { http_method: 'GET', url: { path: '/api/v2/scim/Users' } },
  });
});

test('an edit of a policy is Entity Management, with the values before and after by path', async () => {
  const policy = {
    name: 'Block uploads',
    type: 'Policy',
    type_id: 5,
    device: null,
    user: null,
    policy: { name: 'Block uploads' },
  };
  expect(await columnsOf('policy', 'type_name, actor, entity, entity_result')).toEqual({
    type_name: 'Entity Management: Update',
    actor: null,
    entity: { ...policy, data: '{"Allow HR portal.status":"true"}' },
    entity_result: { ...policy, data: '{"Allow HR portal.status":"false","users.group":"all"}' },
  });
});

test('a severity is known by number and by word, and kept where it is neither', async () => {
  const rows = await archive.query(
    `SELECT severity_id, severity FROM netskope_audit_ocsf
     WHERE source = 'netskope' AND metadata.uid LIKE '%:severity-%' ORDER BY metadata.uid`,
  );
  expect(rows.map(({ severity_id, severity }) => [severity_id, severity])).toEqual([
    [2, 'Low'],
    [4, 'High'],
    [2, 'Low'],
    [99, '7'],
  ]);
});

test('an event that came again with more fields has one row, by its newest edition', async () => {
  const line = await archive.lineOf('admin');
  await archive.put(
    'source=netskope/dt=2026-11-18/hour=11/later.ndjson.gz',
    line.replace('"severity_level":"2"', '"severity_level":"2","count":2').replace(/\}$/, ',"p_edition":2}'),
  );
  const rows = await archive.query(
    `SELECT "count" FROM netskope_audit_ocsf WHERE source = 'netskope' AND metadata.uid = 'netskope:admin'`,
  );
  expect(rows).toEqual([{ count: '2' }]);
});
