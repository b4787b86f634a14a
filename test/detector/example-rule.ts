import type { RuleDefinition } from '../../lambdas/detector/core/rule/define-rule';
import { defineRule } from '../../lambdas/detector/core/rule/define-rule';
import { byUser } from '../../lambdas/detector/core/rule/group';
import type { SeenRow } from '../../lambdas/detector/core/rule/seen-row';
import type { GroupBatch, TunedRule } from '../../lambdas/detector/core/rule/tuned-rule';
import { untuned } from '../../lambdas/detector/core/rule/tuning';

/** A valid rule with the given differences. */
export function exampleDefinition(different: Partial<RuleDefinition> = {}): RuleDefinition {
  return {
    id: 'example-rule',
    title: 'An example',
    description: 'It means nothing.',
    severity: 'high',
    attack: [{ tactic: 'TA0006', technique: 'T1110', name: 'Brute Force' }],
    matches: () => true,
    groupBy: byUser,
    runbook: 'Do nothing.',
    examples: { mustMatch: { 'any event': {} }, mustNotMatch: { 'no event': {} } },
    ...different,
  };
}

/** The same rule, defined and untuned. */
export function exampleRule(different: Partial<RuleDefinition> = {}): TunedRule {
  const [tuned] = untuned([defineRule(exampleDefinition(different))]).rules;
  if (tuned === undefined) throw new Error('expected a rule');
  return tuned;
}

/** Rows of one group of a rule. */
export function batchOf(tuned: TunedRule, rows: readonly SeenRow[], objectKey = 'object-1'): GroupBatch {
  const group = { sourceId: 'netskope', parts: [['user', 'alice@corp.example']] as const };
  return { tuned, group, groupId: 'example-rule#alice', objectKey, rows };
}
