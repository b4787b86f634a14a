import { AUDIT_FEED } from '../../../contract/feed/audit';
import type { Rule } from './rule';
import { ruleProblems } from './rule-problems';

/** A rule as written in its file: fields with a default may be left out. */
export type RuleDefinition = Omit<Rule, 'logType' | 'threshold' | 'windowMinutes' | 'supersedes'> &
  Partial<Pick<Rule, 'logType' | 'threshold' | 'windowMinutes' | 'supersedes'>>;

/** Defaults of a rule: every match counts, and a group raises at most one alert per hour, as in Panther. */
export const RULE_DEFAULTS = {
  logType: AUDIT_FEED.logType,
  threshold: 1,
  windowMinutes: 60,
  supersedes: [],
} as const;

/** A rule's definition is invalid; all problems at once. Acts next: the author of the rule. */
export class RuleError extends Error {
  override readonly name = 'RuleError';
  constructor(
    ruleId: string,
    readonly problems: readonly string[],
  ) {
    super(problems.map((problem) => `rule ${JSON.stringify(ruleId)}: ${problem}`).join('\n'));
  }
}

/**
 * Makes a rule from its definition.
 * @throws RuleError that lists everything that is wrong with it
 */
export function defineRule(definition: RuleDefinition): Rule {
  const rule: Rule = { ...RULE_DEFAULTS, ...definition };
  const problems = ruleProblems(rule);
  if (problems.length > 0) throw new RuleError(rule.id, problems);
  return rule;
}
