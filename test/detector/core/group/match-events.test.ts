import { readArchivedEvent } from '../../../../lambdas/detector/core/event/archived-event';
import { isSuccessfulLogin } from '../../../../lambdas/detector/core/event/event-names';
import type { MatchedEvents } from '../../../../lambdas/detector/core/group/match-events';
import { matchEvents } from '../../../../lambdas/detector/core/group/match-events';
import { archivedEvent, archivedRecord, from, NINE_S } from '../../archived';
import { exampleRule } from '../../example-rule';

const alice = archivedEvent({ p_row_id: 'netskope:a', ...from('192.0.2.1') });
const bogdan = archivedEvent({ p_row_id: 'netskope:b', user: 'bogdan@corp.example' });
const hidden = archivedEvent({ p_row_id: 'netskope:h', user: 'redacted', ur_normalized: '' });

/** Rows by rule and group. */
function rows({ batches }: MatchedEvents): readonly string[] {
  return batches.map(({ tuned, rows: found }) =>
    [tuned.rule.id, ...found.map(({ rowId }) => rowId)].join(' '),
  );
}

test('the events of an object are sorted into groups', () => {
  const again = archivedEvent({ p_row_id: 'netskope:a2' });
  expect(rows(matchEvents([alice, bogdan, again], [exampleRule()], 'object-1'))).toEqual([
    'example-rule netskope:a netskope:a2',
    'example-rule netskope:b',
  ]);
});

test('of an event only what an alert shows is kept', () => {
  const rule = exampleRule({
    what: ({ name }) => `did: ${name}`,
    correlation: { completes: isSuccessfulLogin },
  });
  expect(matchEvents([alice], [rule], 'object-1').batches[0]).toMatchObject({
    objectKey: 'object-1',
    rows: [
      {
        rowId: 'netskope:a',
        timeS: NINE_S,
        what: 'did: Logout Successful',
        user: 'alice@corp.example',
        addresses: ['192.0.2.1'],
        severity: 'high',
      },
    ],
  });
});

test('the event that completes a correlation, and the value that may be new, are marked', () => {
  const success = archivedEvent({ audit_log_event: 'Login Successful' });
  const correlated = exampleRule({ correlation: { completes: isSuccessfulLogin } });
  expect(matchEvents([success], [correlated], 'o').batches[0]?.rows[0]?.completes).toBe(true);
  expect(matchEvents([alice], [correlated], 'o').batches[0]?.rows[0]).not.toHaveProperty('completes');
  const novel = exampleRule({ novelty: { valueOf: () => 'x', learningDays: 1 } });
  expect(matchEvents([alice], [novel], 'o').batches[0]?.rows[0]?.value).toBe('x');
});

test('long texts are cut, and a long row id keeps its beginning and stays its own', () => {
  const long = (ending: string) =>
    archivedEvent({
      p_row_id: `netskope:${'i'.repeat(500)}${ending}`,
      user: 'u'.repeat(500),
      audit_log_event: 'n'.repeat(500),
    });
  const { batches } = matchEvents([long('1'), long('2')], [exampleRule()], 'o');
  const [one, other] = batches[0]?.rows ?? [];
  expect([one?.what, one?.user]).toEqual([`${'n'.repeat(119)}…`, `${'u'.repeat(63)}…`]);
  expect(one?.rowId).toMatch(/^netskope:i{58}…[0-9a-f]{32}$/);
  expect(one?.rowId).not.toBe(other?.rowId);
});

test('texts of the largest length are kept whole', () => {
  const event = archivedEvent({
    p_row_id: `netskope:${'i'.repeat(91)}`,
    user: 'u'.repeat(64),
    audit_log_event: 'n'.repeat(120),
  });
  expect(matchEvents([event], [exampleRule()], 'o').batches[0]?.rows[0]).toMatchObject({
    rowId: `netskope:${'i'.repeat(91)}`,
    user: 'u'.repeat(64),
    what: 'n'.repeat(120),
  });
});

describe('for the alert a row keeps', () => {
  /** What is kept of an event that was read from its line. */
  function detailOf(different: Readonly<Record<string, unknown>>, text?: string) {
    const event = readArchivedEvent(archivedRecord(different), undefined, text);
    return matchEvents(event ? [event] : [], [exampleRule()], 'o').batches[0]?.rows[0]?.detail;
  }

  test('the first three targets, the first three changes, and the event as it is archived', () => {
    const details = ['a', 'b', 'c', 'd'].map((key) => ({ key, value1: 'block', value2: 'allow' }));
    const supporting_data = { data_type: 'policy', data_values: ['One', 'Two', 'Three', 'Four'] };
    expect(detailOf({ details, supporting_data }, '{"_id":"e1"}')).toEqual({
      targets: ['One', 'Two', 'Three'],
      changes: ['a block -> allow', 'b block -> allow', 'c block -> allow'],
      event: '{"_id":"e1"}',
    });
  });

  test('of long targets and changes the beginning', () => {
    const details = [{ key: 'action', value1: 'x'.repeat(500), value2: 'y' }];
    const supporting_data = { data_type: 'policy', data_values: ['t'.repeat(65)] };
    expect(detailOf({ details, supporting_data })).toEqual({
      targets: [`${'t'.repeat(63)}…`],
      changes: [`action ${'x'.repeat(112)}…`],
    });
  });

  test('of an event that names nothing and was read without its text, nothing', () => {
    expect(detailOf({})).toEqual({});
  });

  test.each([
    [4_000, { event: 'x'.repeat(4_000) }],
    [4_001, {}],
  ])('the event if it is not longer than 4,000 characters: %d', (length, detail) => {
    expect(detailOf({}, 'x'.repeat(length))).toEqual(detail);
  });
});

test('two of the addresses of an event are kept', () => {
  const data_values = ['192.0.2.1', '192.0.2.2', '192.0.2.3'];
  const event = archivedEvent({ supporting_data: { data_type: 'user', data_values } });
  expect(matchEvents([event], [exampleRule()], 'o').batches[0]?.rows[0]?.addresses).toEqual([
    '192.0.2.1',
    '192.0.2.2',
  ]);
});

test('excluded events are counted, and get into no group', () => {
  const rule = {
    ...exampleRule(),
    excludes: ({ user }: { user: string | undefined }) => user === alice.user,
  };
  const matched = matchEvents([alice, bogdan], [rule], 'o');
  expect(rows(matched)).toEqual(['example-rule netskope:b']);
  expect(matched.counts.get('example-rule')).toEqual({
    matched: 1,
    excluded: 1,
    withoutGroupKey: 0,
    failed: 0,
  });
});

test('an event that does not match is neither matched nor excluded', () => {
  const rule = { ...exampleRule({ matches: () => false }), excludes: () => true };
  expect(matchEvents([alice], [rule], 'o').counts.size).toBe(0);
});

test.each([
  ['a completing event', { correlation: { completes: isSuccessfulLogin } }],
  ['earlier events to learn from', { novelty: { valueOf: () => 'x', learningDays: 1 } }],
])('a hidden user who cannot be distinguished has no group key if the rule needs %s', (_what, different) => {
  const matched = matchEvents([hidden], [exampleRule(different)], 'o');
  expect(rows(matched)).toEqual([]);
  expect(matched.counts.get('example-rule')).toEqual({
    matched: 0,
    excluded: 0,
    withoutGroupKey: 1,
    failed: 0,
  });
});

test.each([
  ['events', { threshold: 2 }],
  ['different values', { threshold: 2, distinct: () => 'x' }],
])(
  'a hidden user who cannot be distinguished counts with the whole tenant if the rule counts %s',
  (_what, different) => {
    const other = archivedEvent({ p_row_id: 'netskope:h2', user: 'redacted', ur_normalized: '' });
    const matched = matchEvents([hidden, other, alice], [exampleRule(different)], 'o');
    expect(rows(matched)).toEqual(['example-rule netskope:h netskope:h2', 'example-rule netskope:a']);
    expect(matched.batches[0]?.group).toEqual({
      sourceId: 'netskope',
      parts: [['tenant', 'netskope']],
      insteadOfUser: 'tenant',
    });
  },
);

test('one event is one value, however many occurrences it stands for', () => {
  const often = archivedEvent({ p_row_id: 'netskope:h', user: 'redacted', ur_normalized: '', count: 10 });
  const { batches } = matchEvents([often], [exampleRule({ threshold: 2, distinct: () => 'x' })], 'o');
  expect(batches[0]?.group.insteadOfUser).toBe('tenant');
});

test('a hidden user who cannot be distinguished counts if one event is enough', () => {
  expect(rows(matchEvents([hidden], [exampleRule({ threshold: 1 })], 'o'))).toEqual([
    'example-rule netskope:h',
  ]);
});

test('an event that stands for several occurrences weighs as many, and an ordinary one has no weight', () => {
  const matched = matchEvents([archivedEvent({ count: 12 }), alice], [exampleRule()], 'o');
  const [heavy, ordinary] = matched.batches[0]?.rows ?? [];
  expect(heavy?.weight).toBe(12);
  expect(ordinary).not.toHaveProperty('weight');
});

test('a hidden user who cannot be distinguished counts if the one event stands for enough occurrences', () => {
  const often = archivedEvent({ p_row_id: 'netskope:h', user: 'redacted', ur_normalized: '', count: 10 });
  const groupFrom = (threshold: number) =>
    matchEvents([often], [exampleRule({ threshold })], 'o').batches[0]?.group.insteadOfUser;
  expect(groupFrom(10)).toBe('event');
  expect(groupFrom(11)).toBe('tenant');
});

describe('a rule that supersedes another', () => {
  const lower = exampleRule({ id: 'lower' });
  const higher = exampleRule({
    id: 'higher',
    supersedes: ['lower'],
    matches: ({ user }) => user === alice.user,
  });

  test('takes its events from it', () => {
    expect(rows(matchEvents([alice, bogdan], [lower, higher], 'o'))).toEqual([
      'higher netskope:a',
      'lower netskope:b',
    ]);
  });

  test('leaves them to it if it is switched off, or excludes them', () => {
    expect(rows(matchEvents([alice], [lower], 'o'))).toEqual(['lower netskope:a']);
    expect(rows(matchEvents([alice], [lower, { ...higher, excludes: () => true }], 'o'))).toEqual([
      'lower netskope:a',
    ]);
  });
});

describe('a fallback', () => {
  const fallback = exampleRule({ id: 'fallback', fallback: true });
  const ofAlice = exampleRule({ id: 'of-alice', matches: ({ user }) => user === alice.user });

  test('gets the events that no other rule matches, wherever it stands in the pack', () => {
    const expected = ['of-alice netskope:a', 'fallback netskope:b'];
    expect(rows(matchEvents([alice, bogdan], [fallback, ofAlice], 'o'))).toEqual(expected);
    expect(rows(matchEvents([alice, bogdan], [ofAlice, fallback], 'o'))).toEqual(expected);
  });

  test('gets only events that it matches', () => {
    const picky = exampleRule({ id: 'fallback', fallback: true, matches: () => false });
    expect(rows(matchEvents([bogdan], [picky, ofAlice], 'o'))).toEqual([]);
  });

  test('does not get what another rule matches and the settings exclude from it: that is expected', () => {
    const excluding = { ...ofAlice, excludes: () => true };
    expect(rows(matchEvents([alice], [excluding, fallback], 'o'))).toEqual([]);
  });

  test('gets what only a rule with novelty matches, for that learns from everyday acts', () => {
    const novel = exampleRule({ id: 'novel', novelty: { valueOf: () => 'x', learningDays: 1 } });
    expect(rows(matchEvents([alice], [novel, fallback], 'o'))).toEqual([
      'novel netskope:a',
      'fallback netskope:a',
    ]);
  });

  test('gets the event of a rule that fails', () => {
    const broken = exampleRule({
      id: 'broken',
      matches: () => {
        throw new TypeError('no such field');
      },
    });
    expect(rows(matchEvents([alice], [broken, fallback], 'o'))).toEqual([
      'rule-failed netskope:a',
      'fallback netskope:a',
    ]);
  });
});

test('a rule whose exclusions fail is counted and named, and the others go on', () => {
  const broken = {
    ...exampleRule({ id: 'broken' }),
    excludes: (): boolean => {
      throw new TypeError('no such field');
    },
  };
  const matched = matchEvents([alice], [broken, exampleRule()], 'o');
  expect(rows(matched)).toEqual(['rule-failed netskope:a', 'example-rule netskope:a']);
  expect(matched.counts.get('broken')).toEqual({ matched: 0, excluded: 0, withoutGroupKey: 0, failed: 1 });
  expect([...matched.failures]).toEqual([['broken', 'no such field']]);
});

test('a rule that fails is counted and named, and the others go on', () => {
  const broken = exampleRule({
    id: 'broken',
    matches: ({ user }) => {
      throw new TypeError(`no such field of ${user}`);
    },
  });
  const alsoBroken = exampleRule({
    id: 'also-broken',
    what: () => {
      throw new TypeError('nothing to say');
    },
  });
  const matched = matchEvents([alice, bogdan], [broken, alsoBroken, exampleRule()], 'o');
  expect(rows(matched)).toEqual([
    'rule-failed netskope:a netskope:b',
    'rule-failed netskope:a netskope:b',
    'example-rule netskope:a',
    'example-rule netskope:b',
  ]);
  expect(matched.batches[0]).toMatchObject({
    group: { sourceId: 'netskope', parts: [['rule', 'broken']] },
    rows: [
      {
        what: 'no such field of alice@corp.example',
        severity: 'high',
        addresses: [],
        detail: { targets: ['broken'] },
      },
      { what: 'no such field of bogdan@corp.example' },
    ],
  });
  expect(matched.counts.get('broken')?.failed).toBe(2);
  expect([...matched.failures]).toEqual([
    ['broken', 'no such field of alice@corp.example'],
    ['also-broken', 'nothing to say'],
  ]);
});

const GROUP = 'expected a group of the event, as byUser makes it';

test.each<[string, object, string]>([
  [
    'a severity',
    { severity: () => 'urgent' },
    'severity is "urgent"; expected one of info, low, medium, high, critical',
  ],
  [
    'an answer at all',
    { severity: () => undefined },
    'severity is absent; expected one of info, low, medium, high, critical',
  ],
  ['a line', { what: () => 7 }, 'what is 7; expected a text'],
  ['a value', { distinct: () => 7, threshold: 2 }, 'value is 7; expected a text, or none'],
  ['a group', { groupBy: () => undefined }, "Cannot read properties of undefined (reading 'sourceId')"],
  [
    'a source',
    { groupBy: () => ({ parts: [['user', 'a']] }) },
    `groupBy is {"parts":[["user","a"]]}; ${GROUP}`,
  ],
  [
    'a part',
    { groupBy: () => ({ sourceId: 'netskope', parts: [['user', 7]] }) },
    `groupBy is {"sourceId":"netskope","parts":[["user",7]]}; ${GROUP}`,
  ],
  [
    'a part, though the first is',
    {
      groupBy: () => ({
        sourceId: 'netskope',
        parts: [
          ['user', 'a'],
          ['x', 7],
        ],
      }),
    },
    `groupBy is {"sourceId":"netskope","parts":[["user","a"],["x",7]]}; ${GROUP}`,
  ],
  [
    'a pair',
    { groupBy: () => ({ sourceId: 'netskope', parts: [['user', 'a', 'b']] }) },
    `groupBy is {"sourceId":"netskope","parts":[["user","a","b"]]}; ${GROUP}`,
  ],
])('a rule whose function answers with what is not %s has failed', (_what, different, message) => {
  const matched = matchEvents([alice], [exampleRule(different)], 'o');
  expect(rows(matched)).toEqual(['rule-failed netskope:a']);
  expect([...matched.failures.values()]).toEqual([message]);
});
