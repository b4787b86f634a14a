import { isFailedLogin } from '../core/event/event-names';
import { defineRule } from '../core/rule/define-rule';
import { bySourceAddress } from '../core/rule/group';

export const failedLoginsByAddress = defineRule({
  id: 'failed-logins-by-address',
  title: 'Many failed logins from one address',
  description:
    'Many logins from one address failed in a short time. With many users it is password spraying: a few passwords, many names.',
  severity: 'high',
  attack: [{ tactic: 'TA0006', technique: 'T1110.003', name: 'Password Spraying' }],
  matches: (event) => isFailedLogin(event) && event.sourceAddresses.length > 0,
  groupBy: bySourceAddress,
  threshold: 20,
  runbook:
    'See whose address it is: your own proxy or VPN may stand for many. If it is not yours, block it, and reset the password ' +
    'of every user who logged in from it.',
  limits:
    'Addresses may be hidden by the role of the token, and an attack from many addresses stays below the threshold of each.',
  examples: {
    mustMatch: {
      'a login fails': {
        audit_log_event: 'Login Failed',
        supporting_data: { data_type: 'user', data_values: ['203.0.113.9', 'alice@corp.example'] },
      },
      'single sign-on fails, from an IPv6 address': {
        audit_log_event: 'SSO Login Failed',
        supporting_data: { data_type: 'user', data_values: ['2001:db8::9', 'alice@corp.example'] },
      },
    },
    mustNotMatch: {
      'a login fails, without an address': {
        audit_log_event: 'Login Failed',
        supporting_data: { data_type: 'user', data_values: [''] },
      },
      'a login succeeds': {
        audit_log_event: 'Login Successful',
        supporting_data: { data_type: 'user', data_values: ['203.0.113.9', 'alice@corp.example'] },
      },
    },
  },
});
