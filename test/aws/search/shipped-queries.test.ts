import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Row } from './athena-on-duckdb';
import { SearchedArchive } from './searched-archive';

/** Debian's pandas is one of Debian's Python, which another one may hide. */
const withPandas = ['python3', '/usr/bin/python3'].find(
  (python) => spawnSync(python, ['-c', 'import pandas']).status === 0,
);
if (withPandas === undefined)
  process.stderr.write('SKIPPED, nothing runs docs/queries/python: no Python here has pandas.\n');

const QUERIES = join(__dirname, '../../../docs/queries');
const filesIn = (folder: string): string[] => readdirSync(join(QUERIES, folder)).sort();
const textOf = (file: string): string => readFileSync(join(QUERIES, file), 'utf8');

/** 2026-11-18 08:15:00 UTC, on the day that is today for the queries. */
const QUARTER_PAST_EIGHT_S = 1_794_989_700;

function event(afterS: number, fields: Readonly<Record<string, unknown>>) {
  const timestampS = QUARTER_PAST_EIGHT_S + afterS;
  const text = JSON.stringify({
    timestamp: timestampS,
    type: 'admin_audit_logs',
    user: 'bob@corp.example',
    supporting_data: { data_type: 'admin', data_values: ['alice@corp.example'] },
    ...fields,
  });
  return { text, timestampS, insertedAtS: timestampS };
}

const EVENTS = [
  event(0, {
    _id: 'f1',
    audit_log_event: 'Login Failed',
    count: 3,
    severity_level: 'High',
    supporting_data: { data_type: 'user', data_values: ['203.0.113.9', 'bob@corp.example'] },
  }),
  event(60, { _id: 'a1', audit_log_event: 'Created new admin', details: 'a flat text' }),
  event(120, {
    _id: 'p1',
    audit_log_event: 'Edited inline policy',
    supporting_data: { data_type: 'policy', data_values: ['Block gambling'] },
    details: [{ key: 'action', changed: ['allow', 'block'] }],
    tomorrows_field: 1,
  }),
  event(180, { audit_log_event: 'Logout Successful' }),
];

let archive: SearchedArchive;
let folder: string;

beforeAll(async () => {
  archive = await SearchedArchive.of(EVENTS);
  await archive.detect();
  const secondEdition = (await archive.lineOf('p1')).replace(/\}$/, ',"p_edition":2}');
  await archive.put('source=netskope/dt=2026-11-18/hour=08/second-edition.ndjson.gz', secondEdition);
  await archive.put('source=netskope/dt=2026-11-18/hour=08/damaged.ndjson.gz', '{"_id":"d1","time');
  folder = mkdtempSync(join(tmpdir(), 'archive-'));
  await archive.copyTo(folder);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await archive.stop();
});

describe('with DuckDB', () => {
  let connection: DuckDBConnection;

  beforeAll(async () => {
    connection = await (await DuckDBInstance.create(':memory:')).connect();
    await connection.run(`SET VARIABLE archive = '${folder}'`);
    await connection.run(textOf('duckdb/tables.sql'));
  });
  afterAll(() => connection.closeSync());

  async function ask(sql: string): Promise<Row[]> {
    const dated = sql.replaceAll('current_date', "DATE '2026-11-18'");
    return (await connection.runAndReadAll(dated)).getRowObjectsJson();
  }

  const ANSWERS: Readonly<Record<string, readonly Row[]>> = {
    'alerts-with-their-events.sql': [
      {
        severity: 'critical',
        headline: expect.stringMatching(/alice@corp\.example/) as string,
        p_event_time: '2026-11-18 08:16:00',
        user: 'bob@corp.example',
        audit_log_event: 'Created new admin',
        alert_id: expect.stringMatching(/^admin-account-changed-20261118T081600Z-/) as string,
      },
    ],
    'configuration-changes.sql': [
      {
        p_event_time: '2026-11-18 08:17:00',
        user: 'bob@corp.example',
        audit_log_event: 'Edited inline policy',
        object: '',
        path: 'action',
        before: 'allow',
        after: 'block',
      },
    ],
    'failed-logins.sql': [
      {
        user: 'bob@corp.example',
        addresses: '203.0.113.9',
        failures: '3',
        last_failure: '2026-11-18 08:15:00',
      },
    ],
    'new-admins.sql': [
      {
        p_event_time: '2026-11-18 08:16:00',
        made_by: 'bob@corp.example',
        audit_log_event: 'Created new admin',
        admin: '["alice@corp.example"]',
      },
    ],
    'quarantine.sql': [
      {
        arrived_at: expect.stringMatching(/^2026-11-18 12:/) as string,
        reasons: "the event must have required property '_id'",
        received: EVENTS[3]?.text,
      },
    ],
    'unknown-fields.sql': [{ field: 'tomorrows_field', lines: '2' }],
  };

  test.each(filesIn('duckdb').filter((file) => file !== 'tables.sql'))('%s answers', async (file) => {
    expect(await ask(textOf(`duckdb/${file}`))).toEqual(ANSWERS[file]);
  });

  test('the tables can be made where nothing is in quarantine and no alert was raised', async () => {
    const healthy = await (await DuckDBInstance.create(':memory:')).connect();
    const archive = join(folder, 'netskope_audit');
    await healthy.run(`SET VARIABLE archive = '${archive}'`);
    await healthy.run(textOf('duckdb/tables.sql'));
    const found = await healthy.runAndReadAll(`FROM netskope_audit_quarantine('${folder}')`);
    healthy.closeSync();
    expect(found.currentRowCount).toBeGreaterThan(0);
  });

  test('details are JSON, whatever type an event gives them', async () => {
    expect(
      await ask(
        "SELECT _id, details, severity_level FROM netskope_audit_events() WHERE source = 'netskope' AND _id IS NOT NULL ORDER BY _id",
      ),
    ).toEqual([
      { _id: 'a1', details: '"a flat text"', severity_level: null },
      { _id: 'f1', details: null, severity_level: 'High' },
      { _id: 'p1', details: '[{"key":"action","changed":["allow","block"]}]', severity_level: null },
    ]);
  });

  test('an event is there once, by its newest edition, and a line that cannot be read stops nothing', async () => {
    const rows = await ask(
      "SELECT _id, p_edition FROM netskope_audit_events() WHERE source = 'netskope' ORDER BY _id",
    );
    expect(rows).toEqual([
      { _id: 'a1', p_edition: null },
      { _id: 'f1', p_edition: null },
      { _id: 'p1', p_edition: 2 },
      { _id: null, p_edition: null },
    ]);
  });

  test('the page shows what the logins answer', () => {
    const page = readFileSync(join(QUERIES, '../search.md'), 'utf8').replaceAll(/ {2,}/g, '  ');
    const [row = {}] = ANSWERS['failed-logins.sql'] ?? [];
    expect(page).toContain(
      `${Object.keys(row).join('  ')}\n${(Object.values(row) as string[]).join('  ')}\n`,
    );
  });

  test('only the objects of the named days are read', async () => {
    const [plan] = await ask(
      "EXPLAIN SELECT count(*) FROM netskope_audit_events() WHERE source = 'netskope' AND dt > DATE '2026-11-18'",
    );
    expect(plan?.explain_value).toMatch(/Scanning Files: 0\/3\b/);
  });
});

describe("with Athena's SQL, which is Trino's", () => {
  test.each(filesIn('athena'))('%s runs', async (file) => {
    await expect(archive.query(textOf(`athena/${file}`))).resolves.toBeInstanceOf(Array);
  });
});

describe('with Python', () => {
  const page = readFileSync(join(QUERIES, '../search.md'), 'utf8');
  const inPython = (args: readonly string[], python = withPandas ?? 'python3') => {
    const env = { ...process.env, PYTHONPATH: join(QUERIES, 'python'), PYTHONDONTWRITEBYTECODE: '1' };
    const { status, stdout, stderr } = spawnSync(python, args, { encoding: 'utf8', env });
    return { status, stderr, lines: stdout.split('\n').map((line) => line.trimEnd()) };
  };
  const script = join(QUERIES, 'python/events.py');

  /** The block of the page that follows a statement, as a program prints it. */
  const shownAfter = (statement: string): readonly string[] => {
    const [, shown = ''] = page.slice(page.indexOf(statement)).split(/^```text\n([^`]*)```$/m);
    return shown.split('\n');
  };

  (withPandas === undefined ? describe.skip : describe)('that has pandas', () => {
    test('the script prints what the page shows', () => {
      const ran = inPython([script, folder, 'netskope', '2026-11-18']);
      expect(ran).toEqual({
        status: 0,
        stderr: '',
        lines: [
          'audit_log_event',
          'Created new admin       1',
          'Edited inline policy    1',
          'Login Failed            1',
          '',
        ],
      });
      expect(shownAfter('python3 docs/queries/python/events.py')).toEqual(ran.lines);
    });

    test('what the page types into a notebook prints what it shows', () => {
      const [, code = ''] = page.split(/^```python\n([^`]*)```$/m);
      const ran = inPython(['-c', code.replace('.local/s3/netskope-audit-archive', folder)]);
      expect(ran).toEqual({
        status: 0,
        stderr: '',
        lines: [
          '                  size                 max',
          'user',
          'bob@corp.example     3 2026-11-18 08:17:00',
          '',
        ],
      });
      expect(shownAfter('from events import events')).toEqual(ran.lines);
    });

    test('an event is there once, by its newest edition, a line that cannot be read is left out, and details are as in JSON', () => {
      const print =
        "frame[['_id', 'details', 'p_edition', 'tomorrows_field']].to_json(orient='records', lines=True)";
      expect(ofFrame(print, '2026-11-18')).toEqual([
        '{"_id":"f1","details":null,"p_edition":1,"tomorrows_field":null}',
        '{"_id":"a1","details":"a flat text","p_edition":1,"tomorrows_field":null}',
        '{"_id":"p1","details":[{"key":"action","changed":["allow","block"]}],"p_edition":2,"tomorrows_field":1.0}',
      ]);
    });

    test('times and editions have types, also where there is no event', () => {
      const print = "frame[['p_event_time', 'p_parse_time', 'p_edition']].dtypes.to_string()";
      const types = [
        'p_event_time    datetime64[ns]',
        'p_parse_time    datetime64[ns]',
        'p_edition                int64',
      ];
      expect(ofFrame(print, '2026-11-18')).toEqual(types);
      expect(ofFrame(print, '2026-11-19')).toEqual(types);
    });

    function ofFrame(print: string, day: string): readonly string[] {
      const program = `import sys; from events import events; frame = events(*sys.argv[1:]); print(${print})`;
      const { status, stderr, lines } = inPython(['-c', program, folder, 'netskope', day]);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      return lines.filter((line) => line !== '');
    }
  });

  test('the script is one that Python can read', () => {
    const read = 'import ast, sys; ast.parse(open(sys.argv[1]).read())';
    expect(inPython(['-c', read, script]).status).toBe(0);
  });
});
