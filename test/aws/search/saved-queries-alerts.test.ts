import { ALERT_PLACEHOLDER } from '../../../lib/aws/search/alert-queries';
import { SearchedArchive } from './searched-archive';

/** 2026-11-18 08:15:00 UTC, on the day that is today for the queries. */
const QUARTER_PAST_EIGHT_S = 1_794_989_700;

function event(id: string, afterS: number, fields: Readonly<Record<string, unknown>>) {
  const timestampS = QUARTER_PAST_EIGHT_S + afterS;
  const text = JSON.stringify({
    _id: id,
    timestamp: timestampS,
    type: 'admin_audit_logs',
    user: 'bob@corp.example',
    ur_normalized: 'bob@corp.example',
    ...fields,
  });
  return { text, timestampS, insertedAtS: timestampS };
}

const from = (address: string) => ({
  supporting_data: { data_type: 'user', data_values: [address, 'bob@corp.example'] },
});

const EVENTS = [
  event('a1', 0, { audit_log_event: 'Created new admin', ...from('203.0.113.9') }),
  event('o1', 5, { audit_log_event: 'Login Successful', ...from('203.0.113.9') }),
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((place) =>
    event(`d${place}`, place * 60, { audit_log_event: 'Deleted tag' }),
  ),
];

let archive: SearchedArchive;

beforeAll(async () => {
  archive = await SearchedArchive.of(EVENTS);
  await archive.detect();
});
afterAll(() => archive.stop());

test('the latest alerts say what, who, from where and how often, newest first', async () => {
  expect(await archive.ask('Latest alerts')).toEqual([
    {
      last_event_time: '2026-11-18T08:25:00Z',
      severity: 'high',
      headline: 'Many objects deleted by bob@corp.example',
      who: 'bob@corp.example',
      targets: '',
      addresses: '',
      event_count: 10,
      incident_id: expect.stringMatching(/^incident-20261118T081500Z-[0-9a-f]{8}$/) as string,
      what_to_do: expect.stringMatching(/^Ask the user whether it was them/) as string,
      alert_id: expect.stringMatching(/^many-deletes-20261118T081600Z-[0-9a-f]{16}$/) as string,
      source: 'netskope',
    },
    expect.objectContaining({
      last_event_time: '2026-11-18T08:15:00Z',
      severity: 'critical',
      addresses: '203.0.113.9',
      event_count: 1,
    }),
  ]);
});

test('the events of an alert are exactly those that caused it, complete and in order', async () => {
  const [deletes] = await archive.ask('Latest alerts');
  const rows = await archive.ask('The events of an alert', (sql) =>
    sql.replace(ALERT_PLACEHOLDER, String(deletes?.alert_id)),
  );
  expect(rows.map((row) => [row.p_event_time, row.p_row_id])).toEqual([
    ['2026-11-18 08:16:00', 'netskope:d1'],
    ['2026-11-18 08:17:00', 'netskope:d2'],
    ['2026-11-18 08:18:00', 'netskope:d3'],
    ['2026-11-18 08:19:00', 'netskope:d4'],
    ['2026-11-18 08:20:00', 'netskope:d5'],
    ['2026-11-18 08:21:00', 'netskope:d6'],
    ['2026-11-18 08:22:00', 'netskope:d7'],
    ['2026-11-18 08:23:00', 'netskope:d8'],
    ['2026-11-18 08:24:00', 'netskope:d9'],
    ['2026-11-18 08:25:00', 'netskope:d10'],
  ]);
  expect(rows[0]).toMatchObject({ title: 'Many objects deleted', user: 'bob@corp.example' });
});

test('the query finds nothing until an id is written into it', async () => {
  expect(await archive.ask('The events of an alert')).toEqual([]);
});
