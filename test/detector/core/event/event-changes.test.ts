import { policyWeakened } from '../../../../lambdas/detector/rules/policy-weakened';
import { archivedEvent } from '../../archived';

const WEAKER = { key: 'action_name', value1: 'block', value2: 'allow' };
const CHANGE = { object: '', path: 'action_name', before: 'block', after: 'allow' };

function detailsOf(details: unknown) {
  return archivedEvent({ audit_log_event: 'Edited inline policy', details });
}

test('the changes of an event are read once, however many rules ask', () => {
  const event = detailsOf([WEAKER]);
  expect(event.changes).toEqual([CHANGE]);
  expect(event.changes).toBe(event.changes);
});

test('an event without details has none', () => {
  expect(detailsOf(undefined).changes).toEqual([]);
});

test('whoever reads the details afterwards sees them as archived', () => {
  const event = detailsOf([{ diff: JSON.stringify({ changed: [WEAKER] }) }]);
  expect(event.changes).toEqual([CHANGE]);
  expect(event.fields.details).toEqual([
    { diff: '{"changed":[{"key":"action_name","value1":"block","value2":"allow"}]}' },
  ]);
});

test('at any depth', () => {
  let details: unknown = JSON.stringify(WEAKER);
  for (let level = 0; level < 100_000; level++) details = [details];
  const event = detailsOf(details);
  expect(event.changes).toEqual([CHANGE]);
  let innermost = event.fields.details;
  while (Array.isArray(innermost)) [innermost] = innermost as readonly unknown[];
  expect(innermost).toBe('{"key":"action_name","value1":"block","value2":"allow"}');
});

/** 101 kB. */
const QUOTES = `${'"'.repeat(99_000)}${'x'.repeat(2_000)}`;

test.each([
  ['in JSON', JSON.stringify([{ note: QUOTES }, WEAKER])],
  ['in a list', [{ note: QUOTES }, WEAKER]],
  ['in JSON inside a text', [{ note: JSON.stringify([QUOTES]) }, WEAKER]],
  [
    "in Python's text",
    `[{'note': '${QUOTES}'}, {'key': 'action_name', 'value1': 'block', 'value2': 'allow'}]`,
  ],
  ['in front of a sentence', `${QUOTES} action_name changed from "block" to "allow"`],
  ['in a sentence that looks like a list', `[${QUOTES} action_name changed from "block" to "allow"`],
])('a weakened policy is found beside 99,000 quotes: %s', (_where, details) => {
  expect(policyWeakened.matches(detailsOf(details))).toBe(true);
});
