import { ownText } from '../../../lambdas/collector/core/page/record';
import { readArchivedEvent } from '../../../lambdas/detector/core/event/archived-event';
import { ocsfEventOf } from '../../../lib/format/ocsf/ocsf-event';
import type { SimulatedEvent } from '../../../lib/local/netskope-simulator/event-log';
import { auditEventKinds } from '../../../lib/local/netskope-simulator/events/audit-event-names';
import { generateAuditEvents, oneOfEach } from '../../../lib/local/netskope-simulator/events/audit-events';
import { NOW_S } from '../../pipeline';
import { SearchedArchive } from './searched-archive';

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
const OCSF_VARIANTS: readonly SimulatedEvent[] = [
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

/** Every attribute of the view; `unmapped` alone is in no column. */
const COMPARED = [
  ...['category_uid', 'category_name', 'class_uid', 'class_name'],
  ...['activity_id', 'activity_name', 'type_uid', 'type_name', 'time', 'severity_id', 'severity'],
  ...['status_id', 'status', 'status_code', 'status_detail', 'message', 'count', 'metadata', 'actor', 'user'],
  ...['src_endpoint', 'service', 'api', 'http_request', 'entity', 'entity_result', 'raw_data'],
];

type Fields = Readonly<Record<string, unknown>>;

const SEED = 11;
let archive: SearchedArchive;

beforeAll(async () => {
  archive = await SearchedArchive.of([
    ...generateAuditEvents({ seed: SEED, count: 400, fromEpochS: NOW_S - 6 * 3600, toEpochS: NOW_S - 60 }),
    ...oneOfEach({ seed: SEED, insertedAtS: NOW_S - 30 }),
    ...OCSF_VARIANTS,
  ]);
});
afterAll(() => archive.stop());

test(`each column of the view has the value that tail --format ocsf prints (seed ${String(SEED)})`, async () => {
  const rows = await archive.query("SELECT * FROM netskope_audit_ocsf WHERE source = 'netskope'");
  const rowOf = new Map(rows.map((row) => [(row.metadata as Fields).uid, row]));
  const lines = await linesThatSqlCanRead();
  expect(lines.length).toBeGreaterThan(500);
  for (const { line, event } of lines) {
    const { source, dt, hour, ...attributes } = rowOf.get(event.rowId) ?? {};
    const time = String(event.fields.p_event_time);
    expect([source, dt, hour]).toEqual(['netskope', time.slice(0, 10), Number(time.slice(11, 13))]);
    expect(Object.keys(attributes)).toEqual(COMPARED);
    const ocsf: Fields = ocsfEventOf(event, ownText(line) ?? '');
    const expected = COMPARED.map((name) => [name, ocsf[name]]);
    expect(comparable(withData(attributes, JSON.parse))).toEqual(
      comparable(withData(Object.fromEntries(expected) as Fields, inTexts)),
    );
  }
});

test('each event has one row, with the days and sources of the view of events', async () => {
  const counted = (view: string) =>
    archive.query(
      `SELECT count(*) AS events, min(dt) AS first, max(dt) AS last FROM ${view} WHERE source = 'netskope'`,
    );
  expect(await counted('netskope_audit_ocsf')).toEqual(await counted('netskope_audit_events'));
});

/** The archived events, by their newest edition, but for those whose `supporting_data` Python wrote. */
async function linesThatSqlCanRead() {
  const lines = await archive.query("SELECT raw FROM netskope_audit_events WHERE source = 'netskope'");
  return lines.flatMap(({ raw }) => {
    const line = String(raw);
    const event = readArchivedEvent(JSON.parse(line));
    return event === undefined || line.includes(`"supporting_data":"{'`) ? [] : [{ line, event }];
  });
}

/** What is null is absent, and a number its digits: DuckDB gives 64-bit integers as texts. */
function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return typeof value === 'number' ? String(value) : value;
  const present = Object.entries(value).filter(([, child]) => child !== null && child !== undefined);
  return Object.fromEntries(present.map(([name, child]) => [name, comparable(child)]));
}

/** The attributes with the `data` of both entities read, where they have some. */
function withData(attributes: Fields, read: (data: never) => unknown): Fields {
  const entities = ['entity', 'entity_result'].map((name) => {
    const entity = attributes[name] as Fields | null | undefined;
    const data = entity?.data ?? undefined;
    return [name, data === undefined ? entity : { ...entity, data: read(data as never) }] as const;
  });
  return { ...attributes, ...Object.fromEntries(entities) };
}

/** Values as `p_changes` has them. */
function inTexts(data: Fields): Fields {
  return Object.fromEntries(
    Object.entries(data).map(([path, value]) => [
      path,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}
