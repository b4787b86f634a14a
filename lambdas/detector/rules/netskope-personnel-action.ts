import { isByNetskopePersonnel } from '../core/event/event-names';
import { defineRule } from '../core/rule/define-rule';
import { byUserAndEvent } from '../core/rule/group';

/** The counterpart of Panther's Netskope.NetskopePersonnelActivity. */
export const netskopePersonnelAction = defineRule({
  id: 'netskope-personnel-action',
  title: 'Action by Netskope personnel',
  description:
    "Netskope's own staff acted in your tenant. That is expected while a support case needs it, and not otherwise.",
  severity: 'medium',
  attack: [{ tactic: 'TA0001', technique: 'T1195', name: 'Supply Chain Compromise' }],
  matches: isByNetskopePersonnel,
  groupBy: byUserAndEvent,
  // A support case goes on for days: once a day tells as much as each hour.
  windowMinutes: 1_440,
  runbook:
    'Find the support case. If there is none, ask your Netskope contact who acted and why, and switch off single sign-on for ' +
    'Netskope Support until you know.',
  supersedes: ['new-kind-of-action'],
  limits:
    'Netskope says who its personnel is: events before 2023, and those of some producers, lack the mark.',
  examples: {
    mustMatch: {
      'personnel logs in': { audit_log_event: 'Login Successful', is_netskope_personnel: true },
      'personnel, with the mark as text': {
        audit_log_event: 'Edited inline policy',
        is_netskope_personnel: 'true',
      },
      'support logs in, without the mark': { audit_log_event: 'SSO Login Successful by Netskope Support' },
    },
    mustNotMatch: {
      'somebody else logs in': { audit_log_event: 'Login Successful', is_netskope_personnel: false },
      'the mark is absent': { audit_log_event: 'Login Successful' },
    },
  },
});
