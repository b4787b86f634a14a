import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readArchivedEvent } from '../../../lambdas/detector/core/event/archived-event';
import { RULES } from '../../../lambdas/detector/rules';
import { archivedRecord } from '../archived';

const FOLDER = join(__dirname, '../../../lambdas/detector/rules');
const files = readdirSync(FOLDER).filter((file) => file !== 'index.ts');

function isMatch(ruleId: string, example: Readonly<Record<string, unknown>>): boolean | undefined {
  const event = readArchivedEvent(archivedRecord(example));
  return event && RULES.find(({ id }) => id === ruleId)?.matches(event);
}

describe.each(RULES.map((rule) => [rule.id, rule] as const))('%s', (id, { examples }) => {
  test.each(Object.entries(examples.mustMatch))('matches: %s', (_name, example) => {
    expect(isMatch(id, example)).toBe(true);
  });

  test.each(Object.entries(examples.mustNotMatch))('does not match: %s', (_name, example) => {
    expect(isMatch(id, example)).toBe(false);
  });
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
    ['failed-logins-by-address', 20],
    ['failed-logins-by-user', 10],
    ['login-after-failures', 5],
    ['many-deletes', 10],
    ['unauthorised-api-calls', 10],
  ]);
});

test('a group of any rule raises at most one alert per hour', () => {
  expect([...new Set(RULES.map(({ windowMinutes }) => windowMinutes))]).toEqual([60]);
});

test.each([
  ['Created new admin', 'admin-account-changed', 'critical'],
  ['Added SSO Admin', 'admin-account-changed', 'critical'],
  ['Created new support admin', 'admin-account-changed', 'critical'],
  ['Deleted admin', 'admin-account-changed', 'critical'],
  ['Deleted Netskope SSO admin', 'admin-account-changed', 'critical'],
  ['Edit admin record', 'admin-account-changed', 'high'],
  ['Disabled admin', 'admin-account-changed', 'high'],
  ['Unlocked admin', 'admin-account-changed', 'high'],
  ['Password Change Successful', 'admin-password-changed', 'low'],
  ['Password Change Failed Attempt', 'admin-password-changed', 'medium'],
  ['Reset password', 'admin-password-changed', 'medium'],
  ['Enabled Netskope Support SSO', 'netskope-support-access-changed', 'high'],
  ['Disabled Netskope Support SSO', 'netskope-support-access-changed', 'low'],
])('%s: %s is %s', (name, ruleId, severity) => {
  const event = readArchivedEvent(archivedRecord({ audit_log_event: name }));
  const rule = RULES.find(({ id }) => id === ruleId);
  const severityOf = rule?.severity;
  expect(event && typeof severityOf === 'function' ? severityOf(event) : severityOf).toBe(severity);
});
