import { TIMELINE_PLACEHOLDER } from '../../../lib/aws/search/saved-queries';
import type { SimulatedEvent } from '../../../lib/local/netskope-simulator/event-log';
import { grownEdition } from '../../../lib/local/netskope-simulator/events/audit-events';
import { simulatedLogin } from '../../collector/audit-events';
import { NOW_S } from '../../pipeline';
import { SearchedArchive } from './searched-archive';

/** 2026-11-18T11:00:00Z, an hour before the present. */
const ELEVEN_S = NOW_S - 3600;
const DAYS = "source = 'netskope' AND dt >= '2026-11-11'";

let archive: SearchedArchive;
afterEach(() => archive.stop());

/** An event with this text, which happened at eleven. */
function event(text: string, timestampS = ELEVEN_S): SimulatedEvent {
  return { text, timestampS, insertedAtS: ELEVEN_S + 5 };
}

const rowsOf = (columns: string, where = DAYS) =>
  archive.query(`SELECT ${columns} FROM netskope_audit_events WHERE ${where} ORDER BY p_row_id`);

test('an event of several editions counts once, by the newest one', async () => {
  const first = simulatedLogin('e1', ELEVEN_S).text;
  const second = grownEdition(first);
  archive = await SearchedArchive.of(
    [first, second, grownEdition(second, { record_version: 2 })].map((text) => event(text)),
  );
  expect(
    await rowsOf(`p_edition, record_type, json_extract_scalar(raw, '$.record_version') AS version`),
  ).toEqual([{ p_edition: 3, record_type: 'audit', version: '2' }]);
  expect(await archive.ask('Latest admin actions')).toHaveLength(1);
  expect(await archive.ask('Duplicates (must be none)')).toEqual([]);
});

test('events that contradict each other are both shown, and both newest where one of them is an edition', async () => {
  const first = simulatedLogin('e1', ELEVEN_S).text;
  const second = grownEdition(first);
  const other = grownEdition(first, { record_type: 'other' });
  archive = await SearchedArchive.of([first, second, other].map((text) => event(text)));
  expect(await rowsOf('record_type, p_edition')).toEqual([
    { record_type: 'audit', p_edition: 2 },
    { record_type: 'other', p_edition: 2 },
  ]);
  expect(await archive.ask('Duplicates (must be none)')).toMatchObject([
    { copies: '3', finding: 'different events with one id' },
  ]);
});

test('a field that nobody knows yet is in the line', async () => {
  archive = await SearchedArchive.of([simulatedLogin('e1', ELEVEN_S, { tenant: { region: 'eu' } })]);
  expect(await rowsOf(`json_extract_scalar(raw, '$.tenant.region') AS region`)).toEqual([{ region: 'eu' }]);
});

test('a field of any type is text, null is nothing, and a text of JSON is that JSON', async () => {
  archive = await SearchedArchive.of([
    simulatedLogin('e1', ELEVEN_S, {
      user: ['a@example.org', 'b@example.org'],
      severity_level: 2,
      is_netskope_personnel: false,
      ccl: null,
      details: '[{"name":"Coaching"}]',
    }),
  ]);
  expect(
    await rowsOf('"user", severity_level, is_netskope_personnel, ccl, details, organization_unit'),
  ).toEqual([
    {
      user: '["a@example.org","b@example.org"]',
      severity_level: '2',
      is_netskope_personnel: 'false',
      ccl: null,
      details: '[{"name":"Coaching"}]',
      organization_unit: null,
    },
  ]);
});

test.each<[string, string, number]>([
  ['long before the present', '2005-03-01', 1_109_678_400],
  ['years after it', '2031-07-09', 1_941_364_800],
])('an event dated %s is found on its day', async (_when, day, timestampS) => {
  archive = await SearchedArchive.of([event(simulatedLogin('e1', timestampS).text, timestampS)]);
  expect(await rowsOf('p_event_time, hour', `source = 'netskope' AND dt = '${day}'`)).toEqual([
    { p_event_time: expect.stringContaining(day) as string, hour: expect.any(Number) as number },
  ]);
});

test.each<[string, (text: string) => string, string]>([
  ['as text', (text) => text.replace(`${ELEVEN_S}`, `"${ELEVEN_S}"`), `${ELEVEN_S}`],
  ['with a point', (text) => text.replace(`${ELEVEN_S}`, `${ELEVEN_S}.0`), `${ELEVEN_S}.0`],
  ['in milliseconds', (text) => text.replace(`${ELEVEN_S}`, `${ELEVEN_S}000`), `${ELEVEN_S}000`],
  [
    'in ISO 8601',
    (text) => text.replace(`${ELEVEN_S}`, '"2026-11-18T12:00:00+01:00"'),
    '2026-11-18T12:00:00+01:00',
  ],
])('a time that is spelled %s is stored so, and searched as a time', async (_how, respell, timestamp) => {
  archive = await SearchedArchive.of([event(respell(simulatedLogin('e1', ELEVEN_S).text))]);
  expect(await rowsOf('"timestamp", p_event_time, hour')).toEqual([
    { timestamp, p_event_time: '2026-11-18 11:00:00', hour: 11 },
  ]);
});

test('a number is an id, too', async () => {
  archive = await SearchedArchive.of([simulatedLogin('', ELEVEN_S, { _id: 66_483 })]);
  expect(await rowsOf('_id, p_row_id')).toEqual([{ _id: '66483', p_row_id: 'netskope:66483' }]);
});

test('half of a surrogate pair spoils no row', async () => {
  const text = simulatedLogin('e1', ELEVEN_S, { organization_unit: 'HALF' }).text;
  archive = await SearchedArchive.of([
    event(text.replace('HALF', String.raw`a\ud800b \\ud800 \ud83d\ude80`)),
  ]);
  expect(await rowsOf('organization_unit')).toEqual([{ organization_unit: 'a\ufffdb \\ud800 🚀' }]);
  expect(await archive.ask('Duplicates (must be none)')).toEqual([]);
});

test("one user's timeline finds an event by any of its names, in any case", async () => {
  archive = await SearchedArchive.of([
    simulatedLogin('e1', ELEVEN_S, {
      audit_log_event: 'Login Failed',
      user: 'unknown',
      ur_normalized: 'unknown',
      supporting_data: { data_type: 'user', data_values: ['203.0.113.5', 'Student13'] },
    }),
    simulatedLogin('e2', ELEVEN_S + 1, { user: 'STUDENT13', supporting_data: {} }),
    simulatedLogin('e3', ELEVEN_S + 2, { user: 'student130', supporting_data: {} }),
  ]);
  const rows = await archive.ask("One user's timeline", (sql) =>
    sql.replace(TIMELINE_PLACEHOLDER, 'student13'),
  );
  expect(rows.map(({ part, user }) => [part, user])).toEqual([
    ['was named', 'unknown'],
    ['acted', 'STUDENT13'],
  ]);
});

test('failed logins are those of the rule, and an event that stands for several counts as many', async () => {
  const failed = (id: string, name: string, different: object = {}) =>
    simulatedLogin(id, ELEVEN_S, { user: 'a@example.org', audit_log_event: name, ...different });
  archive = await SearchedArchive.of([
    failed('e1', 'Login Failed', { count: 12 }),
    failed('e2', 'SSO Login Failed', { count: '3' }),
    failed('e3', 'OTP validation failed'),
    failed('e4', 'access denied', { count: 0 }),
    failed('e5', 'Account activation link validation failed'),
    failed('e6', 'Admin logged out because of successive login failures'),
  ]);
  expect(await archive.ask('Failed logins by user and IP')).toMatchObject([{ failures: '17' }]);
});

test('configuration changes have a row for each change, of every kind of object', async () => {
  const changed = (id: string, name: string, type: string, details: unknown) =>
    simulatedLogin(id, ELEVEN_S, {
      audit_log_event: name,
      supporting_data: { data_type: type, data_values: [`${type} 1`] },
      ...(details === undefined ? {} : { details }),
    });
  archive = await SearchedArchive.of([
    changed('e1', 'Exception Configuration', 'config', [
      { name: 'Steering', diff: { added: [{ key: 'exception/Domain', value: 'www.example.org' }] } },
    ]),
    changed('e2', 'Edited private app segment', 'app', [
      {
        name: 'Wiki',
        diff: { changed: [{ key: 'host', value1: 'a', value2: 'b' }], removed: [{ key: 'port', value: 80 }] },
      },
    ]),
    changed('e3', 'File Filter profile deleted', 'profile', undefined),
    simulatedLogin('e4', ELEVEN_S, { audit_log_event: 'Login Successful' }),
    simulatedLogin('e5', ELEVEN_S, { audit_log_event: 'Rest API V2 Call' }),
  ]);
  const rows = await archive.ask('Configuration changes');
  expect(rows.map(({ object, path, before, after }) => [object, path, before, after]).sort()).toEqual([
    ['Steering', 'exception.Domain', null, 'www.example.org'],
    ['Wiki', 'host', 'a', 'b'],
    ['Wiki', 'port', '80', null],
    ['profile 1', null, null, null],
  ]);
});
