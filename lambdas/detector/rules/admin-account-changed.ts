import { isAdminAccountChange, isAdminCreatedOrRemoved } from '../core/event/event-names';
import { byUserAndEvent } from '../core/group/group';
import { defineRule } from '../core/rule/define-rule';

/** The counterpart of Panther's Netskope.AdminUserChange. */
export const adminAccountChanged = defineRule({
  id: 'admin-account-changed',
  title: 'Administrator account created, changed or removed',
  description: 'Who may administer Netskope has changed. An intruder does so to stay, or to lock others out.',
  severity: (event) => (isAdminCreatedOrRemoved(event) ? 'critical' : 'high'),
  attack: [{ tactic: 'TA0004', technique: 'T1098', name: 'Account Manipulation' }],
  matches: isAdminAccountChange,
  groupBy: byUserAndEvent,
  runbook:
    'Find the request or ticket behind the change, and ask the one who made it. If there is none, undo the change, disable ' +
    'the account that made it, and look at what both accounts did since.',
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
      'the settings of administrators are updated': { audit_log_event: 'Updated admin settings' },
      'an administrator of Netskope is deleted': { audit_log_event: 'Deleted Netskope SSO admin' },
    },
    mustNotMatch: {
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
