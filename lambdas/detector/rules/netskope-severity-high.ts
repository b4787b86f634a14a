import type { ArchivedEvent } from '../core/event/archived-event';
import { isExceptionConfiguration } from '../core/event/event-names';
import { defineRule } from '../core/rule/define-rule';
import { byUserAndEvent } from '../core/rule/group';

/** In all spellings that were seen: 1, "1", "high". */
function isHigh({ fields: { severity_level: level } }: ArchivedEvent): boolean {
  return level === 1 || (typeof level === 'string' && /^\s*(?:1|high)\s*$/i.test(level));
}

export const netskopeSeverityHigh = defineRule({
  id: 'netskope-severity-high',
  title: 'Act that Netskope rates as high',
  description:
    'Netskope itself gives the event its highest severity, and no rule here is about such events. It may be a new feature, or something that nobody has documented.',
  severity: 'medium',
  attack: [{ tactic: 'TA0112', technique: 'T1685', name: 'Disable or Modify Tools' }],
  // An exception that only ends is known to inspection-bypassed, which tells those that begin.
  matches: (event) => isHigh(event) && !isExceptionConfiguration(event),
  fallback: true,
  groupBy: byUserAndEvent,
  runbook:
    'Read the event, and ask the one who did it. If such events are routine in your tenant, exclude them by their name; if ' +
    'they are dangerous, they deserve a rule of their own.',
  supersedes: ['new-kind-of-action'],
  limits:
    'Netskope does not document what it rates how. The technique is a guess, because the act is not known.',
  examples: {
    mustMatch: {
      'as a number': { audit_log_event: 'Quota of tenant exceeded', severity_level: 1 },
      'as text': { audit_log_event: 'Quota of tenant exceeded', severity_level: '1' },
      'in words': { audit_log_event: 'Quota of tenant exceeded', severity_level: 'High' },
    },
    mustNotMatch: {
      medium: { audit_log_event: 'Quota of tenant exceeded', severity_level: 2 },
      'low in words': { audit_log_event: 'Quota of tenant exceeded', severity_level: 'low' },
      'no severity': { audit_log_event: 'Quota of tenant exceeded', severity_level: undefined },
      'ten is not one': { audit_log_event: 'Quota of tenant exceeded', severity_level: '10' },
      'an exception of steering, which another rule knows': {
        audit_log_event: 'Exception Configuration',
        severity_level: 1,
      },
    },
  },
});
