import { apiCallInWords, apiWriteOf, kindOfPath } from '../core/event/api-call';
import type { ArchivedEvent } from '../core/event/archived-event';
import { defineRule } from '../core/rule/define-rule';
import { byUserAnd } from '../core/rule/group';

/** Who may administer the tenant, and with which token. */
const ACCESS =
  /\/(?:admins?|administrators?|administration|rbac|roles?|permissions?|(?:api-?)?tokens?|service-?accounts?|sso|saml|idp|mfa)(?:\/|$)/i;
/** What restricts traffic or brings it to Netskope. */
const PROTECTION =
  /\/(?:polic(?:y|ies)|steering|profiles?|dlp|decryption|exceptions?|tunnels?|publishers?|infrastructure)(?:\/|$)/i;

function pathOf(event: ArchivedEvent): string {
  return apiWriteOf(event)?.path ?? '';
}

export const configurationChangedByApi = defineRule({
  id: 'configuration-changed-by-api',
  title: 'Administration or protection changed by API',
  description:
    'A token changed administrators, roles or tokens, or deleted something that protects. Integrations seldom do so; a leaked token would.',
  severity: (event) => (ACCESS.test(pathOf(event)) ? 'high' : 'medium'),
  attack: [
    { tactic: 'TA0003', technique: 'T1098', name: 'Account Manipulation' },
    { tactic: 'TA0112', technique: 'T1685', name: 'Disable or Modify Tools' },
  ],
  matches: (event) => {
    const call = apiWriteOf(event);
    if (call?.path === undefined) return false;
    return ACCESS.test(call.path) || (call.method === 'DELETE' && PROTECTION.test(call.path));
  },
  groupBy: byUserAnd('path', (event) => kindOfPath(pathOf(event))),
  what: apiCallInWords,
  runbook:
    'Find who owns the token, and ask whether it was their integration. If not, revoke the token, undo the change, and look at ' +
    'every call made with it.',
  supersedes: ['new-kind-of-action'],
  limits:
    'Netskope does not document which calls are recorded: the paths are matched by their words. What else a token creates or ' +
    'changes is routine; new-kind-of-action tells when it is the first time, many-api-writes when it is much.',
  examples: {
    mustMatch: {
      'an administrator is created': {
        audit_log_event: 'Rest API V2 Call',
        supporting_data: {
          data_type: 'incidents',
          data_values: [201, 'POST', '/api/v2/platform/administration/scim/Users', 'trid=1'],
        },
      },
      'a token is changed, everything in one text': {
        audit_log_event: 'Rest API V2 Call',
        supporting_data: { data_type: 'incidents', data_values: '200 PATCH /api/v2/auth/tokens/17' },
      },
      'a policy is deleted': {
        audit_log_event: 'Rest API V2 Call',
        supporting_data: {
          data_type: 'incidents',
          data_values: [200, 'DELETE', '/api/v2/policy/npa/rules/17'],
        },
      },
    },
    mustNotMatch: {
      'administrators are listed': {
        audit_log_event: 'Rest API V2 Call',
        supporting_data: { data_type: 'incidents', data_values: [200, 'GET', '/api/v2/rbac/admins'] },
      },
      'the API refuses': {
        audit_log_event: 'Rest API V2 Call',
        supporting_data: { data_type: 'incidents', data_values: [403, 'POST', '/api/v2/rbac/admins'] },
      },
      'a list of sites is extended, as integrations do all day': {
        audit_log_event: 'Rest API V2 Call',
        supporting_data: {
          data_type: 'incidents',
          data_values: [200, 'PATCH', '/api/v2/policy/urllist/17/append'],
        },
      },
      'a user is provisioned': {
        audit_log_event: 'Rest API V2 Call',
        supporting_data: { data_type: 'incidents', data_values: [201, 'POST', '/api/v2/scim/Users'] },
      },
      "a read that is written as POST, as in Panther's test": {
        audit_log_event: 'Rest API V2 Call',
        supporting_data: {
          data_type: 'incidents',
          data_values: [200, 'POST', '/api/v2/incidents/uba/getuci', 'trid=ccb898fgrhvdd0v0lebg'],
        },
      },
    },
  },
});
