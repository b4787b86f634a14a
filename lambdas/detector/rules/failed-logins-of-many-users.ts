import { isFailedLogin } from '../core/event/event-names';
import { defineRule } from '../core/rule/define-rule';
import { byTenant } from '../core/rule/group';

export const failedLoginsOfManyUsers = defineRule({
  id: 'failed-logins-of-many-users',
  title: 'Failed logins of many users',
  description:
    'Logins of many different users failed in a short time, from any addresses: somebody tries a few passwords on many names, or a login service is broken.',
  severity: 'high',
  attack: [{ tactic: 'TA0006', technique: 'T1110.003', name: 'Password Spraying' }],
  matches: (event) => isFailedLogin(event) && event.user !== undefined,
  groupBy: byTenant,
  threshold: 10,
  distinct: ({ user }) => user?.toLowerCase(),
  runbook:
    'See whether single sign-on or a password change explains it. If not, look which of the users logged in afterwards, reset ' +
    'their passwords, and demand a second factor of all.',
  limits:
    'Where Netskope hides users, nobody can tell that they are many. In a tenant with hundreds of administrators, raise the ' +
    'threshold.',
  examples: {
    mustMatch: {
      'a login fails': {
        audit_log_event: 'Login Failed',
        supporting_data: { data_type: 'user', data_values: ['203.0.113.9', 'alice@corp.example'] },
      },
      'single sign-on fails, without an address': { audit_log_event: 'SSO Login Failed' },
    },
    mustNotMatch: {
      'a user whom Netskope hides': { audit_log_event: 'Login Failed', user: 'redacted', ur_normalized: '' },
      'a login succeeds': { audit_log_event: 'Login Successful' },
    },
  },
});
