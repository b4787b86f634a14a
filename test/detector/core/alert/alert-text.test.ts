import { alertText } from '../../../../lambdas/detector/core/alert/alert-text';
import { subjectOf } from '../../../../lambdas/detector/core/alert/safe-text';
import { exampleAlert } from '../../example-alert';

const ALERT = exampleAlert();

test('the message can be understood in ten seconds', () => {
  expect(alertText(ALERT, 'https://console.aws.amazon.com/athena/'))
    .toBe(`[HIGH] Many objects deleted by alice@corp.example: "Finance templates"

What: Deleted rbi template, File Filter profile deleted
To what: Finance templates
Who: alice@corp.example
From where: the events name no address
When: 2026-11-22 09:00:00 to 2026-11-22 09:12:30 UTC
How often: 12 times within 60 minutes (the alert takes 10); what follows until 2026-11-22 10:00:00 UTC belongs to this alert
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
  expect(alertText(once)).toContain('\nWhen: 2026-11-22 09:00:00 UTC\nHow often: once; what follows');
});

test('nothing follows on an alert whose window is closed', () => {
  expect(alertText({ ...ALERT, update: 'closed' })).toContain(
    '\nHow often: 12 times within 60 minutes (the alert takes 10)\n',
  );
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
  const text = alertText({ ...ALERT, limits: undefined, targets: [], mitre_attack: [] });
  expect(text).not.toMatch(/^(?:To what|Change|Note|Limits|Events|MITRE ATT&CK):/m);
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
  expect(text.split('\n')).toHaveLength(15);
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

test('a change says what was before and what is now', () => {
  const changes = ['"DLP cards": action_name block -> allow'];
  expect(alertText({ ...ALERT, changes })).toContain(
    '\nTo what: Finance templates\nChange: "DLP cards": action_name block -> allow\nWho: ',
  );
});

test('where the events have no address, the one of the last login is sent', () => {
  const last = { last_login_address: '192.0.2.1', last_login_time: '2026-11-22T08:40:00Z' };
  expect(alertText({ ...ALERT, ...last })).toContain(
    '\nFrom where: the events name no address; the last login came from 192.0.2.1 at 2026-11-22 08:40:00 UTC\n',
  );
  expect(alertText({ ...ALERT, ...last, addresses: ['192.0.2.9'] })).toContain('\nFrom where: 192.0.2.9\n');
});

describe('a subject', () => {
  test.each([
    ['ünïcode@corp.example', '?n?code@corp.example'],
    ['a\nb', 'a b'],
    ['x'.repeat(300), 'x'.repeat(99)],
    ['\u202e', ''],
    ['🎲'.repeat(80), '?'],
  ])('is accepted by SNS, whatever it should say: %p', (text, shown) => {
    expect(subjectOf(text)).toBe(shown);
  });
});
