import type { ArchivedEvent } from '../core/event/archived-event';
import { weakeningsIn } from '../core/event/policy-strength';
import { defineRule } from '../core/rule/define-rule';
import { byUserAnd } from '../core/rule/group';

const DELETES = /delet/i;

/** A deleted policy is not a weakened one; its event's name says that it was deleted. */
function weakenings(event: ArchivedEvent) {
  return DELETES.test(event.name) ? [] : weakeningsIn(event);
}

function objectsOf(event: ArchivedEvent): string {
  return [...new Set(weakenings(event).map(({ object }) => object))].join(', ');
}

export const policyWeakened = defineRule({
  id: 'policy-weakened',
  title: 'Policy weakened',
  description:
    'A policy lets through what it held back: a weaker action, switched off, or no longer looking at the content.',
  severity: 'high',
  attack: [{ tactic: 'TA0112', technique: 'T1685', name: 'Disable or Modify Tools' }],
  matches: (event) => weakenings(event).length > 0,
  groupBy: byUserAnd('policy', objectsOf),
  what: (event) => {
    const [first, ...others] = weakenings(event);
    const more = others.length > 0 ? `, and ${others.length} more` : '';
    return `${event.name}${first?.object ? ` "${first.object}"` : ''}: ${first?.words ?? ''}${more}`;
  },
  runbook:
    'Find the change request. If there is none, set the policy back, ask the one who changed it, and look at what passed while ' +
    'it was weak.',
  supersedes: ['new-kind-of-action'],
  limits:
    "It reads the change in the event's details, which not every producer sends, and knows the common actions by name. " +
    'Whether a policy that is switched off restricts follows from its action, else from words of its name such as "allow"; ' +
    'without either, it is assumed. A new policy in front of a strict one weakens it as well, and is not seen.',
  examples: {
    mustMatch: {
      "block becomes allow, as Netskope's schema shows it": {
        audit_log_event: 'Edited inline policy',
        details: [
          {
            _id: [
              {
                name: 'AppSuite Logins - Block',
                type: 'Policy',
                id: '560',
                modify_type: 'Edited',
                diff: {
                  key: '',
                  added: [],
                  changed: [
                    {
                      key: 'data',
                      added: [],
                      changed: [
                        {
                          key: 'match_criteria_action',
                          added: [],
                          changed: [{ key: 'action_name', value1: 'block', value2: 'allow' }],
                          deleted: [],
                        },
                      ],
                      deleted: [],
                    },
                  ],
                  deleted: [],
                },
              },
            ],
          },
        ],
      },
      'a policy loses its DLP profile': {
        audit_log_event: 'Edited inline policy',
        details: [
          {
            name: 'Payment cards',
            diff: { key: '', added: [], changed: [], deleted: [{ key: 'dlp_profile', value: ['PCI'] }] },
          },
        ],
      },
      'a policy is switched off, in an object': {
        audit_log_event: 'Edited inline policy',
        details: { name: 'Payment cards', diff: { key: 'status', changed: [true, false] } },
      },
      'a site is no longer decrypted': {
        audit_log_event: 'Edited SSL decryption policy',
        details: [{ name: 'Banks', diff: { key: 'action', value1: 'Decrypt', value2: 'Do Not Decrypt' } }],
      },
      'a policy is switched off, in a sentence': {
        audit_log_event: 'Edited inline policy',
        details: 'status changed from "enabled" to "disabled"',
      },
    },
    mustNotMatch: {
      'a policy that allows is switched off': {
        audit_log_event: 'Edited inline policy',
        details: { name: 'Allow HR portal', diff: { key: 'status', changed: [true, false] } },
      },
      'an administrator is set inactive': {
        audit_log_event: 'Edit admin record',
        details: [
          {
            name: 'bogdan@corp.example',
            type: 'Admin',
            diff: { key: 'status', changed: ['active', 'inactive'] },
          },
        ],
      },
      'a report is switched off': {
        audit_log_event: 'Edited scheduled report',
        details: [{ name: 'Weekly', type: 'Report', diff: { key: 'enabled', value1: true, value2: false } }],
      },
      'allow becomes block': {
        audit_log_event: 'Edited inline policy',
        details: [{ name: 'Logins', diff: [{ key: 'action_name', changed: ['allow', 'block'] }] }],
      },
      'a policy is renamed': {
        audit_log_event: 'Edited inline policy',
        details: [
          { name: 'Logins', diff: { key: 'name', value1: 'Logins - block', value2: 'Logins - allow' } },
        ],
      },
      'a policy is deleted with all it had': {
        audit_log_event: 'Deleted inline policy',
        details: [
          { name: 'Payment cards', diff: { key: '', deleted: [{ key: 'dlp_profile', value: ['PCI'] }] } },
        ],
      },
      'no details': { audit_log_event: 'Edited inline policy' },
    },
  },
});
