import { byName, isAboutBypass, isDeletion, isSwitchedOff } from '../core/event/event-names';
import { letsThrough } from '../core/event/policy-strength';
import { defineRule } from '../core/rule/define-rule';
import { byUserAndEvent } from '../core/rule/group';

/** What sees or holds back traffic itself, or brings it to Netskope. */
const ENFORCES =
  /\b(?:polic(?:y|ies)|tunnels?|steering|decryption|connectors?|publishers?|instances?|classification)\b/i;
/** What these use or prepare. */
const SUPPORTS = /\b(?:profiles?|templates?|assessments?|retroscans?|fingerprints?)\b/i;
/** Objects with the same words that hold nothing back. */
const INFORMS = /\b(?:reports?|dashboards?|notifications?|e-?mails?|widgets?)\b/i;

const isOfProtection = byName(
  (event) =>
    (isSwitchedOff(event) || isDeletion(event)) &&
    (ENFORCES.test(event.name) || SUPPORTS.test(event.name)) &&
    !INFORMS.test(event.name) &&
    !isAboutBypass(event),
);

export const protectionDisabled = defineRule({
  id: 'protection-disabled',
  title: 'Protection switched off or deleted',
  description:
    'A policy, tunnel, connector, profile, template or scan was switched off, stopped or deleted. What it would have seen or held back passes unseen.',
  severity: (event) => {
    if (isSwitchedOff(event)) return 'high';
    return ENFORCES.test(event.name) ? 'medium' : 'low';
  },
  attack: [{ tactic: 'TA0112', technique: 'T1685', name: 'Disable or Modify Tools' }],
  matches: (event) => isOfProtection(event) && !letsThrough(event),
  groupBy: byUserAndEvent,
  runbook:
    'Find the change request or the outage that explains it. If there is none, switch it on again or restore it, ask the one ' +
    'who did it, and look at what happened meanwhile.',
  supersedes: ['new-kind-of-action'],
  limits:
    'The kind of object is read from words of the event, because Netskope documents few names. Whether a policy restricts ' +
    'follows from its action, else from words of its name such as "allow"; without either, it is assumed.',
  examples: {
    mustMatch: {
      'an assessment policy is disabled': { audit_log_event: 'Disabled security assessment policy' },
      'a tunnel is disabled': { audit_log_event: 'IPSec Tunnel disabled' },
      'a scan is stopped': { audit_log_event: 'Next Gen CASB API retroscan stopped' },
      'a scan is paused': { audit_log_event: 'Next Gen CASB API retroscan paused' },
      'a policy is deleted': {
        audit_log_event: 'Deleted inline policy',
        supporting_data: { data_type: 'policy', data_values: [false] },
      },
      'a policy that blocks is deleted, whatever its name': {
        audit_log_event: 'Deleted inline policy',
        supporting_data: { data_type: 'policy', data_values: ['Allow HR portal'] },
        details: [{ name: 'Allow HR portal', diff: { deleted: [{ key: 'action_name', value: 'block' }] } }],
      },
      'a profile is deleted': { audit_log_event: 'File Filter profile deleted' },
      'a template is deleted': { audit_log_event: 'Deleted rbi template' },
      'the connection to an app is deleted': { audit_log_event: 'Next Gen CASB API instance deleted' },
    },
    mustNotMatch: {
      'a tunnel is edited': { audit_log_event: 'IPSec Tunnel Edited' },
      'an administrator is disabled': { audit_log_event: 'Disabled admin' },
      'a user asks to disable a client': {
        audit_log_event: 'Client Disable Request Submitted',
        supporting_data: { data_type: 'hostname', data_values: 'HOST123' },
      },
      'a classification is enabled': { audit_log_event: 'Enable dynamic url classification' },
      'a policy that allows is deleted': {
        audit_log_event: 'Deleted inline policy',
        supporting_data: { data_type: 'policy', data_values: ['Allow HR portal'] },
      },
      'a policy that allows is deleted, as its action says': {
        audit_log_event: 'Deleted inline policy',
        details: [{ name: 'HR portal', diff: { deleted: [{ key: 'action_name', value: 'allow' }] } }],
      },
      'a policy not to decrypt is deleted': { audit_log_event: 'Deleted Do Not Decrypt policy' },
      'a template of a report is deleted': { audit_log_event: 'Deleted report template' },
      'a deletion fails': { audit_log_event: 'Inline policy could not be deleted: access denied' },
    },
  },
});
