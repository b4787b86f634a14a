/** Content of `supporting_data` in an ordinary event of a kind; `none` means that the field is absent. */
export type SupportingData =
  | 'login'
  | 'logout'
  | 'admin'
  | 'policy'
  | 'api-call'
  | 'hostname'
  | 'cleared'
  | 'setting'
  | 'profile'
  | 'steering'
  | 'private-app'
  | 'none';

type Severity = 1 | 2 | 3;

export interface AuditEventKind {
  /** The `audit_log_event`. */
  readonly name: string;
  /** How often it happens, relative to the other kinds. */
  readonly weight: number;
  /** 1 is high, 2 medium, 3 low, as Sekoia's parser reads it. */
  readonly severity: Severity;
  readonly supportingData: SupportingData;
}

/**
 * The kinds of audit event named in public material: Netskope's audit log help page and event schema, the event lists
 * of AWS CloudWatch pipelines for Netskope (Authentication, Account Change, Entity Management), Panther's detections,
 * parser tests of Sekoia, Cortex and Elastic, Exabeam. The set is open. Severities are those of published samples, 2 if there is
 * none; weights are estimates for an ordinary tenant.
 */
export const auditEventKinds: readonly AuditEventKind[] = [
  ...kinds('api-call', 2, { 'Rest API V2 Call': 400 }),
  ...kinds('login', 2, { 'SSO Login Successful': 160, 'Login Successful': 60 }),
  ...kinds('login', 1, { 'SSO Login Failed': 14, 'Login Failed': 14, 'Access Denied': 6 }),
  ...kinds('login', 1, { 'Admin logged out because of successive login failures': 1 }),
  ...kinds('login', 2, {
    'SSO Login Successful by Netskope Support': 3,
    'SSO Login Failed by Netskope Support': 1,
  }),
  ...kinds('logout', 2, { 'Logout Successful': 130 }),
  ...kinds('login', 1, {
    'Password Change Successful': 4,
    'Password Change Failed Attempt': 2,
    'Reset password': 2,
  }),
  ...kinds('login', 2, {
    'Resend Verification Email': 1,
    'Request OTP for Account Verification': 2,
    'Account activation link validation failed': 1,
    'OTP validation failed': 1,
    'Account Verification Successful': 2,
  }),
  ...kinds('admin', 1, {
    'Created new admin': 3,
    'Added SSO Admin': 3,
    'Edited SSO Admin Record': 3,
    'Created new support admin': 1,
    'Edit admin record': 6,
    'Deleted admin': 2,
    'Enabled admin': 1,
    'Disabled admin': 2,
    'Unlocked admin': 3,
    'Updated admin settings': 4,
    'Deleted Netskope SSO admin': 1,
  }),
  ...kinds('setting', 2, {
    'Enabled Netskope Support SSO': 1,
    'Disabled Netskope Support SSO': 1,
    'Enable dynamic url classification': 1,
    'Enabled REST API tokens': 1,
    'Disabled security assessment policy': 1,
    'IPSec Tunnel disabled': 1,
    'IPSec Tunnel Edited': 2,
    'Created new Fingerprint': 1,
  }),
  ...kinds('profile', 2, { 'Pushed constraint profiles': 1, 'File Filter profile deleted': 1 }),
  ...kinds('steering', 1, { 'Exception Configuration': 2 }),
  ...kinds('private-app', 3, { 'Edited private app segment': 1 }),
  ...kinds('policy', 2, {
    'Created new inline policy': 8,
    'Edited inline policy': 30,
    'Deleted inline policy': 5,
    'Pushed inline policy': 25,
    'Update default actions for inline policies': 1,
    'Set dedicated egress ip policy': 1,
    'Created new introspection policy': 1,
    'Edit introspection policy record': 2,
    'Deleted introspection policy': 1,
    'Pushed Introspection policies': 2,
    'Applied Phoenix policy record(s)': 3,
    'Created a new Next Gen CASB API policy': 2,
    'Edited Next Gen CASB API policy': 3,
    'Deleted Next Gen CASB API policy': 1,
    'Pushed Next Gen CASB API policies': 3,
  }),
  ...kinds('setting', 2, {
    'Next Gen CASB API instance created': 1,
    'Next Gen CASB API instance updated': 2,
    'Next Gen CASB API instance deleted': 1,
    'Next Gen CASB API retroscan created': 1,
    'Next Gen CASB API retroscan edited': 1,
    'Next Gen CASB API retroscan deleted': 1,
    'Next Gen CASB API retroscan stopped': 1,
    'Next Gen CASB API retroscan paused': 1,
    'Created new tunnel group': 1,
    'Edited tunnel group': 2,
    'Deleted tunnel group': 1,
    'Pushed tunnel groups': 2,
  }),
  ...kinds('none', 2, {
    'Created new rbi template': 1,
    'Edited rbi template': 2,
    'Deleted rbi template': 1,
    'Pushed rbi template': 1,
  }),
  ...kinds('hostname', 1, { 'Client Disable Request Submitted': 20 }),
  ...kinds('cleared', 1, { 'Events were cleared': 1 }),
];

/** Kinds for reports, steering and private apps, with names made up after those above: public material names none. */
export const madeUpKinds: readonly AuditEventKind[] = [
  ...kinds('setting', 3, {
    'Report downloaded': 0,
    'Created new report': 0,
    'Edited scheduled report': 0,
    'Steering configuration edited': 0,
  }),
  ...kinds('private-app', 3, { 'Created new private app segment': 0 }),
  ...kinds('api-call', 1, { 'Created REST API v2 token': 0 }),
];

function kinds(
  supportingData: SupportingData,
  severity: Severity,
  weightByName: Record<string, number>,
): AuditEventKind[] {
  return Object.entries(weightByName).map(([name, weight]) => ({ name, weight, severity, supportingData }));
}
