import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readArchivedEvent } from '../../../lambdas/detector/core/event/archived-event';
import { RULES } from '../../../lambdas/detector/rules';
import { exampleResults } from '../../../lib/cli/rules/example-results';
import { archivedRecord } from '../archived';

const FOLDER = join(__dirname, '../../../lambdas/detector/rules');
const files = readdirSync(FOLDER).filter((file) => file !== 'index.ts');

function isMatch(ruleId: string, example: Readonly<Record<string, unknown>>): boolean | undefined {
  const event = readArchivedEvent(archivedRecord(example));
  return event && RULES.find(({ id }) => id === ruleId)?.matches(event);
}

describe.each(RULES.map((rule) => [rule.id, rule] as const))('%s', (_id, rule) => {
  test.each(exampleResults(rule).map(({ kind, name, problems }) => [kind, name, problems] as const))(
    '%s: %s',
    (_kind, _name, problems) => {
      expect(problems).toEqual([]);
    },
  );
});

test('every file of the folder is a rule of the pack, by its name', () => {
  expect(RULES.map(({ id }) => `${id}.ts`)).toEqual(files);
});

test('every rule is written in the file of its name', () => {
  const written = files.filter((file) =>
    readFileSync(join(FOLDER, file), 'utf8').includes(`id: '${file.replace(/\.ts$/, '')}'`),
  );
  expect(written).toEqual(files);
});

test('a rule supersedes only existing rules', () => {
  const ids = RULES.map(({ id }) => id);
  expect(RULES.flatMap(({ supersedes }) => supersedes).filter((id) => !ids.includes(id))).toEqual([]);
});

test('the thresholds of the pack', () => {
  expect(RULES.filter(({ threshold }) => threshold > 1).map(({ id, threshold }) => [id, threshold])).toEqual([
    ['failed-logins-all-day', 40],
    ['failed-logins-by-address', 20],
    ['failed-logins-by-user', 10],
    ['failed-logins-from-many-networks', 5],
    ['failed-logins-of-many-users', 10],
    ['login-after-failures', 5],
    ['login-after-others-failed', 10],
    ['many-api-writes', 100],
    ['many-deletes', 10],
    ['unauthorised-api-calls', 10],
  ]);
});

test('a group of any rule raises at most one alert per hour, and of some per day', () => {
  const windows = RULES.filter(({ windowMinutes }) => windowMinutes !== 60);
  expect(windows.map(({ id, windowMinutes }) => [id, windowMinutes])).toEqual([
    ['client-disabled', 1_440],
    ['failed-logins-all-day', 1_440],
    ['netskope-personnel-action', 1_440],
  ]);
});

test('what is counted by different values, completed by others, or left by all other rules', () => {
  expect(RULES.filter(({ distinct }) => distinct !== undefined).map(({ id }) => id)).toEqual([
    'failed-logins-from-many-networks',
    'failed-logins-of-many-users',
  ]);
  expect(RULES.filter(({ correlation }) => correlation?.byOthers).map(({ id }) => id)).toEqual([
    'login-after-others-failed',
  ]);
  expect(RULES.filter(({ fallback }) => fallback).map(({ id }) => id)).toEqual(['netskope-severity-high']);
});

test('every technique has one name in the pack', () => {
  const names = RULES.flatMap(({ attack }) => attack.map(({ technique, name }) => `${technique} ${name}`));
  const techniques = RULES.flatMap(({ attack }) => attack.map(({ technique }) => technique));
  expect(new Set(names).size).toBe(new Set(techniques).size);
});

/** Half a million words, as anybody may enter them. */
const LONG = 'api token client events policy deleted sso role log default action exception ssl admin '.repeat(
  30_000,
);

test.each(RULES.map((rule) => [rule.id, rule] as const))(
  '%s reads a name of any length in linear time',
  (_id, rule) => {
    const event = readArchivedEvent(archivedRecord({ audit_log_event: LONG }));
    expect(typeof (event && rule.matches(event))).toBe('boolean');
  },
);

type Fields = Readonly<Record<string, unknown>>;

const on = (type: string, ...data_values: readonly unknown[]): Fields => ({
  supporting_data: { data_type: type, data_values },
});
const ofUser = (user: string) => on('user', '198.51.100.17', user);
const call = (...values: readonly unknown[]) => on('incidents', ...values);
const changed = (...keys: readonly string[]): Fields => ({
  details: [
    {
      name: 'bogdan@corp.example',
      diff: { changed: keys.map((key) => ({ key, value1: 'a', value2: 'b' })) },
    },
  ],
});
const ALICE = 'alice@corp.example';
const OTHER = 'bogdan@corp.example';
const HIDDEN = { user: 'redacted', ur_normalized: 'redacted' };
/** A record that names its object, and no change of it. */
const NAMED_ONLY: Fields = { details: [{ name: 'Default', modify_type: 'Edited' }] };
const exception = (value: unknown): Fields => ({
  details: [{ name: 'Partner', diff: { added: [{ key: 'exception/Domain', value }] } }],
});

test.each<[string, Fields, string, string]>([
  ['Created new admin', {}, 'admin-account-changed', 'critical'],
  ['Added SSO Admin', {}, 'admin-account-changed', 'critical'],
  ['Created new support admin', {}, 'admin-account-changed', 'critical'],
  ['Deleted admin', {}, 'admin-account-changed', 'critical'],
  ['Deleted Netskope SSO admin', {}, 'admin-account-changed', 'critical'],
  ['Edit admin record', {}, 'admin-account-changed', 'high'],
  ['Edit admin record', on('admin', OTHER), 'admin-account-changed', 'high'],
  ['Edit admin record', on('admin', ALICE), 'admin-account-changed', 'medium'],
  ['Edit admin record', { ...changed('admin/role'), ...on('admin', OTHER) }, 'admin-account-changed', 'high'],
  [
    'Edit admin record',
    { ...on('admin', ALICE), details: 'role changed from auditor to admin' },
    'admin-account-changed',
    'critical',
  ],
  ['Edit admin record', changed('admin/phone'), 'admin-account-changed', 'low'],
  ['Edit admin record', changed('admin/phone', 'admin/email'), 'admin-account-changed', 'high'],
  ['Edit admin record', changed('admin/status'), 'admin-account-changed', 'medium'],
  ['Edit admin record', changed('admin/status', 'admin/ip_allowlist'), 'admin-account-changed', 'high'],
  ['Edit admin record', NAMED_ONLY, 'admin-account-changed', 'high'],
  ['Enabled admin', {}, 'admin-account-changed', 'high'],
  ['Disabled admin', {}, 'admin-account-changed', 'medium'],
  ['Unlocked admin', {}, 'admin-account-changed', 'medium'],
  ['Password Change Successful', {}, 'admin-password-changed', 'low'],
  ['Password Change Successful', ofUser(ALICE), 'admin-password-changed', 'low'],
  ['Password Change Successful', ofUser(OTHER), 'admin-password-changed', 'high'],
  ['Password Change Successful', { ...HIDDEN, ...ofUser('redacted') }, 'admin-password-changed', 'low'],
  ['Password Change Successful', { ...HIDDEN, ...ofUser(OTHER) }, 'admin-password-changed', 'medium'],
  ['Password Change Failed Attempt', {}, 'admin-password-changed', 'medium'],
  ['Password Change Failed Attempt', ofUser(OTHER), 'admin-password-changed', 'medium'],
  ['Reset password', {}, 'admin-password-changed', 'medium'],
  ['Reset password', on('admin', OTHER), 'admin-password-changed', 'high'],
  ['Reset password', on('admin', ALICE), 'admin-password-changed', 'low'],
  ['Enabled Netskope Support SSO', {}, 'netskope-support-access-changed', 'high'],
  ['Disabled Netskope Support SSO', {}, 'netskope-support-access-changed', 'low'],
  ['Enabled REST API tokens', {}, 'rest-api-token-enabled', 'high'],
  ['Extended REST API token', {}, 'rest-api-token-enabled', 'high'],
  ['Revoked REST API token', {}, 'rest-api-token-enabled', 'medium'],
  ['Update default actions for inline policies', {}, 'default-action-changed', 'high'],
  ['Update default actions for inline policies', NAMED_ONLY, 'default-action-changed', 'high'],
  [
    'Update default actions for inline policies',
    { details: 'action changed from block to allow' },
    'default-action-changed',
    'high',
  ],
  [
    'Update default actions for inline policies',
    { details: 'action changed from allow to block' },
    'default-action-changed',
    'low',
  ],
  ['IPSec Tunnel disabled', {}, 'protection-disabled', 'high'],
  ['Disabled DLP profile', {}, 'protection-disabled', 'high'],
  ['Deleted inline policy', {}, 'protection-disabled', 'medium'],
  ['Next Gen CASB API instance deleted', {}, 'protection-disabled', 'medium'],
  ['Deleted rbi template', {}, 'protection-disabled', 'low'],
  ['Disabled log streaming', {}, 'log-streaming-changed', 'high'],
  ['Log streaming deleted', {}, 'log-streaming-changed', 'high'],
  ['Edited log streaming', {}, 'log-streaming-changed', 'medium'],
  ['Exception Configuration', {}, 'inspection-bypassed', 'medium'],
  ['Exception Configuration', NAMED_ONLY, 'inspection-bypassed', 'medium'],
  ['Exception Configuration', exception('www.example.org'), 'inspection-bypassed', 'medium'],
  ['Exception Configuration', exception('*.example.org'), 'inspection-bypassed', 'medium'],
  ['Exception Configuration', exception('www.example.org\n*.org'), 'inspection-bypassed', 'high'],
  ['Exception Configuration', exception('*'), 'inspection-bypassed', 'high'],
  ['Exception Configuration', exception('Webmail'), 'inspection-bypassed', 'high'],
  ['Exception Configuration', exception('192.0.2.0/16'), 'inspection-bypassed', 'medium'],
  ['Exception Configuration', exception('192.0.2.0/15'), 'inspection-bypassed', 'high'],
  ['Exception Configuration', exception('2001:db8::/32'), 'inspection-bypassed', 'medium'],
  ['Exception Configuration', exception('::/0'), 'inspection-bypassed', 'high'],
  ['Exception Configuration', exception([{ host: 'a.example' }]), 'inspection-bypassed', 'medium'],
  ['Rest API V2 Call', call(201, 'POST', '/api/v2/rbac/admins'), 'configuration-changed-by-api', 'high'],
  ['Rest API V2 Call', call(200, 'DELETE', '/api/v2/auth/tokens/1'), 'configuration-changed-by-api', 'high'],
  ['Rest API V2 Call', call(200, 'DELETE', '/api/v2/policy/x/1'), 'configuration-changed-by-api', 'medium'],
])('%s %j: %s is %s', (name, rest, ruleId, severity) => {
  const event = readArchivedEvent(archivedRecord({ audit_log_event: name, ...rest }));
  const rule = RULES.find(({ id }) => id === ruleId);
  expect(event && rule?.matches(event)).toBe(true);
  const severityOf = rule?.severity;
  expect(event && typeof severityOf === 'function' ? severityOf(event) : severityOf).toBe(severity);
});

test.each<[string, Fields, string]>([
  ['nothing told', {}, ''],
  ['a record without a change', NAMED_ONLY, ''],
  ['a domain', exception('a.example'), ': a.example'],
  [
    'three lines, with blanks and empty lines between',
    exception(' a.example\n\nb.example \nc.example\n'),
    ': a.example, b.example, c.example',
  ],
  ['more than three', exception(['a', 'b', 'c', 'd', 'e']), ': a, b, c, and 2 more'],
  ['a list with gaps', exception([null, 'a.example', 7]), ': a.example'],
])('what bypasses inspection is said in a line: %s', (_what, different, expected) => {
  const event = readArchivedEvent(
    archivedRecord({ audit_log_event: 'Exception Configuration', ...different }),
  );
  const what = RULES.find(({ id }) => id === 'inspection-bypassed')?.what;
  expect(event && what?.(event)).toBe(`Exception Configuration${expected}`);
});

test('many users are told apart whatever the case of their names', () => {
  const distinct = RULES.find(({ id }) => id === 'failed-logins-of-many-users')?.distinct;
  const event = readArchivedEvent(archivedRecord({ user: 'Alice@Corp.Example' }));
  expect(event && distinct?.(event)).toBe('alice@corp.example');
});

test('many networks are told apart by the first address', () => {
  const distinct = RULES.find(({ id }) => id === 'failed-logins-from-many-networks')?.distinct;
  const event = readArchivedEvent(archivedRecord(ofUser(ALICE)));
  expect(event && distinct?.(event)).toBe('198.51.100.0/24');
});

function kindOf(different: Fields): string | undefined {
  const novelty = RULES.find(({ id }) => id === 'new-kind-of-action')?.novelty;
  const event = readArchivedEvent(archivedRecord(different));
  return event && novelty?.valueOf(event);
}

test.each<[Fields, string]>([
  [{ audit_log_event: ' Next Gen  CASB API retroscan Paused by X' }, 'next gen casb api retroscan paused'],
  [{ audit_log_event: 'Edited RBI template' }, 'edited rbi template'],
  [call(200, 'GET', '/api/v2/scim/Users'), 'GET /api/v2/scim/users'],
  [call(200, 'post', '/api/v2/scim/Users/17'), 'POST /api/v2/scim/users/*'],
  [call(200, '/api/v2/scim/Users'), ' /api/v2/scim/users'],
])('%j is of the kind "%s"', (different, kind) => {
  expect(kindOf(different)).toBe(kind);
});

test.each(['many-deletes', 'new-kind-of-action'])(
  '%s says what was called, or the name of the event',
  (ruleId) => {
    const what = RULES.find(({ id }) => id === ruleId)?.what;
    const said = (different: Fields) => {
      const event = readArchivedEvent(archivedRecord(different));
      return event && what?.(event);
    };
    expect(said({ audit_log_event: 'Deleted tag', ...on('policy', 'x') })).toBe('Deleted tag');
    expect(said({ audit_log_event: 'Rest API V2 Call', ...call(200, 'DELETE', '/api/v2/policy/1') })).toBe(
      'Rest API V2 Call 200 DELETE /api/v2/policy/1',
    );
  },
);

test.each([
  [1, true],
  ['1', true],
  [' high ', true],
  ['HIGH', true],
  [2, false],
  ['21', false],
  ['12', false],
  ['not high', false],
  [true, false],
  [['1'], false],
])("Netskope's severity %p is high: %p", (severity_level, isHigh) => {
  expect(isMatch('netskope-severity-high', { audit_log_event: 'Something', severity_level })).toBe(isHigh);
});

test.each(['many-deletes', 'many-api-writes', 'configuration-changed-by-api'])(
  '%s does not match a call without a path, nor an event that is no call',
  (ruleId) => {
    expect(isMatch(ruleId, { audit_log_event: 'Rest API V2 Call', ...call(200, 'PUT') })).toBe(false);
    expect(isMatch(ruleId, { audit_log_event: 'Logout Successful' })).toBe(false);
  },
);
