import { OBJECT_PLACEHOLDER } from '../../../lib/aws/search/admin-queries';
import { SearchedArchive } from './searched-archive';

/** Times of 2026, UTC. The day that is today for the queries is Wednesday, 18 November. */
const AT = {
  '09-01 10:00': 1_788_256_800,
  '11-14 11:00': 1_794_654_000,
  '11-16 20:30': 1_794_861_000,
  '11-17 06:30': 1_794_897_000,
  '11-17 10:00': 1_794_909_600,
  '11-18 08:15': 1_794_989_700,
} as const;

/** Netskope had the first event late, so that a walk of a few days finds all: months take many times as long. */
const FIRST_INSERTED_AT_S = AT['11-14 11:00'];

function event(id: string, at: keyof typeof AT, fields: Readonly<Record<string, unknown>>) {
  const timestampS = AT[at];
  const text = JSON.stringify({
    _id: id,
    timestamp: timestampS,
    type: 'admin_audit_logs',
    user: 'bob@corp.example',
    ...fields,
  });
  return { text, timestampS, insertedAtS: Math.max(timestampS, FIRST_INSERTED_AT_S) };
}

const login = (address: string, audit_log_event = 'Login Successful') => ({
  audit_log_event,
  supporting_data: { data_type: 'user', data_values: [address, 'bob@corp.example'] },
});
const on = (data_type: string, ...data_values: string[]) => ({ supporting_data: { data_type, data_values } });

const EVENTS = [
  event('l1', '09-01 10:00', login('198.51.100.7')),
  event('c1', '11-14 11:00', { audit_log_event: 'Created new admin', ...on('admin', 'eve@corp.example') }),
  event('p1', '11-16 20:30', {
    audit_log_event: 'Edited inline policy',
    ...on('policy', 'Block gambling'),
    details: [{ key: 'action', changed: ['allow', 'block'] }],
  }),
  event('t1', '11-17 06:30', { audit_log_event: 'Created REST API v2 token', ...on('setting', 'siem') }),
  event('s1', '11-17 10:00', { audit_log_event: 'Created service account', supporting_data: 'soar' }),
  event('p2', '11-17 10:00', {
    audit_log_event: 'Deleted inline policy',
    ...on('policy', 'Block gambling', '203.0.113.80'),
  }),
  event('l2', '11-17 10:00', login('198.51.100.7')),
  event('l3', '11-18 08:15', login('203.0.113.9')),
  event('l4', '11-18 08:15', login('192.0.2.66', 'Login Failed')),
  event('r1', '11-16 20:30', { audit_log_event: 'Rest API V2 Call', ...on('incidents', 'GET') }),
];

let archive: SearchedArchive;

beforeAll(async () => {
  archive = await SearchedArchive.of(EVENTS, { startLookbackHours: 5 * 24 }, { windowS: 'none' });
});
afterAll(() => archive.stop());

test('new admins come with whoever made them', async () => {
  expect(await archive.ask('New admins')).toEqual([
    {
      p_event_time: '2026-11-14 11:00:00',
      made_by: 'bob@corp.example',
      audit_log_event: 'Created new admin',
      admin: 'eve@corp.example',
      source: 'netskope',
    },
  ]);
});

test('tokens of the REST API and service accounts come newest first, with what they are called', async () => {
  const rows = await archive.ask('API tokens and service accounts');
  expect(rows.map((row) => [row.p_event_time, row.audit_log_event, row.object])).toEqual([
    ['2026-11-17 10:00:00', 'Created service account', 'soar'],
    ['2026-11-17 06:30:00', 'Created REST API v2 token', 'siem'],
  ]);
});

test('an address is seen for the first time if the user did not act from it in the weeks before; a failed login is no act', async () => {
  expect(await archive.ask('Addresses seen for the first time')).toEqual([
    {
      first_seen: '2026-11-18 08:15:00',
      who: 'bob@corp.example',
      address: '203.0.113.9',
      first_act: 'Login Successful',
      events: '1',
      last_seen: '2026-11-18 08:15:00',
      source: 'netskope',
    },
  ]);
});

test('outside working hours are nights and weekends, without the calls of API clients', async () => {
  const rows = await archive.ask('Actions outside working hours');
  expect(rows.map((row) => [row.local_time, row.audit_log_event])).toEqual([
    ['2026-11-17 06:30:00', 'Created REST API v2 token'],
    ['2026-11-16 20:30:00', 'Edited inline policy'],
    ['2026-11-14 11:00:00', 'Created new admin'],
  ]);
});

test('working hours are those of the time zone that is written into the query', async () => {
  const inBerlin = (sql: string): string => sql.replace("'UTC'), 'UTC')", "'UTC'), 'Europe/Berlin')");
  const rows = await archive.ask('Actions outside working hours', inBerlin);
  expect(rows.map((row) => [row.local_time, row.audit_log_event])).toEqual([
    ['2026-11-16 21:30:00', 'Edited inline policy'],
    ['2026-11-14 12:00:00', 'Created new admin'],
  ]);
});

test("an object's history has each value before and after, and the acts that say none, in order", async () => {
  const rows = await archive.ask("One object's history", (sql) =>
    sql.replace(OBJECT_PLACEHOLDER, 'block GAMBLING'),
  );
  expect(rows.map((row) => [row.p_event_time, row.audit_log_event, row.path, row.before, row.after])).toEqual(
    [
      ['2026-11-16 20:30:00', 'Edited inline policy', 'action', 'allow', 'block'],
      ['2026-11-17 10:00:00', 'Deleted inline policy', null, null, null],
    ],
  );
});
