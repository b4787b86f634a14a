import type { ArchivedEvent } from '../core/event/archived-event';
import { byName, isChange } from '../core/event/event-names';
import { weakeningsIn } from '../core/event/policy-strength';
import { defineRule } from '../core/rule/define-rule';
import { byUser } from '../core/rule/group';

const DEFAULT_ACTION = /\bdefault actions?\b/i;

function isStricter(event: ArchivedEvent): boolean {
  return event.changes.some(({ path }) => path !== '') && weakeningsIn(event).length === 0;
}

export const defaultActionChanged = defineRule({
  id: 'default-action-changed',
  title: 'Default action of inline policies changed',
  description:
    'What happens to traffic that no policy matches has changed. One change from block to allow opens more than any single policy.',
  severity: (event) => (isStricter(event) ? 'low' : 'high'),
  attack: [{ tactic: 'TA0112', technique: 'T1685', name: 'Disable or Modify Tools' }],
  matches: byName((event) => DEFAULT_ACTION.test(event.name) && isChange(event)),
  groupBy: byUser,
  what: (event) =>
    [event.name, weakeningsIn(event)[0]?.words].filter((part) => part !== undefined).join(': '),
  runbook:
    'Look up the default actions now, and find the change request. If there is none, set them back, ask the one who changed ' +
    'them, and look at what passed meanwhile.',
  supersedes: ['new-kind-of-action', 'policy-weakened'],
  limits:
    "Whether the action is weaker is known only from the event's details. Without them, it counts as weaker.",
  examples: {
    mustMatch: {
      'without details': { audit_log_event: 'Update default actions for inline policies' },
      'block becomes allow': {
        audit_log_event: 'Update default actions for inline policies',
        details: [{ name: 'Default', diff: { key: 'action_name', changed: ['block', 'allow'] } }],
      },
    },
    mustNotMatch: {
      'a policy is edited': { audit_log_event: 'Edited inline policy' },
      'it could not be changed': { audit_log_event: 'Update of default actions failed' },
    },
  },
});
