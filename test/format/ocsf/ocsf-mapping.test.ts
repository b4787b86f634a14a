import { ruleOf } from '../../../lib/format/ocsf/classification';
import { OCSF_FAILURE, OCSF_OTHERWISE, OCSF_RULES } from '../../../lib/format/ocsf/ocsf-mapping';
import { auditEventKinds } from '../../../lib/local/netskope-simulator/events/audit-event-names';

/** `<class> <activity>` of the events in public material; `aws` marks those whose class AWS publishes. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  '3002 Logon': [
    'aws Login Failed',
    'aws Login Successful',
    'aws SSO Login Failed',
    'aws SSO Login Successful',
    'aws SSO Login Successful by Netskope Support',
    'aws SSO Login Failed by Netskope Support',
    'Access Denied',
    'OTP validation failed',
  ],
  '3002 Logoff': ['aws Logout Successful', 'aws Admin logged out because of successive login failures'],
  '3002 Other': [
    'Resend Verification Email',
    'Request OTP for Account Verification',
    'Account activation link validation failed',
    'Account Verification Successful',
  ],
  '3001 Create': ['aws Created new admin', 'aws Added SSO Admin', 'aws Created new support admin'],
  '3001 Enable': ['aws Enabled admin', 'aws Enabled Netskope Support SSO'],
  '3001 Password Change': ['aws Password Change Failed Attempt', 'aws Password Change Successful'],
  '3001 Password Reset': ['aws Reset password'],
  '3001 Disable': ['aws Disabled admin', 'aws Disabled Netskope Support SSO'],
  '3001 Delete': ['aws Deleted admin', 'aws Deleted Netskope SSO admin'],
  '3001 Unlock': ['aws Unlocked admin'],
  '3001 Other': ['aws Edited SSO Admin Record', 'aws Edit admin record', 'aws Updated admin settings'],
  '3004 Create': [
    'aws Created new inline policy',
    'aws Created new rbi template',
    'aws Created new tunnel group',
    'aws Created new introspection policy',
    'aws Next Gen CASB API instance created',
    'aws Created a new Next Gen CASB API policy',
    'aws Next Gen CASB API retroscan created',
    'Created new Fingerprint',
  ],
  '3004 Update': [
    'aws Set dedicated egress ip policy',
    'aws Edited inline policy',
    'Edited private app segment',
    'aws Update default actions for inline policies',
    'aws Edited rbi template',
    'aws Edited tunnel group',
    'aws Edit introspection policy record',
    'aws Next Gen CASB API instance updated',
    'aws Edited Next Gen CASB API policy',
    'aws Next Gen CASB API retroscan edited',
    'IPSec Tunnel Edited',
  ],
  '3004 Delete': [
    'aws Deleted inline policy',
    'aws Deleted rbi template',
    'aws Deleted tunnel group',
    'aws Deleted introspection policy',
    'aws Next Gen CASB API instance deleted',
    'aws Deleted Next Gen CASB API policy',
    'aws Next Gen CASB API retroscan deleted',
    'File Filter profile deleted',
    'Events were cleared',
  ],
  '3004 Activate': [
    'aws Pushed inline policy',
    'aws Pushed rbi template',
    'aws Pushed tunnel groups',
    'aws Applied Phoenix policy record(s)',
    'aws Pushed Introspection policies',
    'aws Pushed Next Gen CASB API policies',
    'Pushed constraint profiles',
  ],
  '3004 Deactivate': ['aws Next Gen CASB API retroscan stopped'],
  '3004 Suspend': ['aws Next Gen CASB API retroscan paused'],
  '3004 Enable': ['Enable dynamic url classification', 'Enabled REST API tokens'],
  '3004 Disable': ['Disabled security assessment policy', 'IPSec Tunnel disabled'],
  '3004 Other': ['Exception Configuration', 'Client Disable Request Submitted'],
  '6003 Other': ['Rest API V2 Call'],
};

/** Names that were never seen, in forms that Netskope's names have. */
const UNSEEN: readonly (readonly [name: string, expected: string])[] = [
  ['rest api v2 call', '6003 Other'],
  ['Logged in as Netskope Support', '3002 Logon'],
  ['Imported admins', '3001 Create'],
  ['Locked admin', '3001 Lock'],
  ['Reset password of admin', '3001 Password Reset'],
  ['Edited login page', '3004 Update'],
  ['Next Gen CASB API retroscan resumed', '3004 Resume'],
  ['Moved inline policy', '3004 Move'],
  ['Exported inline policies', '3004 Read'],
  ['Administration of updates', '3004 Other'],
  ['', '3004 Unknown'],
  ['constructor', '3004 Other'],
];

function mapped(name: string): string {
  const { ocsfClass, activity } = ruleOf(name);
  return `${ocsfClass.uid} ${activity}`;
}

const rows = Object.entries(EXPECTED).flatMap(([expected, names]) =>
  names.map((name) => ({ name, expected })),
);

test.each(rows)('$name is $expected', ({ name, expected }) => {
  expect(mapped(name.replace(/^aws /, ''))).toBe(expected);
});

test.each(UNSEEN)('%s, which was never seen, is %s', (name, expected) => {
  expect(mapped(name)).toBe(expected);
});

test('the rows hold every kind of event that the simulated tenant has, and the 55 that AWS maps', () => {
  const names = rows.map(({ name }) => name.replace(/^aws /, ''));
  expect(auditEventKinds.map(({ name }) => name).filter((name) => !names.includes(name))).toEqual([]);
  const classesOfAws = rows
    .filter(({ name }) => name.startsWith('aws '))
    .map(({ expected }) => expected.slice(0, 4));
  const counts = ['3001', '3002', '3004'].map((uid) => classesOfAws.filter((found) => found === uid).length);
  expect(counts).toEqual([16, 8, 31]);
});

test('patterns use only what JavaScript, Java and RE2 read alike', () => {
  const patterns = [...OCSF_RULES.flatMap((rule) => rule.patterns), OCSF_FAILURE];
  expect(patterns.filter((pattern) => !/^(?:[a-z0-9 ]|\\b|\^|\$|\||\(\?:|\))+$/.test(pattern))).toEqual([]);
});

test('every activity is one of its class, and every rule but the last resort has patterns', () => {
  for (const { ocsfClass, activity, patterns } of OCSF_RULES) {
    expect(Object.keys(ocsfClass.activities)).toContain(activity);
    expect(patterns.length).toBeGreaterThan(0);
  }
  expect(OCSF_OTHERWISE).toMatchObject({ activity: 'Other', ocsfClass: { uid: 3004 }, patterns: [] });
});
