import type { Severity } from '../../../../lambdas/contract/storage/alert-record';
import type { RuleDefinition } from '../../../../lambdas/detector/core/rule/define-rule';
import { defineRule, RuleError } from '../../../../lambdas/detector/core/rule/define-rule';
import { exampleDefinition } from '../../example-rule';

function problems(different: Partial<RuleDefinition>): readonly string[] {
  try {
    defineRule(exampleDefinition(different));
    return [];
  } catch (error) {
    if (error instanceof RuleError) return error.problems;
    throw error;
  }
}

test('the defaults are a window of an hour, a threshold of one match, and no superseded rule', () => {
  expect(defineRule(exampleDefinition())).toMatchObject({
    logType: 'Netskope.Audit',
    threshold: 1,
    windowMinutes: 60,
    supersedes: [],
  });
});

test.each<[string, Partial<RuleDefinition>]>([
  ['a title of 70 characters', { title: 'x'.repeat(70) }],
  ['a severity by event', { severity: () => 'low' }],
  ['the largest threshold', { threshold: 100 }],
  ['the longest window', { windowMinutes: 1_440 }],
  ['the longest learning', { novelty: { valueOf: () => 'x', learningDays: 90 } }],
  ['a count of different values', { distinct: () => 'x', threshold: 2 }],
  ['a fallback', { fallback: true }],
  ['a correlation', { correlation: { completes: () => true }, threshold: 5 }],
])('%s is valid', (_what, different) => {
  expect(problems(different)).toEqual([]);
});

test.each<[string, Partial<RuleDefinition>, string]>([
  [
    'an id with capitals',
    { id: 'ManyDeletes' },
    'id is "ManyDeletes"; expected lower-case words with hyphens between them',
  ],
  [
    'an id that ends in a hyphen',
    { id: 'many-' },
    'id is "many-"; expected lower-case words with hyphens between them',
  ],
  ['no title', { title: ' ' }, 'title is " "; expected a text of 1 to 70 characters'],
  [
    'a title of 71 characters',
    { title: 'x'.repeat(71) },
    `title is "${'x'.repeat(71)}"; expected a text of 1 to 70 characters`,
  ],
  ['no meaning', { description: ' ' }, 'description is " "; expected what the alert means'],
  ['no runbook', { runbook: ' ' }, 'runbook is " "; expected what to do now'],
  [
    'an unknown severity',
    { severity: 'urgent' as Severity },
    'severity is "urgent"; expected one of info, low, medium, high, critical, or a function of the event',
  ],
  [
    'no log type',
    { logType: undefined },
    'logType is absent; expected Netskope.Audit, the only one there is',
  ],
  [
    'another log type',
    { logType: 'Okta.SystemLog' },
    'logType is "Okta.SystemLog"; expected Netskope.Audit, the only one there is',
  ],
  ['no reference', { attack: [] }, 'attack is []; expected at least one reference to MITRE ATT&CK'],
  ['a threshold of 0', { threshold: 0 }, 'threshold is 0; expected an integer from 1 to 100'],
  ['a threshold of 101', { threshold: 101 }, 'threshold is 101; expected an integer from 1 to 100'],
  ['half a threshold', { threshold: 1.5 }, 'threshold is 1.5; expected an integer from 1 to 100'],
  ['no window', { windowMinutes: 0 }, 'windowMinutes is 0; expected an integer from 1 to 1440'],
  ['more than a day', { windowMinutes: 1_441 }, 'windowMinutes is 1441; expected an integer from 1 to 1440'],
  [
    'itself superseded',
    { supersedes: ['example-rule'] },
    'supersedes is ["example-rule"]; expected a list of other rules than this one',
  ],
])('%s is refused', (_what, different, problem) => {
  expect(problems(different)).toEqual([problem]);
});

test('a malformed reference is refused, each part by itself', () => {
  expect(problems({ attack: [{ tactic: 'T6', technique: 'T1110.3', name: ' ' }] })).toEqual([
    'attack.tactic is "T6"; expected a tactic such as TA0006',
    'attack.technique is "T1110.3"; expected a technique such as T1110 or T1110.003',
    'attack.name is " "; expected the technique\'s name',
  ]);
});

test('a rule without examples is refused', () => {
  expect(problems({ examples: { mustMatch: {}, mustNotMatch: {} } })).toEqual([
    'examples.mustMatch is {}; expected at least one event, by a name that says what it shows',
    'examples.mustNotMatch is {}; expected at least one event, by a name that says what it shows',
  ]);
});

test('a novelty rule has neither a threshold nor a correlation, and learns for at most 90 days', () => {
  const novelty = { valueOf: () => 'x', learningDays: 14 };
  expect(problems({ novelty, threshold: 2 })).toEqual([
    'threshold is 2; expected 1, for a value is new only once',
  ]);
  expect(problems({ novelty, correlation: { completes: () => true } })).toEqual([
    'novelty is "given"; expected correlation or novelty, not both',
  ]);
  expect(problems({ novelty: { ...novelty, learningDays: 91 } })).toEqual([
    'novelty.learningDays is 91; expected an integer from 1 to 90',
  ]);
  expect(problems({ novelty: { ...novelty, learnedSilently: 0 } })).toEqual([
    'novelty.learnedSilently is 0; expected an integer from 1 to 100',
  ]);
  expect(problems({ novelty: { ...novelty, learnedSilently: 100 } })).toEqual([]);
});

test('different values are counted, two or more of them, and neither correlated nor new', () => {
  const distinct = () => 'x';
  expect(problems({ distinct, threshold: 1 })).toEqual([
    'threshold is 1; expected 2 or more, for one event has only one value',
  ]);
  const alone = 'distinct is "given"; expected distinct without correlation and novelty';
  expect(problems({ distinct, threshold: 2, correlation: { completes: () => true } })).toEqual([alone]);
  const novelty = { valueOf: () => 'x', learningDays: 14 };
  expect(problems({ distinct, threshold: 1, novelty })).toContain(alone);
});

test.each<[string, object, string]>([
  [
    'a misspelled field',
    { treshold: 3 },
    'treshold is 3; expected only fields of a rule: id, title, description, severity, attack, logType, matches, groupBy, threshold, windowMinutes, distinct, correlation, novelty, what, runbook, limits, supersedes, fallback, examples',
  ],
  ['no id', { id: undefined }, 'id is absent; expected lower-case words with hyphens between them'],
  ['no title', { title: undefined }, 'title is absent; expected a text of 1 to 70 characters'],
  ['no meaning', { description: undefined }, 'description is absent; expected what the alert means'],
  ['no runbook', { runbook: 7 }, 'runbook is 7; expected what to do now'],
  ['limits that say nothing', { limits: '' }, 'limits is ""; expected what the rule cannot see'],
  [
    'no reference',
    { attack: undefined },
    'attack is absent; expected at least one reference to MITRE ATT&CK',
  ],
  ['no matches', { matches: undefined }, 'matches is absent; expected a function of the event'],
  ['no group', { groupBy: 'user' }, 'groupBy is "user"; expected a function of the event'],
  ['a fixed text', { what: 'deleted' }, 'what is "deleted"; expected a function of the event'],
  ['a fixed value', { distinct: 'x', threshold: 2 }, 'distinct is "x"; expected a function of the event'],
  ['no completion', { correlation: {} }, 'correlation.completes is absent; expected a function of the event'],
  [
    'no new value',
    { novelty: { learningDays: 1 } },
    'novelty.valueOf is absent; expected a function of the event',
  ],
  [
    'one superseded rule',
    { supersedes: 'a' },
    'supersedes is "a"; expected a list of other rules than this one',
  ],
])('whoever writes without types hears of %s', (_what, different, problem) => {
  expect(problems(different)).toEqual([problem]);
});

test('examples that are none are refused, each by itself', () => {
  const examples = { mustMatch: 7, mustNotMatch: { none: {} }, mustRaise: { 'an alert': { events: [] } } };
  expect(problems({ examples } as unknown as Partial<RuleDefinition>)).toEqual([
    'examples.mustMatch is 7; expected at least one event, by a name that says what it shows',
    'examples.mustRaise.an alert is {"events":[]}; expected an object with events, at least one, and alerts, a list of what is expected of each',
  ]);
  expect(problems({ examples: undefined })).toEqual([
    'examples.mustMatch is absent; expected at least one event, by a name that says what it shows',
    'examples.mustNotMatch is absent; expected at least one event, by a name that says what it shows',
  ]);
});

test('all problems are reported at once, with the rule they are in', () => {
  expect(() => defineRule(exampleDefinition({ id: 'Bad', title: '', threshold: -1 }))).toThrow(
    expect.objectContaining({
      name: 'RuleError',
      message: `rule "Bad": id is "Bad"; expected lower-case words with hyphens between them
rule "Bad": title is ""; expected a text of 1 to 70 characters
rule "Bad": threshold is -1; expected an integer from 1 to 100`,
    }) as Error,
  );
});
