import { byUser } from '../core/group/group';
import { defineRule } from '../core/rule/define-rule';

const DELETES = /delet/i;

/** Like Panther's Netskope.ManyDeletes, which sees "Deleted rbi template" but not "File Filter profile deleted". */
export const manyDeletes = defineRule({
  id: 'many-deletes',
  title: 'Many objects deleted by one user',
  description:
    'One user deleted many objects in a short time: a clean-up, a script gone wrong, or destruction.',
  severity: 'high',
  attack: [{ tactic: 'TA0040', technique: 'T1485', name: 'Data Destruction' }],
  matches: ({ name }) => DELETES.test(name),
  groupBy: byUser,
  threshold: 10,
  runbook:
    'Ask the user whether it was them and meant so. If not, disable the account, list what was deleted, and restore it from ' +
    'your configuration backup.',
  limits: 'Deletions by calls of the REST API are recorded as calls, not as deletions, and are not counted.',
  examples: {
    mustMatch: {
      'a template is deleted': { audit_log_event: 'Deleted rbi template' },
      'a profile is deleted, the word in lower case at the end': {
        audit_log_event: 'File Filter profile deleted',
      },
      'an instance is deleted': { audit_log_event: 'Next Gen CASB API instance deleted' },
      'in capitals': { audit_log_event: 'DELETED INLINE POLICY' },
    },
    mustNotMatch: {
      'a template is created': { audit_log_event: 'Created new rbi template' },
      'an API call': {
        audit_log_event: 'Rest API V2 Call',
        supporting_data: {
          data_type: 'incidents',
          data_values: [200, 'DELETE', '/api/v2/policy/urllist/17'],
        },
      },
    },
  },
});
