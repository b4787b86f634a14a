import { isFailedLogin } from '../core/event/event-names';
import { sourceNetworkOf } from '../core/event/network';
import { defineRule } from '../core/rule/define-rule';
import { byUser } from '../core/rule/group';

export const failedLoginsFromManyNetworks = defineRule({
  id: 'failed-logins-from-many-networks',
  title: 'Failed logins from many networks',
  description:
    'Logins of one user failed from several networks in a short time. Nobody travels so fast: somebody guesses the password through many proxies.',
  severity: 'high',
  attack: [{ tactic: 'TA0006', technique: 'T1110.001', name: 'Password Guessing' }],
  matches: (event) =>
    isFailedLogin(event) && event.user !== undefined && sourceNetworkOf(event) !== undefined,
  groupBy: byUser,
  threshold: 5,
  distinct: sourceNetworkOf,
  runbook:
    'Reset the password, and see whether a login succeeded from one of the addresses. Blocking them does not help: there will ' +
    'be others. Demand a second factor, or limit logins to your own addresses.',
  limits:
    'A network is /24 in IPv4 and /48 in IPv6. Where Netskope hides the user, only failed logins by address are counted.',
  examples: {
    mustMatch: {
      'a login fails': {
        audit_log_event: 'Login Failed',
        supporting_data: { data_type: 'user', data_values: ['203.0.113.9', 'alice@corp.example'] },
      },
      'a login fails of a user whom only the values name': {
        audit_log_event: 'Login Failed',
        user: 'unknown',
        ur_normalized: '',
        supporting_data: { data_type: 'user', data_values: ['203.0.113.9', 'student13'] },
      },
    },
    mustNotMatch: {
      'a login fails, without an address': { audit_log_event: 'Login Failed' },
      'a user whom Netskope hides': {
        audit_log_event: 'Login Failed',
        user: 'redacted',
        ur_normalized: 'redacted',
        supporting_data: { data_type: 'user', data_values: ['203.0.113.9', 'redacted'] },
      },
      'a login succeeds': {
        audit_log_event: 'Login Successful',
        supporting_data: { data_type: 'user', data_values: ['203.0.113.9', 'alice@corp.example'] },
      },
    },
  },
});
