import { ChangeFinder } from '../../../../lambdas/collector/core/page/stored-changes';
import { AUDIT_FEED } from '../../../../lambdas/contract/feed/audit';
import { login } from '../../audit-events';

const changesOf = (details: unknown) =>
  new ChangeFinder(AUDIT_FEED.schema).find(login('e1', 1_795_003_200, { details }));

/** A change record of one value that was added. */
const added = (value: unknown) => [{ name: 'Coaching', diff: { added: [{ key: 'policy/status', value }] } }];

test('an event without change records has no changes', () => {
  expect(changesOf(undefined)).toEqual([]);
  expect(changesOf([])).toEqual([]);
});

test('a change has its object, its path, and its values before and after', () => {
  const details = JSON.stringify([
    {
      name: 'Coaching',
      type: 'policy',
      diff: {
        changed: [{ key: 'action_name', value1: 'block', value2: 'allow' }],
        added: [{ key: 'exception/Domain', value: 'www.example.org' }],
        deleted: [{ key: 'note', value: 'until May' }],
      },
    },
  ]);
  expect(changesOf(details)).toEqual([
    { object: 'Coaching', path: 'action_name', before: 'block', after: 'allow' },
    { object: 'Coaching', path: 'exception.Domain', before: null, after: 'www.example.org' },
    { object: 'Coaching', path: 'note', before: 'until May', after: null },
  ]);
});

describe('a value is stored as text', () => {
  test.each<[string, unknown, string]>([
    ['a text', 'enabled', 'enabled'],
    ['a number', 17, '17'],
    ['a boolean', true, 'true'],
    ['null', null, 'null'],
    ['a text of 1,000 characters', 'a'.repeat(1_000), 'a'.repeat(1_000)],
    ['the first 1,000 characters of a longer one', 'a'.repeat(1_001), `${'a'.repeat(1_000)}…`],
  ])('%s', (_what, value, after) => {
    expect(changesOf(added(value))).toEqual([
      { object: 'Coaching', path: 'policy.status', before: null, after },
    ]);
  });
});

test('a value that is nested too deeply to be written is an ellipsis, and stops no page', () => {
  const deep: unknown = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
  const changed = [{ name: 'Coaching', diff: { changed: [{ key: 'status', value1: deep, value2: 'b' }] } }];
  expect(changesOf(changed)).toEqual([{ object: 'Coaching', path: 'status', before: '…', after: 'b' }]);
});

test('of more than 1,000 changes the first are stored', () => {
  const details = Array.from({ length: 1_001 }, (_, n) => ({
    name: `Policy ${n}`,
    diff: { changed: [{ key: 'status', value1: 'a', value2: 'b' }] },
  }));
  const changes = changesOf(details);
  expect([changes.length, changes.at(-1)?.object]).toEqual([1_000, 'Policy 999']);
});
