import { byName } from '../core/event/event-names';
import { defineRule } from '../core/rule/define-rule';
import { byUser } from '../core/rule/group';

const TRAIL = /\b(?:events?|audit trail|logs?)\b/i;
const CLEARS = /\b(?:clear(?:ed)?|purged?|erased?|wiped?)\b/i;

export const auditTrailCleared = defineRule({
  id: 'audit-trail-cleared',
  title: 'Events were cleared',
  description:
    'Somebody cleared events in Netskope. What is archived here already stays; what was not may be gone.',
  severity: 'critical',
  attack: [{ tactic: 'TA0005', technique: 'T1070', name: 'Indicator Removal' }],
  matches: byName(({ name }) => TRAIL.test(name) && CLEARS.test(name)),
  groupBy: byUser,
  runbook:
    'Ask who did it and why. If nobody knows, treat the tenant as compromised: disable the account, and read in the archive ' +
    'what it did in the hours before.',
  supersedes: ['new-kind-of-action'],
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
