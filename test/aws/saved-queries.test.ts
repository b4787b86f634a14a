import { gzipSync } from 'node:zlib';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { TIMELINE_PLACEHOLDER, savedQueries } from '../../lib/aws/saved-queries';
import { Search } from '../../lib/aws/search';
import { LOCAL_BUCKET } from '../../lib/local/local-deployment';
import { generateAuditEvents, oneOfEach } from '../../lib/local/netskope-simulator/audit-events';
import type { SimulatedEvent } from '../../lib/local/netskope-simulator/simulator-options';
import { NOW_S, Pipeline } from '../pipeline';
import { AthenaOnDuckDb, locations } from './athena-on-duckdb';
import type { GlueTable, Row } from './athena-on-duckdb';

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

/** The tables of the synthesised template, over the bucket of this machine. */
const TABLES = ((): readonly GlueTable[] => {
  const stack = new Stack(new App(), 'NetskopeAudit');
  const bucket = s3.Bucket.fromBucketName(stack, 'Bucket', LOCAL_BUCKET);
  const accessLogsBucket = new s3.Bucket(stack, 'AccessLogs');
  new Search(stack, 'Search', { bucket, accessLogsBucket, sourceIds: ['netskope'] });
  return Object.values(Template.fromStack(stack).findResources('AWS::Glue::Table')).map(
    (resource) => (resource as { Properties: { TableInput: GlueTable } }).Properties.TableInput,
  );
})();

let pipeline: Pipeline;
let athena: AthenaOnDuckDb;

beforeEach(async () => {
  pipeline = await Pipeline.start();
  athena = await AthenaOnDuckDb.start(NOW_S * 1000);
});
afterEach(async () => {
  athena.stop();
  await pipeline.stop();
});

async function collect(events: readonly SimulatedEvent[]): Promise<void> {
  pipeline.simulator.add(events);
  await pipeline.settle();
  await loadTables();
}

async function loadTables(): Promise<void> {
  for (const table of TABLES) await athena.load(table, pipeline.aws);
}

/** Runs a saved query, as the stack saves it or edited as an analyst would. */
function ask(name: string, edit = (sql: string): string => sql, sources = ['netskope']): Promise<Row[]> {
  const saved = savedQueries(sources).find((query) => query.name === name);
  if (saved === undefined) throw new Error(`no saved query ${name}; expected one`);
  return athena.query(edit(saved.sql));
}

describe('over an archive of seven known events', () => {
  beforeEach(() => collect(EVENTS));

  test('the latest admin actions come newest first, without the calls of API clients', async () => {
    const rows = await ask('Latest admin actions');
    expect(rows.map((row) => [row.p_event_time, row.user, row.audit_log_event, row.severity_level])).toEqual([
      ['2026-11-18 09:59:59', 'support@netskope.example', 'Login Successful', null],
      ['2026-11-18 09:30:05', 'bob@corp.example', expect.any(String), expect.any(String)],
      ['2026-11-18 09:30:05', 'bob@corp.example', expect.any(String), expect.any(String)],
      ['2026-11-18 08:15:00', 'Alice@corp.example', 'SSO Login Failed', '1'],
      ['2026-11-18 08:15:00', 'Alice@corp.example', 'SSO Login Failed', '1'],
    ]);
  });

  test('failed logins are counted by user and address', async () => {
    expect(await ask('Failed logins by user and IP')).toEqual([
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

  test('a policy change names who, which policy, and what was changed', async () => {
    expect(await ask('Who changed which policy')).toEqual([
      {
        p_event_time: '2026-11-18 09:30:05',
        user: 'bob@corp.example',
        audit_log_event: 'Edited inline policy',
        policy: 'Block gambling',
        details: '[{"key":"action","changed":["allow","block"]}]',
        source: 'netskope',
      },
    ]);
  });

  test('what Netskope personnel did comes with the address it was done from', async () => {
    expect(await ask('Actions by Netskope personnel')).toEqual([
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
    const rows = await ask('Events per hour with gaps');
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

  test("a user's timeline tells what the user did from where others named the user", async () => {
    const rows = await ask("One user's timeline", (sql) =>
      sql.replace(TIMELINE_PLACEHOLDER, 'alice@corp.example'),
    );
    expect(rows.map((row) => [row.p_event_time, row.part, row.user, row.audit_log_event])).toEqual([
      ['2026-11-18 08:15:00', 'acted', 'Alice@corp.example', 'SSO Login Failed'],
      ['2026-11-18 08:15:00', 'acted', 'Alice@corp.example', 'SSO Login Failed'],
      ['2026-11-18 09:30:05', 'was named', 'bob@corp.example', 'Unlocked admin'],
    ]);
  });

  test('the quarantine shows the reason, the text as received, the run, and the object it lies in', async () => {
    expect(await ask('What is in quarantine and why')).toEqual([
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
    expect(await ask('Duplicates (must be none)')).toEqual([]);
  });

  test('an event that somebody copied into a second object is found, with both objects', async () => {
    const line = await archivedLine('a1');
    await put('source=netskope/dt=2026-11-18/hour=08/copied.ndjson.gz', line);
    const [row, ...others] = await ask('Duplicates (must be none)');
    expect(row).toMatchObject({ p_row_id: 'netskope:a1', copies: '2', finding: 'stored twice' });
    expect(String(row?.objects).split(' ')).toEqual([
      's3://netskope-audit-archive/netskope_audit/source=netskope/dt=2026-11-18/hour=08/copied.ndjson.gz',
      expect.stringMatching(/hour=08\/netskope-[^/]+\.ndjson\.gz$/),
    ]);
    expect(others).toEqual([]);
  });

  test('two different events with one id are told from a duplicate', async () => {
    const line = (await archivedLine('a1')).replace('SSO Login Failed', 'Login Failed');
    await put('source=netskope/dt=2026-11-18/hour=08/other.ndjson.gz', line);
    expect(await ask('Duplicates (must be none)')).toMatchObject([
      { p_row_id: 'netskope:a1', copies: '2', finding: 'different events with one id' },
    ]);
  });

  test('a line that is no JSON stops no query, and the query for duplicates reports it', async () => {
    await put('source=netskope/dt=2026-11-18/hour=08/damaged.ndjson.gz', '{"_id":"a9","time');
    expect(await ask('Failed logins by user and IP')).toHaveLength(1);
    expect(await ask('Duplicates (must be none)')).toMatchObject([
      { p_row_id: 'none', copies: '1', finding: 'cannot be read' },
    ]);
  });

  test('a query about another source, or about days before the events, finds none of them', async () => {
    const names = savedQueries(['netskope']).map(({ name }) => name);
    const found = async (edit: (sql: string) => string, sources?: string[]): Promise<number> => {
      const counts = await Promise.all(
        names.map(
          async (name) => (await ask(name, edit, sources)).filter((row) => row.remark !== 'gap').length,
        ),
      );
      return counts.reduce((sum, count) => sum + count, 0);
    };
    expect(await found((sql) => sql.replace(TIMELINE_PLACEHOLDER, 'bob@corp.example'))).toBe(13);
    expect(await found((sql) => sql, ['another'])).toBe(0);
    expect(await found((sql) => sql.replace('AND dt >=', "AND dt < '2026-11-18' AND dt >="))).toBe(0);
  });

  test('the fields whose names have capitals are read, and numbers stay what they were', async () => {
    const rows = await athena.query(
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

describe('over an archive of generated events with every known oddity', () => {
  beforeEach(async () => {
    const spanS = { fromEpochS: NOW_S - 6 * 3600, toEpochS: NOW_S - 60 };
    await collect([
      ...generateAuditEvents({ seed: 7, count: 1500, ...spanS }),
      ...oneOfEach({ seed: 8, insertedAtS: NOW_S - 30 }),
    ]);
  });

  test('every saved query runs and finds as many rows as the events say', async () => {
    const rowCounts = await Promise.all(
      savedQueries(['netskope']).map(async ({ name }) => [name, (await ask(name)).length] as const),
    );
    expect(Object.fromEntries(rowCounts)).toEqual({
      'Latest admin actions': 200,
      'Failed logins by user and IP': 14,
      'Who changed which policy': 146,
      'Actions by Netskope personnel': 7,
      'Events per hour with gaps': 7 * 24 + 13,
      "One user's timeline": 0,
      'What is in quarantine and why': 4,
      'Duplicates (must be none)': 0,
    });
  });

  test('the hours add up to every event that was not put into quarantine', async () => {
    const hours = await ask('Events per hour with gaps');
    expect(hours.reduce((sum, { events }) => sum + Number(events), 0)).toBe(1500 + 27 - 4);
  });

  test('every object lies where one of the tables looks, in a partition that Athena computes', async () => {
    const keys = pipeline.aws.objects.keys(LOCAL_BUCKET);
    const partitions = keys.map((key) => TABLES.flatMap((table) => locations(table).partitionsOf(key) ?? []));
    expect(keys.length).toBeGreaterThan(6);
    for (const [source, dt, hour] of partitions) {
      expect(source).toBe('netskope');
      expect(dt).toMatch(/^2026-11-1[78]$/);
      expect(hour ?? '00').toMatch(/^([01]\d|2[0-3])$/);
    }
  });
});

async function archivedLine(id: string): Promise<string> {
  const stored = (await pipeline.archived()).find(({ line }) => line.includes(`"_id":"${id}"`));
  if (stored === undefined) throw new Error(`no event ${id} is archived; expected one`);
  return stored.line;
}

/** An object that the collector did not write. */
async function put(path: string, line: string): Promise<void> {
  const client = new S3Client({
    endpoint: pipeline.aws.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'intruder', secretAccessKey: 'none' },
  });
  await client.send(
    new PutObjectCommand({
      Bucket: LOCAL_BUCKET,
      Key: `netskope_audit/${path}`,
      Body: gzipSync(`${line}\n`),
    }),
  );
  client.destroy();
  await loadTables();
}
