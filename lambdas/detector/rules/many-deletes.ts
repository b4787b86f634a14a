import { apiCallInWords, apiWriteOf } from '../core/event/api-call';
import type { ArchivedEvent } from '../core/event/archived-event';
import { named } from '../core/event/event-names';
import { defineRule } from '../core/rule/define-rule';
import { byUser } from '../core/rule/group';

const isNamedDeletion = named(/delet/i);
const PROVISIONING = /\/scim\//i;

function isDeletionByApi(event: ArchivedEvent): boolean {
  const { method, path = '' } = apiWriteOf(event) ?? {};
  return method === 'DELETE' && !PROVISIONING.test(path);
}

/** Like Panther's Netskope.ManyDeletes, which sees "Deleted rbi template" but not "File Filter profile deleted". */
export const manyDeletes = defineRule({
  id: 'many-deletes',
  title: 'Many objects deleted',
  description:
    'One user deleted many objects in a short time: a clean-up, a script gone wrong, or destruction.',
  severity: 'high',
  attack: [{ tactic: 'TA0040', technique: 'T1485', name: 'Data Destruction' }],
  matches: (event) => isNamedDeletion(event) || isDeletionByApi(event),
  groupBy: byUser,
  threshold: 10,
  what: apiCallInWords,
  runbook:
    'Ask the user whether it was them and meant so. If not, disable the account or its token, list what was deleted, and ' +
    'restore it from your configuration backup.',
  limits: 'Users deleted by provisioning (SCIM) are not counted here: many-api-writes counts them.',
  examples: {
    mustMatch: {
      'a template is deleted': { audit_log_event: 'Deleted rbi template' },
      'a profile is deleted, the word in lower case at the end': {
        audit_log_event: 'File Filter profile deleted',
      },
      'an instance is deleted': { audit_log_event: 'Next Gen CASB API instance deleted' },
      'in capitals': { audit_log_event: 'DELETED INLINE POLICY' },
      'by the API': {
        audit_log_event: 'Rest API V2 Call',
        supporting_data: {
          data_type: 'incidents',
          data_values: [200, 'DELETE', '/api/v2/policy/urllist/17'],
        },
      },
    },
    mustNotMatch: {
      'a template is created': { audit_log_event: 'Created new rbi template' },
      'the API refuses to delete': {
        audit_log_event: 'Rest API V2 Call',
        supporting_data: {
          data_type: 'incidents',
          data_values: [403, 'DELETE', '/api/v2/policy/urllist/17'],
        },
      },
      'provisioning removes a user': {
        audit_log_event: 'Rest API V2 Call',
        supporting_data: { data_type: 'incidents', data_values: [204, 'DELETE', '/api/v2/scim/Users/17'] },
      },
      'the API changes something': {
        audit_log_event: 'Rest API V2 Call',
        supporting_data: { data_type: 'incidents', data_values: [200, 'PATCH', '/api/v2/policy/urllist/17'] },
      },
    },
  },
});
