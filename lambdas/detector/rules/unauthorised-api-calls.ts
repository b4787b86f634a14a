import { apiCallInWords } from '../core/event/api-call';
import { defineRule } from '../core/rule/define-rule';
import { byUser } from '../core/rule/group';

/** Statuses of a refused call: 401 if the caller is unknown, 403 if the caller has no permission (RFC 9110). */
const REFUSED: ReadonlySet<number> = new Set([401, 403]);

/** Like Panther's Netskope.UnauthorizedAPICalls, which sees 403 only as a number at the head of a list. */
export const unauthorisedApiCalls = defineRule({
  id: 'unauthorised-api-calls',
  title: 'Many unauthorised API calls',
  description:
    'The REST API refused one identity again and again: a token tries what it may not do, or a service account has expired.',
  severity: 'high',
  attack: [{ tactic: 'TA0006', technique: 'T1110', name: 'Brute Force' }],
  matches: ({ apiCall }) => apiCall !== undefined && REFUSED.has(apiCall.status),
  groupBy: byUser,
  threshold: 10,
  what: apiCallInWords,
  runbook:
    'Find who owns the token. An integration that broke: renew its token or its scope. Paths it never used before: revoke ' +
    'the token and look for where it leaked.',
  examples: {
    mustMatch: {
      'the status as a number': {
        audit_log_event: 'Rest API V2 Call',
        supporting_data: {
          data_type: 'incidents',
          data_values: [403, 'POST', '/api/v2/incidents/uba/getuci', 'trid=ccb898fgrhvdd0v0lebg'],
        },
      },
      'the status as text': {
        audit_log_event: 'Rest API V2 Call',
        supporting_data: { data_type: 'incidents', data_values: ['403', 'GET', '/api/v2/policy/urllist'] },
      },
      'one text in place of the list': {
        audit_log_event: 'Rest API V2 Call',
        supporting_data: { data_type: 'incidents', data_values: '403 GET /api/v2/policy/urllist' },
      },
      'nothing but the status': {
        audit_log_event: 'Rest API V2 Call',
        supporting_data: { data_type: 'incidents', data_values: '403' },
      },
      'the list as text': {
        audit_log_event: 'Rest API V2 Call',
        supporting_data: { data_type: 'incidents', data_values: '[403, "GET", "/api/v2/policy/urllist"]' },
      },
      'everything as text, in JSON': {
        audit_log_event: 'Rest API V2 Call',
        supporting_data: '{"data_type":"incidents","data_values":[403,"GET","/api/v2/policy/urllist"]}',
      },
      "everything as text, in Python's notation": {
        audit_log_event: 'Rest API V2 Call',
        supporting_data: "{'data_type': None, 'data_values': [403, 'GET', '/api/v2/policy/urllist']}",
      },
      'the caller is not known': {
        audit_log_event: 'Rest API V2 Call',
        supporting_data: { data_type: 'incidents', data_values: [401, 'GET', '/api/v2/policy/urllist'] },
      },
    },
    mustNotMatch: {
      'a call that succeeds': {
        audit_log_event: 'Rest API V2 Call',
        supporting_data: {
          data_type: 'incidents',
          data_values: [200, 'POST', '/api/v2/incidents/uba/getuci'],
        },
      },
      'a host that is called 403': {
        audit_log_event: 'Client Disable Request Submitted',
        supporting_data: { data_type: 'hostname', data_values: '403' },
      },
      'a call without details': { audit_log_event: 'Rest API V2 Call', supporting_data: undefined },
    },
  },
});
