import type { ArchivedEvent } from '../core/event/archived-event';
import { isFailure, isPasswordChange } from '../core/event/event-names';
import { isOnAnother, isOnOneself } from '../core/event/targets';
import { defineRule } from '../core/rule/define-rule';
import { byUserAndEvent } from '../core/rule/group';

const RESET = /^reset\b/i;

function severityOf(event: ArchivedEvent) {
  if (isFailure(event)) return 'medium';
  if (isOnAnother(event)) return 'high';
  // Whose password was reset is unknown without a target, and whether it is the own one without an actor.
  const isUnclear = RESET.test(event.name) ? !isOnOneself(event) : event.targets.length > 0;
  return isUnclear ? 'medium' : 'low';
}

/** Covers administrators who log in to Netskope without single sign-on; Panther's pack has no such rule. */
export const adminPasswordChanged = defineRule({
  id: 'admin-password-changed',
  title: 'Administrator password changed or reset',
  description:
    'A password was changed or reset, or somebody tried to. An intruder does so to take an account over.',
  severity: severityOf,
  attack: [{ tactic: 'TA0003', technique: 'T1098', name: 'Account Manipulation' }],
  matches: isPasswordChange,
  groupBy: byUserAndEvent,
  runbook:
    'A change by the owner is routine: ask, if it comes with failed logins or from an address you do not know. A reset that ' +
    'nobody asked for: end the sessions of the account, and reset the password again.',
  supersedes: ['new-kind-of-action'],
  examples: {
    mustMatch: {
      'a password is changed': {
        audit_log_event: 'Password Change Successful',
        supporting_data: { data_type: 'user', data_values: ['198.51.100.17', 'alice@corp.example'] },
      },
      'somebody fails to change a password': { audit_log_event: 'Password Change Failed Attempt' },
      'the password of another is changed': {
        audit_log_event: 'Password Change Successful',
        supporting_data: { data_type: 'user', data_values: ['198.51.100.17', 'bogdan@corp.example'] },
      },
      'a password is reset': { audit_log_event: 'Reset password' },
    },
    mustNotMatch: {
      'a login': { audit_log_event: 'Login Successful' },
      'a mail is sent again': { audit_log_event: 'Resend Verification Email' },
    },
  },
});
