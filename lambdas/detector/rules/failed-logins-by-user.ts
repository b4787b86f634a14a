import { isFailedLogin } from '../core/event/event-names';
import { defineRule } from '../core/rule/define-rule';
import { byUser } from '../core/rule/group';

export const failedLoginsByUser = defineRule({
  id: 'failed-logins-by-user',
  title: 'Many failed logins',
  description: 'Logins of one user failed many times in a short time: somebody may be guessing the password.',
  severity: 'medium',
  attack: [{ tactic: 'TA0006', technique: 'T1110.001', name: 'Password Guessing' }],
  matches: isFailedLogin,
  groupBy: byUser,
  threshold: 10,
  runbook:
    'Ask the user whether it was them. If not, block the addresses, reset the password, and see whether a login succeeded ' +
    'afterwards.',
  limits:
    'Where single sign-on refuses the user, Netskope never sees the attempt: look at your identity provider, too.',
  examples: {
    mustMatch: {
      'a login fails': {
        audit_log_event: 'Login Failed',
        supporting_data: { data_type: 'user', data_values: ['203.0.113.9', 'alice@corp.example'] },
      },
      'single sign-on fails': { audit_log_event: 'SSO Login Failed' },
      'Netskope Support fails': { audit_log_event: 'SSO Login Failed by Netskope Support' },
      'access is denied': { audit_log_event: 'Access Denied' },
      'a one-time password fails': { audit_log_event: 'OTP validation failed' },
    },
    mustNotMatch: {
      'a login succeeds': { audit_log_event: 'Login Successful' },
      'Netskope ends the session, which another rule tells': {
        audit_log_event: 'Admin logged out because of successive login failures',
      },
      'a password cannot be changed': { audit_log_event: 'Password Change Failed Attempt' },
    },
  },
});
