import { defineRule } from '../../../lambdas/detector/core/rule/define-rule';
import type { Rule } from '../../../lambdas/detector/core/rule/rule';
import { exampleResults } from '../../../lib/cli/rules/example-results';
import { exampleDefinition } from '../../detector/example-rule';

const DELETED = { audit_log_event: 'Deleted tag', supporting_data: { data_type: 'tag', data_values: ['A'] } };
const CREATED = { audit_log_event: 'Created tag' };

/** Judges a rule about deleted tags, two within an hour, with other examples. */
function resultsOf(examples: Partial<Rule['examples']>, different: Partial<Rule> = {}) {
  const rule = defineRule({
    ...exampleDefinition({ title: 'Tags deleted', severity: 'medium', threshold: 2 }),
    matches: ({ name }) => name === 'Deleted tag',
    ...different,
    examples: { mustMatch: { one: DELETED }, mustNotMatch: { other: CREATED }, ...examples },
  });
  return exampleResults(rule);
}

function problemsOf(...args: Parameters<typeof resultsOf>): readonly string[] {
  return resultsOf(...args).flatMap(({ name, problems }) => problems.map((problem) => `${name}: ${problem}`));
}

test('shows what each example matches or raises', () => {
  const mustRaise = {
    two: { events: [DELETED, DELETED], alerts: [{ severity: 'medium' as const, event_count: 2 }] },
    'one of each': { events: [DELETED, CREATED], alerts: [] },
  };
  expect(resultsOf({ mustRaise })).toEqual([
    {
      name: 'one',
      kind: 'mustMatch',
      problems: [],
      found: [{ severity: 'medium', group: 'user alice@corp.example', text: 'Deleted tag' }],
    },
    { name: 'other', kind: 'mustNotMatch', problems: [], found: [] },
    {
      name: 'two',
      kind: 'mustRaise',
      problems: [],
      found: [
        {
          severity: 'medium',
          group: 'user alice@corp.example',
          text: 'Tags deleted by alice@corp.example: A',
        },
      ],
    },
    { name: 'one of each', kind: 'mustRaise', problems: [], found: [] },
  ]);
});

test('an event that must match and does not, and the other way round', () => {
  expect(problemsOf({ mustMatch: { one: CREATED }, mustNotMatch: { other: DELETED } })).toEqual([
    'one: it does not match',
    'other: it matches',
  ]);
});

test('an event that matches and can never be counted matches all the same', () => {
  const hidden = { ...DELETED, user: 'redacted', ur_normalized: 'redacted' };
  expect(problemsOf({ mustMatch: { hidden } }, { correlation: { completes: () => true } })).toEqual([]);
});

test('alerts that differ, in number or in any field', () => {
  const mustRaise = {
    'no alert': { events: [DELETED], alerts: [{}] },
    'one alert': { events: [DELETED, DELETED], alerts: [] },
    'another alert': {
      events: [DELETED, DELETED],
      alerts: [
        { severity: 'high' as const, group_key: 'user bob', what: ['Deleted tag'], incident_id: undefined },
      ],
    },
  };
  expect(problemsOf({ mustRaise })).toEqual([
    'no alert: it raises 0 alerts; expected 1',
    'one alert: it raises 1 alert; expected 0',
    'another alert: severity is "medium"; expected "high"',
    'another alert: group_key is "user alice@corp.example"; expected "user bob"',
    'another alert: incident_id is ""; expected undefined',
  ]);
});

test('events are a minute apart, unless they say when they are', () => {
  const at = (timestamp: number) => ({ ...DELETED, timestamp });
  const mustRaise = {
    'an hour apart': { events: [at(1_795_338_000), at(1_795_341_600)], alerts: [] },
    'a second less': {
      events: [at(1_795_338_000), at(1_795_341_599)],
      alerts: [{ first_event_time: '2026-11-22T09:00:00Z', last_event_time: '2026-11-22T09:59:59Z' }],
    },
    'a minute apart': {
      events: [DELETED, DELETED],
      alerts: [{ first_event_time: '2026-11-22T09:00:00Z', last_event_time: '2026-11-22T09:01:00Z' }],
    },
  };
  expect(problemsOf({ mustRaise })).toEqual([]);
});

test('a rule that fails, at an example or where a field of it has another type', () => {
  const matches = () => {
    throw new TypeError('no such field');
  };
  const mustRaise = { two: { events: [DELETED], alerts: [] } };
  expect(problemsOf({ mustRaise }, { matches })).toEqual([
    'one: no such field',
    'one: with _id left out: no such field',
    'other: no such field',
    'two: no such field',
  ]);
  const byType = {
    matches: ({ fields }: Parameters<Rule['matches']>[0]) => (fields.type as string).length > 0,
  };
  expect(problemsOf({ mustNotMatch: { untyped: { type: '' } } }, byType)).toEqual([
    "one: with type left out: Cannot read properties of undefined (reading 'length')",
  ]);
});

test('an example that is no event', () => {
  const none = { ...DELETED, timestamp: 'yesterday' };
  const reason = 'event 1 is no event of this source; expected fields of an archived record';
  expect(
    problemsOf({
      mustMatch: { one: none },
      mustNotMatch: { other: none },
      mustRaise: { none: { events: [none], alerts: [] } },
    }),
  ).toEqual([`one: ${reason}`, 'one: it does not match', `other: ${reason}`, `none: ${reason}`]);
});
