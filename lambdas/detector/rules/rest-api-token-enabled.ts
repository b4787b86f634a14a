import { byUser } from '../core/group/group';
import { defineRule } from '../core/rule/define-rule';

const TOKEN = /\bapi\b.*\btokens?\b|\btokens?\b.*\bapi\b/i;
const COMES = /\b(?:enabled?|created?|generated?|issued?|added?|new|renewed|extended|edited|updated)\b/i;

export const restApiTokenEnabled = defineRule({
  id: 'rest-api-token-enabled',
  title: 'REST API token enabled or created',
  description:
    'A token for the REST API came into being, or tokens were allowed. It works without a login until it expires.',
  severity: 'high',
  attack: [{ tactic: 'TA0003', technique: 'T1098.001', name: 'Additional Cloud Credentials' }],
  matches: ({ name }) => TOKEN.test(name) && COMES.test(name),
  groupBy: byUser,
  runbook:
    'Find the integration that needs the token, and check its scope and expiry. If nobody knows it, revoke the token and look ' +
    'at the API calls made with it.',
  limits:
    'Of such events only "Enabled REST API tokens" is documented; others are found by their words. Tokens of service ' +
    'accounts may be recorded as changes of administrators instead.',
  examples: {
    mustMatch: {
      'tokens are enabled': { audit_log_event: 'Enabled REST API tokens' },
      'a token is created': { audit_log_event: 'Created REST API v2 token' },
    },
    mustNotMatch: {
      'a token is used': {
        audit_log_event: 'Rest API V2 Call',
        supporting_data: { data_type: 'incidents', data_values: [200, 'GET', '/api/v2/policy/urllist'] },
      },
      'a token is revoked': { audit_log_event: 'Revoked REST API v2 token' },
      'an API instance is created': { audit_log_event: 'Next Gen CASB API instance created' },
    },
  },
});
