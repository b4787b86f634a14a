import {
  ownText,
  quarantineLine,
  rawForm,
  RecordWriter,
} from '../../../../lambdas/collector/core/page/record';
import { validatedPage } from '../../../../lambdas/collector/core/page/validated-page';
import { AUDIT_FEED } from '../../../../lambdas/contract/feed/audit';
import { login, pageOf } from '../../audit-events';

/** 2026-11-18T12:00:00Z */
const NOON_S = 1_795_003_200;
const SOURCE = { sourceId: 'netskope', label: 'Netskope' };

/** The lines of the accepted events, validated 12:05:00.250. */
function linesOf(events: readonly string[], source = SOURCE): string[] {
  const validated = validatedPage(pageOf(events));
  const writer = new RecordWriter(AUDIT_FEED, source, 1_795_003_500_250);
  const text = writer.lines(validated.page, validated.accepted).toString('utf8');
  expect(text.endsWith('\n')).toBe(true);
  return text.slice(0, -1).split('\n');
}

function lineOf(event: string, source = SOURCE): string {
  return linesOf([event], source)[0] ?? '';
}

test('a record is the event as received, followed by what the collector adds', () => {
  expect(
    lineOf(
      '{"timestamp":1651451341,"type":"admin_audit_logs","user":"a@example.org","severity_level":2,"audit_log_event":"Login Successful","supporting_data":{"data_type":"user","data_values":["192.0.2.44","support@example.com"]},"ur_normalized":"a@example.org","count":1,"_id":"acfa7348"}',
    ),
  ).toBe(
    '{"timestamp":1651451341,"type":"admin_audit_logs","user":"a@example.org","severity_level":2,"audit_log_event":"Login Successful","supporting_data":{"data_type":"user","data_values":["192.0.2.44","support@example.com"]},"ur_normalized":"a@example.org","count":1,"_id":"acfa7348"' +
      ',"p_log_type":"Netskope.Audit","p_event_time":"2022-05-02 00:29:01.000000000","p_parse_time":"2026-11-18 12:05:00.250000000"' +
      ',"p_source_id":"netskope","p_source_label":"Netskope","p_row_id":"netskope:acfa7348"' +
      ',"p_any_emails":["a@example.org","support@example.com"],"p_any_usernames":["a@example.org","support@example.com"],"p_any_ip_addresses":["192.0.2.44"]}',
  );
});

test('lists of indicators are left out where they would be empty', () => {
  const line = lineOf(JSON.stringify(login('e1', NOON_S, { user: '', supporting_data: {} })));
  expect(Object.keys(JSON.parse(line) as object).filter((name) => name.startsWith('p_'))).toEqual([
    'p_log_type',
    'p_event_time',
    'p_parse_time',
    'p_source_id',
    'p_source_label',
    'p_row_id',
  ]);
});

test('host names, changes and the edition stand at the end', () => {
  const first = login('e1', NOON_S, {
    details: '[{"name":"Coaching","type":"policy","diff":{"key":"status","changed":["enabled","disabled"]}}]',
    supporting_data: { data_type: 'url', data_values: ['https://www.example.org/a'] },
  });
  const [, later = ''] = linesOf([JSON.stringify(first), JSON.stringify({ ...first, record_type: 'audit' })]);
  expect(later.slice(later.indexOf(',"p_any_domain_names"'))).toBe(
    ',"p_any_domain_names":["www.example.org"]' +
      ',"p_changes":[{"object":"Coaching","path":"status","before":"enabled","after":"disabled"}]' +
      ',"p_edition":2}',
  );
});

test('an event that spells its time and its id otherwise is placed, and stored as received', () => {
  const line = lineOf(
    JSON.stringify({ ...login('', NOON_S), _id: 66_483, timestamp: '2026-11-18T13:00:00+01:00' }),
  );
  expect(JSON.parse(line)).toMatchObject({
    _id: 66_483,
    timestamp: '2026-11-18T13:00:00+01:00',
    p_event_time: '2026-11-18 12:00:00.000000000',
    p_row_id: 'netskope:66483',
  });
});

describe('what Netskope sent is stored digit for digit', () => {
  const event = (own: string): string => JSON.stringify(login('e1', NOON_S)).replace('{', `{${own},`);
  test.each([
    ['an integer above 2^53', '"session":9007199254740993'],
    ['a negative integer above 2^53', '"session":-18446744073709551615'],
    ['a number with an exponent', '"n":1.0e+2'],
    ['an escaped solidus', String.raw`"path":"\/api\/v2"`],
    ['text outside the Basic Multilingual Plane', '"policy":"Block 🎲 sites"'],
    ['an escaped surrogate pair', String.raw`"policy":"\ud83d\ude80"`],
    ['a surrogate on its own', String.raw`"policy":"\ud83d"`],
    ['fields nobody documented', '"record_type":{"deep":[null,{"x":[]}]}'],
    ['white space between tokens', '"a" :\t[ 1 , 2 ]'],
    ['one name twice', '"ccl":"low","ccl":"high"'],
    ['a name that every object has', '"__proto__":{"x":1}'],
  ])('%s', (_what, own) => {
    const text = event(own);
    const line = lineOf(text);
    expect(line.startsWith(text.slice(0, -1))).toBe(true);
    expect(ownText(line)).toBe(text);
  });

  test('line breaks between tokens become spaces, for a record is one line', () => {
    const pretty =
      '{\n  "_id": "e1",\r\n  "timestamp": 1795003200, "type": "t", "user": "", "audit_log_event": "", "supporting_data": {\n}\n}';
    const lines = linesOf([pretty, JSON.stringify(login('e2', NOON_S))]);
    expect(lines).toHaveLength(2);
    expect(ownText(lines[0] ?? '')).toBe(
      '{   "_id": "e1",    "timestamp": 1795003200, "type": "t", "user": "", "audit_log_event": "", "supporting_data": { } }',
    );
  });
});

describe('the added fields are JSON, whatever they are made of', () => {
  test.each([
    ['quotes and backslashes', 'a"b\\c', String.raw`"netskope:a\"b\\c"`],
    ['control characters', 'a\n\u0000b', String.raw`"netskope:a\n\u0000b"`],
    ['text of several bytes a letter', 'é🎲', '"netskope:é🎲"'],
    ['a surrogate on its own', '\ud83d', String.raw`"netskope:\ud83d"`],
  ])('an `_id` with %s', (_what, id, rowId) => {
    const line = lineOf(JSON.stringify(login(id, NOON_S)));
    expect(line).toContain(`"p_row_id":${rowId},`);
    expect(JSON.parse(line)).toMatchObject({ _id: id, p_row_id: `netskope:${id}` });
  });

  test('a user name with quotes, control characters and letters of several bytes', () => {
    const user = 'CORP\\"Zoë"\t禁';
    const line = lineOf(JSON.stringify(login('e1', NOON_S, { user, supporting_data: {} })));
    expect(JSON.parse(line)).toMatchObject({ user, p_any_usernames: [user] });
  });

  test('a source label with quotes', () => {
    const line = lineOf(JSON.stringify(login('e1', NOON_S)), {
      sourceId: 'emea',
      label: 'The "EMEA" tenant \\ ü',
    });
    expect(JSON.parse(line)).toMatchObject({ p_source_id: 'emea', p_source_label: 'The "EMEA" tenant \\ ü' });
  });
});

test('the same event always has the same row id, and two sources never share one', () => {
  const event = JSON.stringify(login('e1', NOON_S));
  const rowId = (line: string): unknown => (JSON.parse(line) as Record<string, unknown>).p_row_id;
  expect(rowId(lineOf(event))).toBe('netskope:e1');
  expect(rowId(lineOf(event, { sourceId: 'emea', label: 'EMEA' }))).toBe('emea:e1');
});

test('events of one second and of others each have their own event time', () => {
  const lines = linesOf(
    [NOON_S, NOON_S, NOON_S + 1, NOON_S].map((timestampS, place) =>
      JSON.stringify(login(`e${place}`, timestampS)),
    ),
  );
  expect(lines.map((line) => (JSON.parse(line) as Record<string, unknown>).p_event_time)).toEqual([
    '2026-11-18 12:00:00.000000000',
    '2026-11-18 12:00:00.000000000',
    '2026-11-18 12:00:01.000000000',
    '2026-11-18 12:00:00.000000000',
  ]);
});

describe('the event comes back out of its line as it went in', () => {
  test.each([
    ['holds the mark in a text', { user: ',"p_log_type":"Netskope.Audit"' }],
    ['holds a whole added part in a text', { user: '","p_log_type":"Netskope.Audit","p_row_id":"x"}' }],
    ['holds the mark in a nested object', { details: [{ a: 1, p_log_type: 'Netskope.Audit' }] }],
    [
      'holds an archived record',
      { supporting_data: { a: login('e0', NOON_S), p_log_type: 'Netskope.Audit' } },
    ],
  ])('even when it %s', (_what, different) => {
    const text = JSON.stringify(login('e1', NOON_S, different));
    expect(ownText(lineOf(text))).toBe(text);
  });

  test('a line that the collector has not written gives none', () => {
    expect(ownText('{"_id":"e1"}')).toBeUndefined();
  });
});

test('a quarantined line says what, where, when, who and why, and holds the exact text', () => {
  const record = {
    p_log_type: 'Netskope.Audit',
    p_source_id: 'netskope',
    arrived_at: '2026-11-18 12:05:00.250000000',
    run_id: 'run-1',
    errors: ['the event is not JSON'],
    raw: '{"a":\n}',
  };
  expect(quarantineLine(record)).toBe(
    String.raw`{"p_log_type":"Netskope.Audit","p_source_id":"netskope","arrived_at":"2026-11-18 12:05:00.250000000","run_id":"run-1","errors":["the event is not JSON"],"raw":"{\"a\":\n}"}` +
      '\n',
  );
});

test('bytes that no text can hold are kept as base64, everything else as text', () => {
  const page = pageOf(['{"a":é}', Buffer.from([0x22, 0xff, 0xfe, 0x22]), '17']);
  expect(page.events.flatMap((event) => (event.kind === 'rejected' ? [rawForm(page, event)] : []))).toEqual([
    { raw: '{"a":é}' },
    { raw_base64: 'Iv/+Ig==' },
    { raw: '17' },
  ]);
});
