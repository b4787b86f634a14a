import { named } from '../core/event/event-names';
import { defineRule } from '../core/rule/define-rule';
import { byUser } from '../core/rule/group';

/** The counterpart of Panther's Netskope.AdminLoggedOutLoginFailures. */
export const adminLoggedOutAfterFailures = defineRule({
  id: 'admin-logged-out-after-failures',
  title: 'Administrator logged out after repeated login failures',
  description:
    "Netskope ended an administrator's session because logins failed again and again: somebody may be guessing.",
  severity: 'medium',
  attack: [{ tactic: 'TA0006', technique: 'T1110', name: 'Brute Force' }],
  matches: named(/\badmin logged out because of successive login failures\b/i),
  groupBy: byUser,
  runbook:
    'Ask the administrator whether it was them. If not, reset the password, end all sessions, and look at the failed logins ' +
    'by address before it.',
  supersedes: ['new-kind-of-action'],
  examples: {
    mustMatch: {
      'an administrator is logged out': {
        audit_log_event: 'Admin logged out because of successive login failures',
      },
    },
    mustNotMatch: {
      'an ordinary logout': { audit_log_event: 'Logout Successful' },
      'one failed login': { audit_log_event: 'Login Failed' },
    },
  },
});
