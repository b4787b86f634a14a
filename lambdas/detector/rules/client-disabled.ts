import { byName, isSwitchedOff } from '../core/event/event-names';
import { defineRule } from '../core/rule/define-rule';
import { byUser } from '../core/rule/group';

const CLIENT = /\bclients?\b/i;
const GOES = /\b(?:uninstall(?:ed)?|unenrolled)\b/i;

export const clientDisabled = defineRule({
  id: 'client-disabled',
  title: 'Netskope Client disabled on a device',
  description:
    'A user switched the client off, or asked to: nothing that the device sends is inspected until it is on again.',
  severity: 'low',
  attack: [{ tactic: 'TA0112', technique: 'T1685', name: 'Disable or Modify Tools' }],
  matches: byName((event) => CLIENT.test(event.name) && (isSwitchedOff(event) || GOES.test(event.name))),
  groupBy: byUser,
  windowMinutes: 1_440,
  what: (event) => [event.name, ...event.targets].join(' '),
  runbook:
    'Usually a user with a problem: ask. Many at once, or an administrator among them, is worth a look at what their devices ' +
    'did. Allow disabling by one-time password only, if users may do so themselves.',
  supersedes: ['new-kind-of-action'],
  limits:
    'Of such events only "Client Disable Request Submitted" is documented; others are found by their words. Whether the ' +
    'request was granted, and when the client was on again, is not recorded.',
  examples: {
    mustMatch: {
      'a user asks to disable a client': {
        audit_log_event: 'Client Disable Request Submitted',
        supporting_data: { data_type: 'hostname', data_values: 'HOST123' },
      },
      'a client is disabled': { audit_log_event: 'Client disabled' },
      'a client is uninstalled': { audit_log_event: 'Uninstalled client' },
    },
    mustNotMatch: {
      'a client is enabled': { audit_log_event: 'Client Enabled' },
      'a configuration of clients is deleted': { audit_log_event: 'Deleted client configuration' },
      'a tunnel is disabled': { audit_log_event: 'IPSec Tunnel disabled' },
    },
  },
});
