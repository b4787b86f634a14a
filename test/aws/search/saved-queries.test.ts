import { AUDIT_FEED } from '../../../lambdas/contract/feed/audit';
import { savedQueries, TIMELINE_PLACEHOLDER } from '../../../lib/aws/search/saved-queries';
import type { SimulatedEvent } from '../../../lib/local/netskope-simulator/event-log';
import { SearchedArchive } from './searched-archive';

/** Of 2026-11-18, which is the day of NOW_S: 12:00:00 UTC. */
const AT = { '08:15:00': 1_794_989_700, '09:30:05': 1_794_994_205, '09:59:59': 1_794_995_999 } as const;

function event(timestampS: number, fields: Readonly<Record<string, unknown>>): SimulatedEvent {
  const text = JSON.stringify({ timestamp: timestampS, type: 'admin_audit_logs', ...fields });
  return { text, timestampS, insertedAtS: timestampS };
}

const ALICE = { user: 'Alice@corp.example', ur_normalized: 'alice@corp.example' };
const FAILED_LOGIN = {
  ...ALICE,
  audit_log_event: 'SSO Login Failed',
  supporting_data: { data_type: 'user', data_values: ['203.0.113.9', 'alice@corp.example'] },
};
const EVENTS = [
  event(AT['08:15:00'], { _id: 'a1', ...FAILED_LOGIN, severity_level: 1 }),
  event(AT['08:15:00'], { _id: 'a2', ...FAILED_LOGIN, severity_level: '1' }),
  event(AT['09:30:05'], {
    _id: 'b1',
    user: 'bob@corp.example',
    ur_normalized: 'bob@corp.example',
    audit_log_event: 'Edited inline policy',
    severity_level: 2,
    supporting_data: { data_type: 'policy', data_values: ['Block gambling'] },
    details: [{ key: 'action', changed: ['allow', 'block'] }],
    sAMAccountName: 'BOB',
  }),
  event(AT['09:30:05'], {
    _id: 'b2',
    user: 'bob@corp.example',
    ur_normalized: 'bob@corp.example',
    audit_log_event: 'Unlocked admin',
    severity_level: 'High',
    supporting_data: { data_type: 'admin', data_values: ['alice@corp.example'] },
  }),
  event(AT['09:59:59'], {
    _id: 'n1',
    user: 'support@netskope.example',
    ur_normalized: 'support@netskope.example',
    is_netskope_personnel: true,
    audit_log_event: 'Login Successful',
    supporting_data: { data_type: 'user', data_values: ['198.51.100.4', 'support@netskope.example'] },
  }),
  event(AT['09:59:59'], {
    _id: 'r1',
    user: 'service-account',
    ur_normalized: 'service-account',
    audit_log_event: 'Rest API V2 Call',
    supporting_data: { data_type: 'incidents', data_values: [200, 'GET', '/api/v2/policy/urllist'] },
  }),
  { ...event(AT['09:59:59'], { user: 'eve', audit_log_event: 'Login Failed', supporting_data: {} }) },
];

let archive: SearchedArchive;

describe('over an archive of seven known events', () => {
  beforeAll(async () => {
    archive = await SearchedArchive.of(EVENTS);
  });
  afterAll(() => archive.stop());

  test('the latest admin actions come newest first, without the calls of API clients', async () => {
    const rows = await archive.ask('Latest admin actions');
    expect(rows.map((row) => [row.p_event_time, row.user, row.audit_log_event, row.severity_level])).toEqual([
      ['2026-11-18 09:59:59', 'support@netskope.example', 'Login Successful', null],
      ['2026-11-18 09:30:05', 'bob@corp.example', expect.any(String), expect.any(String)],
      ['2026-11-18 09:30:05', 'bob@corp.example', expect.any(String), expect.any(String)],
      ['2026-11-18 08:15:00', 'Alice@corp.example', 'SSO Login Failed', '1'],
      ['2026-11-18 08:15:00', 'Alice@corp.example', 'SSO Login Failed', '1'],
    ]);
  });

  test('failed logins are counted by user and address', async () => {
    expect(await archive.ask('Failed logins by user and IP')).toEqual([
      {
        source: 'netskope',
        user: 'Alice@corp.example',
        ip_addresses: '203.0.113.9',
        failures: '2',
        first_failure: '2026-11-18 08:15:00',
        last_failure: '2026-11-18 08:15:00',
      },
    ]);
  });

  test('a configuration change names the user, the object, and the values before and after', async () => {
    expect(await archive.ask('Configuration changes')).toEqual([
      {
        p_event_time: '2026-11-18 09:30:05',
        user: 'bob@corp.example',
        audit_log_event: 'Edited inline policy',
        object: 'Block gambling',
        path: 'action',
        before: 'allow',
        after: 'block',
        details: null,
        source: 'netskope',
      },
    ]);
  });

  test('actions of Netskope personnel include the address they came from', async () => {
    expect(await archive.ask('Actions by Netskope personnel')).toEqual([
      {
        p_event_time: '2026-11-18 09:59:59',
        user: 'support@netskope.example',
        audit_log_event: 'Login Successful',
        p_any_ip_addresses: ['198.51.100.4'],
        supporting_data: '{"data_type":"user","data_values":["198.51.100.4","support@netskope.example"]}',
        source: 'netskope',
      },
    ]);
  });

  test('each hour of the last days has its number of events, and the hours without any are gaps', async () => {
    const rows = await archive.ask('Events per hour with gaps');
    expect(rows.slice(0, 6).map((row) => [row.hour_start, row.events, row.remark])).toEqual([
      ['2026-11-18 12:00:00', '0', 'gap'],
      ['2026-11-18 11:00:00', '0', 'gap'],
      ['2026-11-18 10:00:00', '0', 'gap'],
      ['2026-11-18 09:00:00', '4', null],
      ['2026-11-18 08:00:00', '2', null],
      ['2026-11-18 07:00:00', '0', 'gap'],
    ]);
    expect(rows).toHaveLength(7 * 24 + 13);
    expect(rows.at(-1)?.hour_start).toBe('2026-11-11 00:00:00');
  });

  test("a user's timeline distinguishes what the user did from where others named the user", async () => {
    const rows = await archive.ask("One user's timeline", (sql) =>
      sql.replace(TIMELINE_PLACEHOLDER, 'alice@corp.example'),
    );
    expect(rows.map((row) => [row.p_event_time, row.part, row.user, row.audit_log_event])).toEqual([
      ['2026-11-18 08:15:00', 'acted', 'Alice@corp.example', 'SSO Login Failed'],
      ['2026-11-18 08:15:00', 'acted', 'Alice@corp.example', 'SSO Login Failed'],
      ['2026-11-18 09:30:05', 'was named', 'bob@corp.example', 'Unlocked admin'],
    ]);
  });

  test('the quarantine shows the reason, the text as received, the run, and the object', async () => {
    expect(await archive.ask('What is in quarantine and why')).toEqual([
      {
        arrived_at: expect.stringMatching(/^2026-11-18 12:15:00/) as string,
        source: 'netskope',
        reasons: "the event must have required property '_id'",
        received: EVENTS[6]?.text,
        run_id: 'run-1',
        $path: expect.stringMatching(
          /^s3:\/\/netskope-audit-archive\/quarantine\/netskope_audit\/source=netskope\/dt=2026-11-18\/[^/]+\.ndjson\.gz$/,
        ) as string,
      },
    ]);
  });

  test('there are no duplicates', async () => {
    expect(await archive.ask('Duplicates (must be none)')).toEqual([]);
  });

  test('a query about another source, or about days before the events, finds none of them', async () => {
    const names = savedQueries({ feed: AUDIT_FEED, sourceIds: ['netskope'], hasAlerts: true }).map(
      ({ name }) => name,
    );
    const found = async (edit: (sql: string) => string, sources?: string[]): Promise<number> => {
      const counts = await Promise.all(
        names.map(
          async (name) =>
            (await archive.ask(name, edit, sources)).filter((row) => row.remark !== 'gap').length,
        ),
      );
      return counts.reduce((sum, count) => sum + count, 0);
    };
    expect(await found((sql) => sql.replace(TIMELINE_PLACEHOLDER, 'bob@corp.example'))).toBe(14);
    expect(await found((sql) => sql, ['another'])).toBe(0);
    expect(await found((sql) => sql.replace('AND dt >=', "AND dt < '2026-11-18' AND dt >="))).toBe(0);
  });

  test('fields with capitals in their names are read, and numbers keep their values', async () => {
    const rows = await archive.query(
      `SELECT _id, "timestamp", samaccountname, severity_level, p_row_id, p_any_emails FROM netskope_audit WHERE _id = 'b1'`,
    );
    expect(rows).toEqual([
      {
        _id: 'b1',
        timestamp: '1794994205',
        samaccountname: 'BOB',
        severity_level: '2',
        p_row_id: 'netskope:b1',
        p_any_emails: ['bob@corp.example'],
      },
    ]);
  });
});

describe('over that archive, and an object that the collector did not write', () => {
  beforeEach(async () => {
    archive = await SearchedArchive.of(EVENTS);
  });
  afterEach(() => archive.stop());

  test('an event that somebody copied into a second object is found, with both objects', async () => {
    const line = await archive.lineOf('a1');
    await archive.put('source=netskope/dt=2026-11-18/hour=08/copied.ndjson.gz', line);
    const [row, ...others] = await archive.ask('Duplicates (must be none)');
    expect(row).toMatchObject({ p_row_id: 'netskope:a1', copies: '2', finding: 'stored twice' });
    expect(String(row?.objects).split(' ')).toEqual([
      's3://netskope-audit-archive/netskope_audit/source=netskope/dt=2026-11-18/hour=08/copied.ndjson.gz',
      expect.stringMatching(/hour=08\/netskope-[^/]+\.ndjson\.gz$/),
    ]);
    expect(others).toEqual([]);
  });

  test('two different events with one id are distinguished from a duplicate', async () => {
    const line = (await archive.lineOf('a1')).replace('SSO Login Failed', 'Login Failed');
    await archive.put('source=netskope/dt=2026-11-18/hour=08/other.ndjson.gz', line);
    expect(await archive.ask('Duplicates (must be none)')).toMatchObject([
      { p_row_id: 'netskope:a1', copies: '2', finding: 'different events with one id' },
    ]);
  });

  test('a line that is not JSON stops no query, and the query for duplicates reports it', async () => {
    await archive.put('source=netskope/dt=2026-11-18/hour=08/damaged.ndjson.gz', '{"_id":"a9","time');
    expect(await archive.ask('Failed logins by user and IP')).toHaveLength(1);
    expect(await archive.ask('Duplicates (must be none)')).toMatchObject([
      { p_row_id: 'none', copies: '1', finding: 'cannot be read' },
    ]);
  });
});
