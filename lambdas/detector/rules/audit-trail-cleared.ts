import { byUser } from '../core/group/group';
import { defineRule } from '../core/rule/define-rule';

const CLEARED = /\b(?:events?|audit (?:logs?|trail)|logs?)\b.*\b(?:cleared|purged|erased|wiped)\b/i;
const CLEARS = /\b(?:clear|cleared|purged?|erased?|wiped?)\b.*\b(?:events?|audit (?:logs?|trail)|logs?)\b/i;

export const auditTrailCleared = defineRule({
  id: 'audit-trail-cleared',
  title: 'Events were cleared',
  description:
    'Somebody cleared events in Netskope. What is archived here already stays; what was not may be gone.',
  severity: 'critical',
  attack: [{ tactic: 'TA0005', technique: 'T1070', name: 'Indicator Removal' }],
  matches: ({ name }) => CLEARED.test(name) || CLEARS.test(name),
  groupBy: byUser,
  runbook:
    'Ask who did it and why. If nobody knows, treat the tenant as compromised: disable the account, and read in the archive ' +
    'what it did in the hours before.',
  limits: 'Netskope does not document which events "Events were cleared" means.',
  examples: {
    mustMatch: {
      'events were cleared': {
        audit_log_event: 'Events were cleared',
        supporting_data: { data_type: null, data_values: [''] },
      },
    },
    mustNotMatch: {
      'a logout': { audit_log_event: 'Logout Successful' },
      'a policy is deleted': { audit_log_event: 'Deleted inline policy' },
    },
  },
});
