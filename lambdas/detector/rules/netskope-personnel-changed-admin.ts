import {
  isAdminAccountChange,
  isByNetskopePersonnel,
  isPasswordChange,
  isSupportAccessChange,
} from '../core/event/event-names';
import { defineRule } from '../core/rule/define-rule';
import { byUserAndEvent } from '../core/rule/group';

/** One urgent alert instead of two: for what personnel does, and for what happens to administrators. */
export const netskopePersonnelChangedAdmin = defineRule({
  id: 'netskope-personnel-changed-admin',
  title: 'Netskope personnel changed an administrator',
  description:
    "Netskope's own staff changed who may administer your tenant, or how they log in. Support hardly ever needs to.",
  severity: 'critical',
  attack: [
    { tactic: 'TA0001', technique: 'T1199', name: 'Trusted Relationship' },
    { tactic: 'TA0004', technique: 'T1098', name: 'Account Manipulation' },
  ],
  matches: (event) =>
    isByNetskopePersonnel(event) &&
    (isAdminAccountChange(event) || isPasswordChange(event) || isSupportAccessChange(event)),
  groupBy: byUserAndEvent,
  runbook:
    'Call your Netskope contact and ask who did it, and for which case. Until you know, undo the change, switch off single ' +
    'sign-on for Netskope Support, and review every administrator.',
  supersedes: [
    'access-settings-changed',
    'admin-account-changed',
    'admin-password-changed',
    'netskope-personnel-action',
    'netskope-support-access-changed',
    'new-kind-of-action',
  ],
  examples: {
    mustMatch: {
      'personnel creates an administrator': {
        audit_log_event: 'Created new admin',
        is_netskope_personnel: true,
      },
      'personnel resets a password': { audit_log_event: 'Reset password', is_netskope_personnel: true },
      'personnel lets itself in': {
        audit_log_event: 'Enabled Netskope Support SSO',
        is_netskope_personnel: true,
      },
    },
    mustNotMatch: {
      'personnel logs in': { audit_log_event: 'Login Successful', is_netskope_personnel: true },
      'a colleague creates an administrator': {
        audit_log_event: 'Created new admin',
        is_netskope_personnel: false,
      },
    },
  },
});
