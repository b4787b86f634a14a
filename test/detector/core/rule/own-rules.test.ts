import { defineRule } from '../../../../lambdas/detector/core/rule/define-rule';
import type { RuleFile } from '../../../../lambdas/detector/core/rule/own-rules';
import { withOwnRules } from '../../../../lambdas/detector/core/rule/own-rules';
import { exampleDefinition } from '../../example-rule';

const PACK = [defineRule(exampleDefinition({ id: 'many-deletes' }))];

/** A loaded file whose rule has the name of the file, with the given differences. */
function file(name: string, different: object = {}): RuleFile {
  return {
    path: `rules/${name}.ts`,
    name,
    exported: defineRule(exampleDefinition({ id: name, ...different })),
  };
}

test('without files there is the pack', () => {
  expect(withOwnRules(PACK, [])).toEqual({ rules: PACK, problems: [] });
});

test('the rules of files follow the pack, and may supersede its rules and each other', () => {
  const { rules, problems } = withOwnRules(PACK, [
    file('one', { supersedes: ['many-deletes', 'other'] }),
    file('other'),
  ]);
  expect(problems).toEqual([]);
  expect(rules.map(({ id }) => id)).toEqual(['many-deletes', 'one', 'other']);
});

test.each<[string, RuleFile, readonly string[]]>([
  [
    'one that could not be loaded',
    { path: 'rules/a.ts', name: 'a', failure: 'rule "a": title is ""\nrule "a": threshold is 0' },
    ['rules/a.ts: rule "a": title is ""', 'rules/a.ts: rule "a": threshold is 0'],
  ],
  [
    'one without a default export',
    { path: 'rules/a.ts', name: 'a' },
    ['rules/a.ts: it has no rule; expected export default defineRule({ … })'],
  ],
  [
    'one whose default export is no object',
    { path: 'rules/a.ts', name: 'a', exported: null },
    ['rules/a.ts: it has no rule; expected export default defineRule({ … })'],
  ],
  [
    'one whose rule was not made by defineRule',
    { path: 'rules/a.ts', name: 'a', exported: exampleDefinition({ id: 'a' }) },
    [
      'rules/a.ts: logType is absent; expected Netskope.Audit, the only one there is',
      'rules/a.ts: threshold is absent; expected an integer from 1 to 100',
      'rules/a.ts: windowMinutes is absent; expected an integer from 1 to 1440',
      'rules/a.ts: supersedes is absent; expected a list of other rules than this one',
    ],
  ],
  ['one with another id', file('a', { id: 'b' }), ['rules/a.ts: id is "b"; expected "a", like the file']],
  [
    'one with the id of a rule of the pack',
    file('many-deletes'),
    ['rules/many-deletes.ts: id is "many-deletes", as of a rule of the pack; expected another'],
  ],
  [
    'one with the id of the alert about rules that fail',
    file('rule-failed'),
    ['rules/rule-failed.ts: id is "rule-failed", as of a rule of the pack; expected another'],
  ],
  [
    'one that supersedes a rule that is not there',
    file('a', { supersedes: ['many-delets'] }),
    ['rules/a.ts: supersedes has "many-delets"; expected ids of rules'],
  ],
])('of the files, %s is refused, and the others are rules', (_what, wrong, problems) => {
  const { rules, problems: found } = withOwnRules(PACK, [wrong, file('sound')]);
  expect(found).toEqual(problems);
  expect(rules.map(({ id }) => id)).toEqual(['many-deletes', 'sound']);
});
