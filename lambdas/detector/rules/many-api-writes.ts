import { apiCallInWords, apiWriteOf } from '../core/event/api-call';
import { defineRule } from '../core/rule/define-rule';
import { byUser } from '../core/rule/group';

/** What may be read by `POST` as well: incidents, events and reports are no configuration. */
const CONFIGURATION =
  /\/(?:polic(?:y|ies)|steering|profiles?|dlp|decryption|exceptions?|tunnels?|publishers?|infrastructure|scim|admins?|administration|rbac|roles?|(?:api-?)?tokens?|service-?accounts?)(?:\/|$)/i;

export const manyApiWrites = defineRule({
  id: 'many-api-writes',
  title: 'Many changes by API',
  description:
    'One identity created, changed or deleted very much by the REST API in a short time: a first synchronization, a script gone wrong, or a stolen token.',
  severity: 'medium',
  attack: [{ tactic: 'TA0040', technique: 'T1565.001', name: 'Stored Data Manipulation' }],
  matches: (event) => CONFIGURATION.test(apiWriteOf(event)?.path ?? ''),
  groupBy: byUser,
  threshold: 100,
  what: apiCallInWords,
  runbook:
    'Find who owns the token. A new integration, or one after an outage, catches up: exclude its user if it always does so. ' +
    'Otherwise revoke the token, and compare the configuration with your backup.',
  limits: 'Netskope does not document which calls are recorded: the paths are matched by their words.',
  examples: {
    mustMatch: {
      'a list of sites is extended': {
        audit_log_event: 'Rest API V2 Call',
        supporting_data: {
          data_type: 'incidents',
          data_values: [200, 'PATCH', '/api/v2/policy/urllist/17/append', 'trid=1'],
        },
      },
      'a user is removed by provisioning': {
        audit_log_event: 'Rest API V2 Call',
        supporting_data: { data_type: 'incidents', data_values: [204, 'DELETE', '/api/v2/scim/Users/17'] },
      },
    },
    mustNotMatch: {
      "a read that is written as POST, as in Panther's test": {
        audit_log_event: 'Rest API V2 Call',
        supporting_data: {
          data_type: 'incidents',
          data_values: [200, 'POST', '/api/v2/incidents/uba/getuci', 'trid=ccb898fgrhvdd0v0lebg'],
        },
      },
      'users are listed': {
        audit_log_event: 'Rest API V2 Call',
        supporting_data: { data_type: 'incidents', data_values: [200, 'GET', '/api/v2/scim/Users'] },
      },
      'the API refuses': {
        audit_log_event: 'Rest API V2 Call',
        supporting_data: { data_type: 'incidents', data_values: [401, 'POST', '/api/v2/scim/Users'] },
      },
    },
  },
});
