import { readArchivedEvent } from '../../../lambdas/detector/core/event/archived-event';
import { matchEvents } from '../../../lambdas/detector/core/group/match-events';
import type { TunedRule } from '../../../lambdas/detector/core/rule/tuned-rule';
import { untuned } from '../../../lambdas/detector/core/rule/tuning';
import { RULES } from '../../../lambdas/detector/rules';
import { auditEventKinds } from '../../../lib/local/netskope-simulator/events/audit-event-names';
import { archivedRecord, from } from '../archived';

const HOME = from('198.51.100.17');
const HOST = { supporting_data: { data_type: 'hostname', data_values: 'HOST123' } };
const POLICY = { supporting_data: { data_type: 'policy', data_values: ['Coach on generative AI'] } };
const CALL = {
  supporting_data: { data_type: 'incidents', data_values: [200, 'POST', '/api/v2/incidents/uba/getuci'] },
};
const CLEARED = { supporting_data: { data_type: null, data_values: [''] } };

const LOGIN = ['action-from-new-address', 'login-after-failures'];
const FAILED_WITH_ADDRESS = ['failed-logins-by-address', 'failed-logins-by-user', 'login-after-failures'];
const FAILED = ['failed-logins-by-user', 'login-after-failures'];

/** Every event name in public material, with its other fields, and the rules that match it. */
const TABLE: readonly (readonly [name: string, rest: object, ruleIds: readonly string[]])[] = [
  ['Access Denied', HOME, FAILED_WITH_ADDRESS],
  ['Login Failed', HOME, FAILED_WITH_ADDRESS],
  ['SSO Login Failed', HOME, FAILED_WITH_ADDRESS],
  ['Logout Successful', {}, []],
  ['Admin logged out because of successive login failures', HOME, ['admin-logged-out-after-failures']],
  ['Login Successful', HOME, LOGIN],
  ['SSO Login Successful', HOME, LOGIN],
  ['Password Change Failed Attempt', HOME, ['admin-password-changed']],
  ['Password Change Successful', HOME, ['action-from-new-address', 'admin-password-changed']],
  ['Created new admin', {}, ['admin-account-changed']],
  ['Added SSO Admin', {}, ['admin-account-changed']],
  ['Edited SSO Admin Record', {}, ['admin-account-changed']],
  ['Created new support admin', {}, ['admin-account-changed']],
  ['Edit admin record', {}, ['admin-account-changed']],
  ['Deleted admin', {}, ['admin-account-changed', 'many-deletes']],
  ['Enabled admin', {}, ['admin-account-changed']],
  ['Disabled admin', {}, ['admin-account-changed']],
  ['Unlocked admin', {}, ['admin-account-changed']],
  ['Updated admin settings', {}, ['admin-account-changed']],
  ['Enabled Netskope Support SSO', {}, ['netskope-support-access-changed']],
  ['Disabled Netskope Support SSO', {}, ['netskope-support-access-changed']],
  ['Deleted Netskope SSO admin', {}, ['admin-account-changed', 'many-deletes']],
  ['SSO Login Successful by Netskope Support', HOME, [...LOGIN, 'netskope-personnel-action']],
  ['SSO Login Failed by Netskope Support', HOME, [...FAILED_WITH_ADDRESS, 'netskope-personnel-action']],
  ['Resend Verification Email', {}, []],
  ['Reset password', {}, ['admin-password-changed']],
  ['Request OTP for Account Verification', {}, []],
  ['Account activation link validation failed', {}, []],
  ['OTP validation failed', {}, FAILED],
  ['Account Verification Successful', {}, []],
  ['Created new inline policy', POLICY, []],
  ['Edited inline policy', POLICY, []],
  ['Deleted inline policy', POLICY, ['many-deletes']],
  ['Pushed inline policy', POLICY, []],
  ['Update default actions for inline policies', POLICY, []],
  ['Set dedicated egress ip policy', POLICY, []],
  ['Created new introspection policy', POLICY, []],
  ['Edit introspection policy record', POLICY, []],
  ['Deleted introspection policy', POLICY, ['many-deletes']],
  ['Pushed Introspection policies', POLICY, []],
  ['Applied Phoenix policy record(s)', POLICY, []],
  ['Created a new Next Gen CASB API policy', POLICY, []],
  ['Edited Next Gen CASB API policy', POLICY, []],
  ['Deleted Next Gen CASB API policy', POLICY, ['many-deletes']],
  ['Pushed Next Gen CASB API policies', POLICY, []],
  ['Next Gen CASB API instance created', {}, []],
  ['Next Gen CASB API instance updated', {}, []],
  ['Next Gen CASB API instance deleted', {}, ['many-deletes']],
  ['Next Gen CASB API retroscan created', {}, []],
  ['Next Gen CASB API retroscan edited', {}, []],
  ['Next Gen CASB API retroscan deleted', {}, ['many-deletes']],
  ['Next Gen CASB API retroscan stopped', {}, ['protection-disabled']],
  ['Next Gen CASB API retroscan paused', {}, ['protection-disabled']],
  ['Created new tunnel group', {}, []],
  ['Edited tunnel group', {}, []],
  ['Deleted tunnel group', {}, ['many-deletes']],
  ['Pushed tunnel groups', {}, []],
  ['Created new rbi template', {}, []],
  ['Edited rbi template', {}, []],
  ['Deleted rbi template', {}, ['many-deletes']],
  ['Pushed rbi template', {}, []],
  ['Enable dynamic url classification', {}, []],
  ['Enabled REST API tokens', {}, ['rest-api-token-enabled']],
  ['Pushed constraint profiles', {}, []],
  ['Disabled security assessment policy', {}, ['protection-disabled']],
  ['File Filter profile deleted', {}, ['many-deletes']],
  ['IPSec Tunnel disabled', {}, ['protection-disabled']],
  ['IPSec Tunnel Edited', {}, []],
  ['Created new Fingerprint', {}, []],
  ['Rest API V2 Call', CALL, []],
  ['Events were cleared', CLEARED, ['audit-trail-cleared']],
  ['Client Disable Request Submitted', HOST, []],
  ['Exception Configuration', {}, []],
  ['Edited private app segment', {}, []],
];

/** The rules into whose groups an event gets. */
function rulesFor(record: Readonly<Record<string, unknown>>): readonly string[] {
  const event = readArchivedEvent(archivedRecord(record));
  const rules: readonly TunedRule[] = untuned(RULES).rules;
  if (event === undefined) throw new Error('expected a record');
  return matchEvents([event], rules, 'object-1').batches.map(({ tuned }) => tuned.rule.id);
}

test.each(TABLE)('%s', (name, rest, ruleIds) => {
  expect(rulesFor({ audit_log_event: name, ...rest })).toEqual(ruleIds);
});

test.each(TABLE)('%s, in capitals, matches the same rules', (name, rest, ruleIds) => {
  expect(rulesFor({ audit_log_event: name.toUpperCase(), ...rest })).toEqual(ruleIds);
});

test('the table has every name that the simulated tenant knows', () => {
  const known = TABLE.map(([name]) => name);
  expect(auditEventKinds.map(({ name }) => name).filter((name) => !known.includes(name))).toEqual([]);
});

test.each([
  ['Created new admin', ['netskope-personnel-changed-admin']],
  ['Deleted admin', ['many-deletes', 'netskope-personnel-changed-admin']],
  ['Reset password', ['netskope-personnel-changed-admin']],
  ['Enabled Netskope Support SSO', ['netskope-personnel-changed-admin']],
  ['Login Successful', ['login-after-failures', 'netskope-personnel-action']],
  ['Edited inline policy', ['netskope-personnel-action']],
])('%s by Netskope personnel is one alert, not two', (name, ruleIds) => {
  expect(rulesFor({ audit_log_event: name, is_netskope_personnel: true })).toEqual(ruleIds);
});

describe('names are an open set: other forms of a verb mean the same change of an administrator', () => {
  const coming = [
    'Create admin',
    'Add admin',
    'Added admin',
    'Invite admin',
    'Invited admin',
    'Import admin',
  ];
  const going = ['Delete SSO admin', 'Remove admin', 'Removed SSO admin'];
  const changing = [
    'Edited admin',
    'Update admin',
    'Enable admin',
    'Disable admin',
    'Locked admin',
    'Unlock admin',
  ];
  test.each([...coming, 'Imported admin', ...going, ...changing])('%s', (name) => {
    expect(rulesFor({ audit_log_event: name })).toContain('admin-account-changed');
  });

  test.each(['Removed administrative note', 'Admin report removed', 'Preadded admin', 'Exported admin'])(
    '%s is not a change of an account',
    (name) => {
      expect(rulesFor({ audit_log_event: name })).not.toContain('admin-account-changed');
    },
  );
});
