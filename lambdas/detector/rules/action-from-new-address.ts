import { isFailure } from '../core/event/event-names';
import { networkOf, poolOf, sourceNetworkOf } from '../core/event/network';
import { defineRule } from '../core/rule/define-rule';
import { byUser } from '../core/rule/group';

/** Two weeks show where a user works from, and an intruder stays hidden no longer than that. */
const LEARNING_DAYS = 14;

/**
 * At home and in the office. An account that is created later, or taken over before it was first used, must not have
 * two weeks in which any address is fine.
 */
const LEARNED_SILENTLY = 2;

export const actionFromNewAddress = defineRule({
  id: 'action-from-new-address',
  title: 'Act from a new network',
  description:
    'An administrator acted from a network where this user was not seen before, or not for half a year: on the road, or an intruder.',
  severity: 'medium',
  attack: [{ tactic: 'TA0001', technique: 'T1078.004', name: 'Cloud Accounts' }],
  // Failures are not learned: somebody who guesses a password must not make an address known.
  matches: (event) => !isFailure(event) && event.user !== undefined && sourceNetworkOf(event) !== undefined,
  groupBy: byUser,
  novelty: {
    // Providers give the same customer another address of a network daily, in IPv6 by design (RFC 8981).
    valueOf: sourceNetworkOf,
    learningDays: LEARNING_DAYS,
    learnedSilently: LEARNED_SILENTLY,
    // Phones and many lines get an address of another network each day, all of a few blocks of one provider. Alerts about
    // each of them for months would teach everybody not to read them.
    partOf: poolOf,
    // Earlier editions have learned addresses, and networks of another size.
    sameAs: networkOf,
    keepsAddress: true,
  },
  runbook:
    'Ask the user whether it was them. If not, end the session, reset the password, and look at everything the account did ' +
    'from that address.',
  limits:
    `Only logins and password changes carry an address. The first ${LEARNED_SILENTLY} networks of a user's first ` +
    `${LEARNING_DAYS} days raise no alert, and users whom Netskope hides never do. A network is /24 in IPv4 and /48 in ` +
    'IPv6: an intruder in the same one is not seen. Nor is one in the /16 or /32 of two networks that the user had: ' +
    'phones and many lines change their network within such a block. `detection.networks` names further ones that belong together.',
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
