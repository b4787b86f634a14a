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

const LOGIN = ['action-from-new-address', 'login-after-failures', 'login-after-others-failed'];
const FAILED_WITH_ADDRESS = [
  'failed-logins-all-day',
  'failed-logins-by-address',
  'failed-logins-by-user',
  'failed-logins-from-many-networks',
  'failed-logins-of-many-users',
  'login-after-failures',
  'login-after-others-failed',
];
const FAILED = [
  'failed-logins-all-day',
  'failed-logins-by-user',
  'failed-logins-of-many-users',
  'login-after-failures',
];
const NEW = ['new-kind-of-action'];
const DELETED = ['many-deletes', 'protection-disabled'];

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
  ['Updated admin settings', {}, ['access-settings-changed']],
  ['Enabled Netskope Support SSO', {}, ['netskope-support-access-changed']],
  ['Disabled Netskope Support SSO', {}, ['netskope-support-access-changed']],
  ['Deleted Netskope SSO admin', {}, ['admin-account-changed', 'many-deletes']],
  ['SSO Login Successful by Netskope Support', HOME, [...LOGIN, 'netskope-personnel-action']],
  ['SSO Login Failed by Netskope Support', HOME, [...FAILED_WITH_ADDRESS, 'netskope-personnel-action']],
  ['Resend Verification Email', {}, NEW],
  ['Reset password', {}, ['admin-password-changed']],
  ['Request OTP for Account Verification', {}, NEW],
  ['Account activation link validation failed', {}, []],
  ['OTP validation failed', {}, FAILED],
  ['Account Verification Successful', {}, NEW],
  ['Created new inline policy', POLICY, NEW],
  ['Edited inline policy', POLICY, NEW],
  ['Deleted inline policy', POLICY, DELETED],
  ['Pushed inline policy', POLICY, NEW],
  ['Update default actions for inline policies', POLICY, ['default-action-changed']],
  ['Set dedicated egress ip policy', POLICY, NEW],
  ['Created new introspection policy', POLICY, NEW],
  ['Edit introspection policy record', POLICY, NEW],
  ['Deleted introspection policy', POLICY, DELETED],
  ['Pushed Introspection policies', POLICY, NEW],
  ['Applied Phoenix policy record(s)', POLICY, NEW],
  ['Created a new Next Gen CASB API policy', POLICY, NEW],
  ['Edited Next Gen CASB API policy', POLICY, NEW],
  ['Deleted Next Gen CASB API policy', POLICY, DELETED],
  ['Pushed Next Gen CASB API policies', POLICY, NEW],
  ['Next Gen CASB API instance created', {}, NEW],
  ['Next Gen CASB API instance updated', {}, NEW],
  ['Next Gen CASB API instance deleted', {}, DELETED],
  ['Next Gen CASB API retroscan created', {}, NEW],
  ['Next Gen CASB API retroscan edited', {}, NEW],
  ['Next Gen CASB API retroscan deleted', {}, DELETED],
  ['Next Gen CASB API retroscan stopped', {}, ['protection-disabled']],
  ['Next Gen CASB API retroscan paused', {}, ['protection-disabled']],
  ['Created new tunnel group', {}, NEW],
  ['Edited tunnel group', {}, NEW],
  ['Deleted tunnel group', {}, DELETED],
  ['Pushed tunnel groups', {}, NEW],
  ['Created new rbi template', {}, NEW],
  ['Edited rbi template', {}, NEW],
  ['Deleted rbi template', {}, DELETED],
  ['Pushed rbi template', {}, NEW],
  ['Enable dynamic url classification', {}, NEW],
  ['Enabled REST API tokens', {}, ['rest-api-token-enabled']],
  ['Pushed constraint profiles', {}, NEW],
  ['Disabled security assessment policy', {}, ['protection-disabled']],
  ['File Filter profile deleted', {}, DELETED],
  ['IPSec Tunnel disabled', {}, ['protection-disabled']],
  ['IPSec Tunnel Edited', {}, NEW],
  ['Created new Fingerprint', {}, NEW],
  ['Rest API V2 Call', CALL, NEW],
  ['Events were cleared', CLEARED, ['audit-trail-cleared']],
  ['Client Disable Request Submitted', HOST, ['client-disabled']],
  ['Exception Configuration', {}, ['inspection-bypassed']],
  ['Edited private app segment', {}, NEW],
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

describe('of two rules about one act, the one that says more tells it', () => {
  const weaker = (name: string) => [{ name, diff: { key: 'action_name', changed: ['block', 'allow'] } }];
  test.each<[string, object, readonly string[]]>([
    [
      'Update default actions for inline policies',
      { details: weaker('Default') },
      ['default-action-changed'],
    ],
    ['Edited inline policy', { details: weaker('Logins') }, ['policy-weakened']],
    [
      'Edited SSL decryption policy',
      { details: [{ name: 'Banks', diff: { key: 'action', changed: ['decrypt', 'do not decrypt'] } }] },
      ['inspection-bypassed'],
    ],
    ['Something nobody knows', { severity_level: 1 }, ['netskope-severity-high']],
    ['Something nobody knows', { severity_level: 2 }, ['new-kind-of-action']],
    ['Login Failed', { severity_level: 1 }, FAILED],
    [
      'Exception Configuration',
      {
        severity_level: 1,
        details: [{ name: 'P', diff: { deleted: [{ key: 'exception/Domain', value: 'a.example' }] } }],
      },
      ['new-kind-of-action'],
    ],
    [
      'Rest API V2 Call',
      { supporting_data: { data_type: 'policy', data_values: [200, 'DELETE', '/api/v2/policy/urllist/1'] } },
      ['configuration-changed-by-api', 'many-api-writes', 'many-deletes'],
    ],
    [
      'Rest API V2 Call',
      { supporting_data: { data_type: 'policy', data_values: [200, 'PATCH', '/api/v2/policy/urllist/1'] } },
      ['many-api-writes', 'new-kind-of-action'],
    ],
    ['Disabled MFA', {}, ['access-settings-changed']],
    ['Disabled log streaming', {}, ['log-streaming-changed']],
    ['Revoked REST API token', {}, ['rest-api-token-enabled']],
  ])('%s %j', (name, rest, ruleIds) => {
    expect(rulesFor({ audit_log_event: name, ...rest })).toEqual(ruleIds);
  });
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
  ['Updated admin settings', ['netskope-personnel-changed-admin']],
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
