import { isIPv6 } from 'node:net';
import type { ArchivedEvent } from '../core/event/archived-event';
import { isFailure } from '../core/event/event-names';
import { ipv6Network } from '../core/event/ipv6-network';
import { byUser } from '../core/group/group';
import { defineRule } from '../core/rule/define-rule';

/** Two weeks show where a user works from, and an intruder stays hidden no longer than that. */
const LEARNING_DAYS = 14;

/** IPv6 by its network: hosts change the rest of their address daily (RFC 8981). */
function networkOf({ sourceAddresses: [address] }: ArchivedEvent): string | undefined {
  return address !== undefined && isIPv6(address) ? ipv6Network(address) : address;
}

export const actionFromNewAddress = defineRule({
  id: 'action-from-new-address',
  title: 'Administrator acted from a new address',
  description:
    'An administrator acted from an address this user has not been seen at before: on the road, or an intruder.',
  severity: 'medium',
  attack: [{ tactic: 'TA0001', technique: 'T1078.004', name: 'Cloud Accounts' }],
  // Failures are not learned: somebody who guesses a password must not make an address known.
  matches: (event) => !isFailure(event) && event.user !== undefined && networkOf(event) !== undefined,
  groupBy: byUser,
  novelty: { valueOf: networkOf, learningDays: LEARNING_DAYS },
  runbook:
    'Ask the user whether it was them. If not, end the session, reset the password, and look at everything the account did ' +
    'from that address.',
  limits:
    `Only logins and password changes carry an address. A user's first ${LEARNING_DAYS} days are for learning and raise no ` +
    'alert, and users whom Netskope hides never do. An address that was not used for long may be forgotten, and is new again.',
  examples: {
    mustMatch: {
      'a login with an address': {
        audit_log_event: 'SSO Login Successful',
        supporting_data: { data_type: 'user', data_values: ['198.51.100.17', 'alice@corp.example'] },
      },
      'a password change, from an IPv6 address': {
        audit_log_event: 'Password Change Successful',
        supporting_data: { data_type: 'user', data_values: ['2001:db8:4a::17', 'alice@corp.example'] },
      },
    },
    mustNotMatch: {
      'a login that fails': {
        audit_log_event: 'Login Failed',
        supporting_data: { data_type: 'user', data_values: ['203.0.113.9', 'alice@corp.example'] },
      },
      'an address that a policy names': {
        audit_log_event: 'Set dedicated egress ip policy',
        supporting_data: { data_type: 'policy', data_values: ['203.0.113.9'] },
      },
      'a user whom Netskope hides': {
        audit_log_event: 'Login Successful',
        user: 'redacted',
        ur_normalized: 'redacted',
        supporting_data: { data_type: 'user', data_values: ['198.51.100.17', 'redacted'] },
      },
    },
  },
});
