import { RULE_DEFAULTS } from './define-rule';
import { byTenant } from './group';
import type { TunedRule } from './tuned-rule';

/** The alert about a rule that fails, once a day for each: whoever hears of what rules find hears of this, too. */
export const FAILED_RULE: TunedRule = {
  rule: {
    ...RULE_DEFAULTS,
    id: 'rule-failed',
    title: 'A detection rule failed',
    description:
      'The code of a rule threw an error or gave an answer that is none, so the rule has not seen these events. All other rules have.',
    severity: 'high',
    attack: [],
    matches: () => false,
    groupBy: byTenant,
    windowMinutes: 1_440,
    runbook:
      'Add one of these events to the examples of the rule, run npx --no -- netskope-audit rules test, repair the rule, and deploy. ' +
      'Then npx --no -- netskope-audit detect --rule <id> shows what it would have raised meanwhile.',
    examples: { mustMatch: {}, mustNotMatch: {} },
  },
  threshold: 1,
  severityOf: () => 'high',
  excludes: () => false,
};
