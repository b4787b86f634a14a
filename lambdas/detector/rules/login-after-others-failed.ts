import { isLogin, isSuccessfulLogin } from '../core/event/event-names';
import { defineRule } from '../core/rule/define-rule';
import { bySourceAddress } from '../core/rule/group';

export const loginAfterOthersFailed = defineRule({
  id: 'login-after-others-failed',
  title: 'Login succeeded where many others had failed',
  description:
    'From one address, logins of other users failed, and then one succeeded: one of many guesses may have been right.',
  severity: 'high',
  attack: [
    { tactic: 'TA0006', technique: 'T1110.003', name: 'Password Spraying' },
    { tactic: 'TA0001', technique: 'T1078', name: 'Valid Accounts' },
  ],
  matches: (event) => isLogin(event) && event.user !== undefined && event.sourceAddresses.length > 0,
  groupBy: bySourceAddress,
  threshold: 10,
  correlation: { completes: isSuccessfulLogin, byOthers: true },
  runbook:
    'See whose address it is: behind your own proxy or VPN this may be a bad morning, and it can be excluded. If it is not ' +
    'yours, end the session, reset the password, and look at everything the account did since.',
  limits:
    'Addresses may be hidden by the role of the token. Fewer than ten failures of others are not told: your office, too, is ' +
    'one address of many.',
  examples: {
    mustMatch: {
      'a failure, one of those before': {
        audit_log_event: 'Login Failed',
        supporting_data: { data_type: 'user', data_values: ['203.0.113.9', 'alice@corp.example'] },
      },
      'a success, the one that comes last': {
        audit_log_event: 'SSO Login Successful',
        supporting_data: { data_type: 'user', data_values: ['203.0.113.9', 'alice@corp.example'] },
      },
    },
    mustNotMatch: {
      'without an address': { audit_log_event: 'Login Failed' },
      'a user whom Netskope hides': {
        audit_log_event: 'Login Failed',
        user: 'redacted',
        ur_normalized: 'redacted',
        supporting_data: { data_type: 'user', data_values: ['203.0.113.9', 'redacted'] },
      },
      'a password is changed': {
        audit_log_event: 'Password Change Successful',
        supporting_data: { data_type: 'user', data_values: ['203.0.113.9', 'alice@corp.example'] },
      },
    },
  },
});
