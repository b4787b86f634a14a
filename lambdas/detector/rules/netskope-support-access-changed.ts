import { isSupportAccessChange } from '../core/event/event-names';
import { defineRule } from '../core/rule/define-rule';
import { byUserAndEvent } from '../core/rule/group';

/** Covers whether Netskope's own staff may log in; Panther's pack has no such rule. */
export const netskopeSupportAccessChanged = defineRule({
  id: 'netskope-support-access-changed',
  title: 'Access for Netskope Support switched on or off',
  description:
    "Single sign-on for Netskope Support was switched. While it is on, Netskope's staff can log in to your tenant.",
  severity: ({ name }) => (/^disable/i.test(name) ? 'low' : 'high'),
  attack: [{ tactic: 'TA0001', technique: 'T1199', name: 'Trusted Relationship' }],
  matches: isSupportAccessChange,
  groupBy: byUserAndEvent,
  runbook:
    "Find the support case that needs the access. If there is none, switch it off, and look at what Netskope's staff did " +
    'while it was on. Switch it off when the case is closed.',
  supersedes: ['new-kind-of-action'],
  examples: {
    mustMatch: {
      'access is switched on': { audit_log_event: 'Enabled Netskope Support SSO' },
      'access is switched off': { audit_log_event: 'Disabled Netskope Support SSO' },
    },
    mustNotMatch: {
      'Netskope Support logs in': { audit_log_event: 'SSO Login Successful by Netskope Support' },
      'an administrator is enabled': { audit_log_event: 'Enabled admin' },
    },
  },
});
