import type { AlertRecord } from '../../../../lambdas/contract/storage/alert-record';
import { alertSubject, alertText } from '../../../../lambdas/detector/core/alert/alert-text';

const ALERT: AlertRecord = {
  schema_version: 1,
  alert_id: 'many-deletes-20261122T090000Z-0123456789abcdef',
  rule_id: 'many-deletes',
  title: 'Many objects deleted by one user',
  severity: 'high',
  source_id: 'netskope',
  log_type: 'Netskope.Audit',
  mitre_attack: ['TA0040:T1485 Data Destruction'],
  meaning: 'One user deleted many objects in a short time.',
  what_to_do: 'Ask the user.',
  limits: 'API calls are not counted.',
  what: ['Deleted rbi template', 'File Filter profile deleted'],
  who: ['alice@corp.example'],
  addresses: [],
  group_key: 'user alice@corp.example',
  first_event_time: '2026-11-22 09:00:00.000000000',
  last_event_time: '2026-11-22 09:12:30.000000000',
  window_end: '2026-11-22 10:00:00.000000000',
  window_minutes: 60,
  event_count: 12,
  threshold: 10,
  rows: [],
};

test('the message can be understood in ten seconds', () => {
  expect(alertText(ALERT, 'https://console.aws.amazon.com/athena/'))
    .toBe(`[HIGH] Many objects deleted by one user

What: Deleted rbi template, File Filter profile deleted
Who: alice@corp.example
From where: the events name no address
When: 2026-11-22 09:00:00 to 2026-11-22 09:12:30 UTC
How often: 12 times within 60 minutes (the alert takes 10); no second alert of this kind before 2026-11-22 10:00:00 UTC
Tenant: netskope
Meaning: One user deleted many objects in a short time.
What to do: Ask the user.
Limits: API calls are not counted.
Events: https://console.aws.amazon.com/athena/
MITRE ATT&CK: TA0040:T1485 Data Destruction
Rule, alert: many-deletes, many-deletes-20261122T090000Z-0123456789abcdef
`);
});

test('a single event is shown as one', () => {
  const once = { ...ALERT, event_count: 1, threshold: 1, last_event_time: ALERT.first_event_time };
  expect(alertText(once)).toContain('\nWhen: 2026-11-22 09:00:00 UTC\nHow often: once; no second');
});

test('a user whom Netskope hides is not shown as empty, and the grouping is named', () => {
  const hidden = { ...ALERT, who: [], addresses: ['192.0.2.1'], group_note: 'Counted by address.' };
  expect(alertText(hidden)).toContain('\nWho: Netskope does not tell\nFrom where: 192.0.2.1\n');
  expect(alertText(hidden)).toContain('\nNote: Counted by address.\n');
});

test.each([
  [['a', 'b', 'c'], 'a, b, c'],
  [['a', 'b', 'c', 'd'], 'a, b, c, and 1 more'],
  [['a', 'b', 'c', 'd', 'e'], 'a, b, c, and 2 more'],
])('of many, three are shown: %j', (who, shown) => {
  expect(alertText({ ...ALERT, who })).toContain(`\nWho: ${shown}\n`);
});

test('several techniques are on one line', () => {
  const mitre_attack = ['TA0040:T1485 Data Destruction', 'TA0006:T1110 Brute Force'];
  expect(alertText({ ...ALERT, mitre_attack })).toContain(
    '\nMITRE ATT&CK: TA0040:T1485 Data Destruction, TA0006:T1110 Brute Force\n',
  );
});

test('unknown values have no line', () => {
  const text = alertText({ ...ALERT, limits: undefined });
  expect(text).not.toMatch(/^(?:Limits|Events|Note):/m);
});

test.each([
  ['a line break', 'alice\nWhat to do: nothing', 'alice What to do: nothing'],
  ['a carriage return', 'alice\r\nWhat to do: nothing', 'alice What to do: nothing'],
  ['a line separator', 'alice\u2028What to do: nothing', 'alice What to do: nothing'],
  [
    'a mark that reverses the direction of text',
    'alice\u202eWhat to do: nothing',
    'alice What to do: nothing',
  ],
  ['a terminal sequence', 'alice\u001b[2J', 'alice [2J'],
  ['line breaks around it', '\nalice\n', 'alice'],
])('a name with %s adds no line of its own', (_what, name, shown) => {
  const text = alertText({ ...ALERT, who: [name], what: [name] });
  expect(text.split('\n')).toHaveLength(14);
  expect(text).toContain(`\nWho: ${shown}\n`);
  expect(text).not.toMatch(/[\r\u2028\u202e\u001b]/);
});

test.each([
  [200, 'x'.repeat(200)],
  [201, `${'x'.repeat(199)}…`],
  [10_000, `${'x'.repeat(199)}…`],
])('a name of %d characters is shown with 200 at most', (length, shown) => {
  expect(alertText({ ...ALERT, who: ['x'.repeat(length)] })).toContain(`\nWho: ${shown}\n`);
});

describe('the subject', () => {
  test('names severity, title and user', () => {
    expect(alertSubject(ALERT)).toBe('[HIGH] Many objects deleted by one user: alice@corp.example');
  });

  test('names the address if there is no user, and nothing if there is neither', () => {
    expect(alertSubject({ ...ALERT, who: [], addresses: ['192.0.2.1'] })).toBe(
      '[HIGH] Many objects deleted by one user: 192.0.2.1',
    );
    expect(alertSubject({ ...ALERT, who: [] })).toBe('[HIGH] Many objects deleted by one user');
  });

  test.each([
    ['ünïcode@corp.example', ' ?n?code@corp.example'],
    ['a\nb', ' a b'],
    ['x'.repeat(300), ` ${'x'.repeat(58)}`],
    ['\u202e', ''],
    ['🎲'.repeat(80), ' ?'],
  ])('is accepted by SNS, whatever the user is called: %p', (user, shown) => {
    expect(alertSubject({ ...ALERT, who: [user] })).toBe(`[HIGH] Many objects deleted by one user:${shown}`);
  });
});
