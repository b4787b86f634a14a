import { byName, isChange, isDeletion, isSwitchedOff } from '../core/event/event-names';
import { defineRule } from '../core/rule/define-rule';
import { byUserAndEvent } from '../core/rule/group';

const STREAMING =
  /\b(?:log (?:streams?|streaming|shipp(?:er|ing)|exports?|forwarding|retention)|events? (?:streams?|streaming|exports?|forwarding)|syslog|siem|webhooks?)\b/i;

export const logStreamingChanged = defineRule({
  id: 'log-streaming-changed',
  title: 'Log streaming or export changed',
  description:
    'Where Netskope sends its logs has changed. An intruder stops them to stay unseen, or sends them to a place of their own.',
  severity: (event) => (isSwitchedOff(event) || isDeletion(event) ? 'high' : 'medium'),
  attack: [{ tactic: 'TA0112', technique: 'T1685.002', name: 'Disable or Modify Cloud Log' }],
  matches: byName((event) => STREAMING.test(event.name) && (isChange(event) || isSwitchedOff(event))),
  groupBy: byUserAndEvent,
  runbook:
    'See whether your other log targets still receive events, and find the change request. If there is none, set it back, and ' +
    'the one who changed it. This archive is not fed by log streaming and goes on.',
  supersedes: ['new-kind-of-action'],
  limits:
    'No such event is documented: they are found by words such as log streaming, log shipper, SIEM and syslog.',
  examples: {
    mustMatch: {
      'streaming is switched off': { audit_log_event: 'Disabled log streaming' },
      'streaming is stopped': { audit_log_event: 'Log streaming stopped' },
      'a target is added': { audit_log_event: 'Created new SIEM configuration' },
      'a target is deleted': { audit_log_event: 'Syslog server deleted' },
    },
    mustNotMatch: {
      'an administrator logs out': { audit_log_event: 'Logout Successful' },
      'a change fails': { audit_log_event: 'Failed to update log streaming' },
      'an export of logs': { audit_log_event: 'Log export downloaded' },
    },
  },
});
