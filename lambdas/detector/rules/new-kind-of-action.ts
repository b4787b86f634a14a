import { apiCallInWords, isSuccess, kindOfPath } from '../core/event/api-call';
import type { ArchivedEvent } from '../core/event/archived-event';
import { isFailure, isLogin, named } from '../core/event/event-names';
import { defineRule } from '../core/rule/define-rule';
import { byUser } from '../core/rule/group';

/** A month shows what belongs to somebody's work; most things are done once a month at least. */
const LEARNING_DAYS = 30;

/** Names may end in the name of an object; so many words tell what is done. */
const WORDS_OF_KIND = 6;

const isLogout = named(/\blog(?:ged)? ?out\b/i);

/** For example `created new inline policy`, or `PATCH /api/v2/policy/urllist/*`. */
function kindOf(event: ArchivedEvent): string | undefined {
  const { apiCall } = event;
  if (apiCall?.path !== undefined)
    return isSuccess(apiCall) ? `${apiCall.method ?? ''} ${kindOfPath(apiCall.path)}` : undefined;
  if (apiCall !== undefined || isLogin(event) || isFailure(event) || isLogout(event)) return undefined;
  const words = event.name.toLowerCase().split(/\s+/, WORDS_OF_KIND + 1);
  const kind = words
    .filter((word) => word !== '')
    .slice(0, WORDS_OF_KIND)
    .join(' ');
  return kind === '' ? undefined : kind;
}

export const newKindOfAction = defineRule({
  id: 'new-kind-of-action',
  title: 'First act of this kind',
  description:
    'An administrator or a token does a kind of thing that it has not done before, or not for half a year: a new task, or somebody else who uses the account.',
  severity: 'low',
  attack: [{ tactic: 'TA0001', technique: 'T1078.004', name: 'Cloud Accounts' }],
  matches: (event) => event.user !== undefined && kindOf(event) !== undefined,
  groupBy: byUser,
  novelty: { valueOf: kindOf, learningDays: LEARNING_DAYS },
  what: apiCallInWords,
  runbook:
    'Routine, unless it does not fit to the person: then ask. For a token, ask its owner whether the integration does ' +
    'something new; if not, revoke the token.',
  limits:
    `The first ${LEARNING_DAYS} days of a user raise nothing, and users whom Netskope hides never do. Acts that another rule ` +
    'finds raise none here.',
  examples: {
    mustMatch: {
      'a policy is created': { audit_log_event: 'Created new inline policy' },
      'a token reads users': {
        audit_log_event: 'Rest API V2 Call',
        supporting_data: { data_type: 'incidents', data_values: [200, 'GET', '/api/v2/scim/Users'] },
      },
    },
    mustNotMatch: {
      'a login': { audit_log_event: 'Login Successful' },
      'a logout': { audit_log_event: 'Logout Successful' },
      'an administrator is logged out': { audit_log_event: 'Admin logged out for inactivity' },
      'something fails': { audit_log_event: 'OTP validation failed' },
      'the API refuses': {
        audit_log_event: 'Rest API V2 Call',
        supporting_data: { data_type: 'incidents', data_values: [403, 'GET', '/api/v2/scim/Users'] },
      },
      'a call with its status alone': {
        audit_log_event: 'Rest API V2 Call',
        supporting_data: { data_type: 'incidents', data_values: [200] },
      },
      'no name': { audit_log_event: ' ' },
      'a user whom Netskope hides': {
        audit_log_event: 'Created new inline policy',
        user: 'redacted',
        ur_normalized: 'redacted',
      },
    },
  },
});
