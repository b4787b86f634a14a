import { byName, isAboutApiToken, isChange } from '../core/event/event-names';
import { defineRule } from '../core/rule/define-rule';
import { byUserAndEvent } from '../core/rule/group';

const ENDS = /\b(?:revoked?|deleted?|removed?|disabled?)\b/i;

export const restApiTokenEnabled = defineRule({
  id: 'rest-api-token-enabled',
  title: 'REST API token created, extended or revoked',
  description:
    'A token for the REST API, or the service account that has it, was created, changed or revoked, or tokens were allowed. A token works without a login until it expires; without it, an integration such as log collection stops.',
  severity: ({ name }) => (ENDS.test(name) ? 'medium' : 'high'),
  attack: [{ tactic: 'TA0003', technique: 'T1098.001', name: 'Additional Cloud Credentials' }],
  matches: byName((event) => isChange(event) && isAboutApiToken(event)),
  groupBy: byUserAndEvent,
  runbook:
    'Find the integration that needs the token, and check its scope and expiry. If nobody knows it, revoke the token and look ' +
    'at the API calls made with it. If one was revoked, see which integration stopped.',
  supersedes: ['new-kind-of-action'],
  limits:
    'Of such events only "Enabled REST API tokens" is documented; others are found by their words. Service accounts may be ' +
    'recorded as administrators instead.',
  examples: {
    mustMatch: {
      'tokens are enabled': { audit_log_event: 'Enabled REST API tokens' },
      'a token is created': { audit_log_event: 'Created REST API v2 token' },
      'a token is extended': { audit_log_event: 'Extended expiry of REST API v2 token' },
      'a token is revoked': { audit_log_event: 'Revoked REST API v2 token' },
      'a service account is created': { audit_log_event: 'Created service account' },
    },
    mustNotMatch: {
      'a token is used': {
        audit_log_event: 'Rest API V2 Call',
        supporting_data: { data_type: 'incidents', data_values: [200, 'GET', '/api/v2/policy/urllist'] },
      },
      'an API instance is created': { audit_log_event: 'Next Gen CASB API instance created' },
      'a token of something else': { audit_log_event: 'Created device enrollment token' },
      'a creation fails': { audit_log_event: 'REST API token could not be created: access denied' },
    },
  },
});
