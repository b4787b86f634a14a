import { isLogin, isSuccessfulLogin } from '../core/event/event-names';
import { defineRule } from '../core/rule/define-rule';
import { byUser } from '../core/rule/group';

export const loginAfterFailures = defineRule({
  id: 'login-after-failures',
  title: 'Login succeeded after repeated failures',
  description:
    'A login of one user succeeded shortly after several had failed: the guess may have been right.',
  severity: 'high',
  attack: [
    { tactic: 'TA0006', technique: 'T1110', name: 'Brute Force' },
    { tactic: 'TA0001', technique: 'T1078', name: 'Valid Accounts' },
  ],
  matches: isLogin,
  groupBy: byUser,
  threshold: 5,
  correlation: { completes: isSuccessfulLogin },
  runbook:
    'Ask the user whether the login was theirs. If not, end the session, reset the password, and look at everything the ' +
    'account did since.',
  limits:
    "Failures and success are joined by the user's name: a guesser who tries one password on many users is found by " +
    'failed-logins-by-address. Failures that single sign-on keeps to itself are not seen.',
  examples: {
    mustMatch: {
      'a failure, one of those before': { audit_log_event: 'Login Failed' },
      'a success, the one that comes last': { audit_log_event: 'SSO Login Successful' },
    },
    mustNotMatch: {
      'a logout': { audit_log_event: 'Logout Successful' },
      'a password is changed': { audit_log_event: 'Password Change Successful' },
    },
  },
});
