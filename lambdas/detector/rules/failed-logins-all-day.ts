import { isFailedLogin } from '../core/event/event-names';
import { defineRule } from '../core/rule/define-rule';
import { byUser } from '../core/rule/group';

export const failedLoginsAllDay = defineRule({
  id: 'failed-logins-all-day',
  title: 'Failed logins all day long',
  description:
    'Logins of one user failed again and again within a day, perhaps too slowly for other rules: a patient guess, or a device with an old password.',
  severity: 'medium',
  attack: [{ tactic: 'TA0006', technique: 'T1110.001', name: 'Password Guessing' }],
  matches: isFailedLogin,
  groupBy: byUser,
  threshold: 40,
  windowMinutes: 1_440,
  runbook:
    'Ask the user whether a device or script still has an old password. If not, block the addresses, reset the password, and ' +
    'see whether a login succeeded.',
  limits: 'Fewer than 40 failures a day stay unseen, and those that single sign-on keeps to itself.',
  examples: {
    mustMatch: {
      'a login fails': { audit_log_event: 'Login Failed' },
      'access is denied': { audit_log_event: 'Access Denied' },
    },
    mustNotMatch: {
      'a login succeeds': { audit_log_event: 'Login Successful' },
      'a password cannot be changed': { audit_log_event: 'Password Change Failed Attempt' },
    },
  },
});
