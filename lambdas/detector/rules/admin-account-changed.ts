import type { ArchivedEvent } from '../core/event/archived-event';
import {
  byName,
  isAdminAccountChange,
  isAdminCreatedOrRemoved,
  isAdminSettingsChange,
} from '../core/event/event-names';
import { isOnOneself } from '../core/event/targets';
import { defineRule } from '../core/rule/define-rule';
import { byUserAndEvent } from '../core/rule/group';

const LOCKS = /^(?:disabled?|locked|unlock(?:ed)?)\b/i;
/** Keys of what an administrator may do, at least. */
const ROLE = /role|permission|privilege|scope/i;
/** Keys of how an administrator logs in. */
const LOGIN = /mail|password|sso|mfa|otp|allow.?list/i;
/** Keys of whether the account can be used. */
const STATE = /status|state|active|enabled/i;

function severityOf(event: ArchivedEvent) {
  if (isAdminCreatedOrRemoved(event)) return 'critical';
  const paths = event.changes.map(({ path }) => path).filter((path) => path !== '');
  const has = (keys: RegExp) => paths.some((path) => keys.test(path));
  if (has(ROLE)) return isOnOneself(event) ? 'critical' : 'high';
  if (LOCKS.test(event.name) || (has(STATE) && !has(LOGIN))) return 'medium';
  if (paths.length > 0 && !has(LOGIN)) return 'low';
  return isOnOneself(event) ? 'medium' : 'high';
}

/** The counterpart of Panther's Netskope.AdminUserChange. */
export const adminAccountChanged = defineRule({
  id: 'admin-account-changed',
  title: 'Administrator account changed',
  description: 'Who may administer Netskope has changed. An intruder does so to stay, or to lock others out.',
  severity: severityOf,
  attack: [
    { tactic: 'TA0004', technique: 'T1098', name: 'Account Manipulation' },
    { tactic: 'TA0003', technique: 'T1136.003', name: 'Cloud Account' },
    { tactic: 'TA0040', technique: 'T1531', name: 'Account Access Removal' },
  ],
  matches: byName((event) => isAdminAccountChange(event) && !isAdminSettingsChange(event)),
  groupBy: byUserAndEvent,
  runbook:
    'Find the request or ticket behind the change, and ask the one who made it. If there is none, undo the change, disable ' +
    'the account that made it, and look at what both accounts did since.',
  supersedes: ['new-kind-of-action'],
  limits:
    'What changed in an account is known only if the event has details. Without them, a change of another account counts as ' +
    'one of its role.',
  examples: {
    mustMatch: {
      'an administrator is created': { audit_log_event: 'Created new admin' },
      'an administrator with single sign-on is added': { audit_log_event: 'Added SSO Admin' },
      "a record is edited, in Netskope's other capitals": { audit_log_event: 'Edited SSO Admin Record' },
      'an administrator for support is created': { audit_log_event: 'Created new support admin' },
      'a record is edited': {
        audit_log_event: 'Edit admin record',
        supporting_data: { data_type: 'admin', data_values: ['bogdan@corp.example'] },
      },
      'an administrator is deleted': { audit_log_event: 'Deleted admin' },
      'an administrator is enabled': { audit_log_event: 'Enabled admin' },
      'an administrator is disabled': { audit_log_event: 'Disabled admin' },
      'an administrator is unlocked': { audit_log_event: 'Unlocked admin' },
      'an administrator of Netskope is deleted': { audit_log_event: 'Deleted Netskope SSO admin' },
    },
    mustNotMatch: {
      'the settings of all administrators are updated, which another rule tells': {
        audit_log_event: 'Updated admin settings',
      },
      'an administrator is logged out': {
        audit_log_event: 'Admin logged out because of successive login failures',
      },
      'an API call': {
        audit_log_event: 'Rest API V2 Call',
        supporting_data: {
          data_type: 'incidents',
          data_values: [200, 'POST', '/api/v2/incidents/uba/getuci'],
        },
      },
      'a template is deleted': { audit_log_event: 'Deleted rbi template' },
    },
  },
});
