import { byUserAndEvent } from '../core/group/group';
import { defineRule } from '../core/rule/define-rule';

const PROTECTION =
  /\b(?:polic(?:y|ies)|tunnels?|assessments?|retroscans?|profiles?|steering|decryption|classification)\b/i;
const STOPS = /\b(?:disabled?|deactivated?|stopped|paused|suspended|turned off|switched off)\b/i;

export const protectionDisabled = defineRule({
  id: 'protection-disabled',
  title: 'Policy, tunnel, assessment or scan disabled',
  description:
    'Something that protects was switched off or stopped. What it would have seen or held back passes unseen.',
  severity: 'high',
  attack: [{ tactic: 'TA0112', technique: 'T1685', name: 'Disable or Modify Tools' }],
  matches: ({ name }) => PROTECTION.test(name) && STOPS.test(name),
  groupBy: byUserAndEvent,
  runbook:
    'Find the change request or the outage that explains it. If there is none, switch it on again, ask the one who did it, and ' +
    'look at what happened meanwhile.',
  limits:
    'Deleting a policy is not disabling it: many-deletes counts deletions, and policy-weakened reads changes.',
  examples: {
    mustMatch: {
      'an assessment policy is disabled': { audit_log_event: 'Disabled security assessment policy' },
      'a tunnel is disabled': { audit_log_event: 'IPSec Tunnel disabled' },
      'a scan is stopped': { audit_log_event: 'Next Gen CASB API retroscan stopped' },
      'a scan is paused': { audit_log_event: 'Next Gen CASB API retroscan paused' },
    },
    mustNotMatch: {
      'a tunnel is edited': { audit_log_event: 'IPSec Tunnel Edited' },
      'an administrator is disabled': { audit_log_event: 'Disabled admin' },
      'a user asks to disable a client': {
        audit_log_event: 'Client Disable Request Submitted',
        supporting_data: { data_type: 'hostname', data_values: 'HOST123' },
      },
      'a classification is enabled': { audit_log_event: 'Enable dynamic url classification' },
    },
  },
});
