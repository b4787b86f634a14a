import { Comparison, EventsById, relationTo } from '../../../../lambdas/collector/core/page/same-event';

describe('an event is held by a stored one with', () => {
  test.each([
    ['the same text', '{"a":1}', '{"a":1}'],
    ['other white space', '{"a":1,"b":[2,3]}', '{ "a" : 1,\n "b": [2, 3] }'],
    ['another order of keys', '{"a":1,"b":2}', '{"b":2,"a":1}'],
    ['an escaped solidus', '{"a":"/x"}', String.raw`{"a":"\/x"}`],
    ['an escaped letter', '{"a":"é"}', String.raw`{"a":"\u00e9"}`],
    ['a surrogate pair', '{"a":"🚀"}', String.raw`{"a":"\ud83d\ude80"}`],
    ['a large integer', '{"a":9007199254740993}', '{ "a":9007199254740993 }'],
  ])('%s', (_what, stored, text) => {
    expect(relationTo(stored, text)).toBe('held');
    expect(relationTo(text, stored)).toBe('held');
  });

  test('more fields', () => {
    expect(relationTo('{"a":1,"b":{"c":2},"d":3}', '{"b":{"c":2},"a":1}')).toBe('held');
  });
});

describe('an event is a later edition of a stored one', () => {
  test.each([
    ['with a field more', '{"a":1}', '{"a":1,"b":2}'],
    ['with several, in any order', '{"a":1,"b":[2]}', '{"d":4,"b":[2],"c":3,"a":1}'],
    ['with a field more that is null', '{"a":1}', '{"a":1,"b":null}'],
    ['without any field', '{}', '{"a":1}'],
  ])('%s', (_what, stored, text) => {
    expect(relationTo(stored, text)).toBe('edition');
  });
});

describe('an event is another one with', () => {
  test.each([
    ['another value', '{"a":1}', '{"a":2}'],
    ['another type', '{"a":1}', '{"a":"1"}'],
    ['a field more and another value', '{"a":1}', '{"a":2,"b":2}'],
    ['a field more and one less', '{"a":1,"c":1}', '{"a":1,"b":2}'],
    ['a field more inside of a value', '{"a":{"b":1}}', '{"a":{"b":1,"c":2}}'],
    ['another order of a list', '{"a":[1,2]}', '{"a":[2,1]}'],
    ['a name that every object inherits', '{"constructor":1}', '{"a":1}'],
    ['integers that a double cannot tell apart', '{"a":9007199254740993}', '{"a":9007199254740992}'],
    ['digits inside a text', '{"a":"9007199254740993"}', '{"a":"9007199254740992"}'],
    [
      'negative integers that a double cannot tell apart',
      '{"a":-9007199254740993}',
      '{"a":-9007199254740992}',
    ],
    ['a large integer, once as text', '{"a":9007199254740993}', '{"a":"9007199254740993"}'],
    [
      'digits behind an escaped quote',
      String.raw`{"a":"\"","b":9007199254740993}`,
      String.raw`{"a":"\"","b":9007199254740992}`,
    ],
  ])('%s', (_what, stored, text) => {
    expect(relationTo(stored, text)).toBe('other');
    expect(relationTo(text, stored)).toBe('other');
  });
});

test('two events that are nested too deeply to be compared are two; a text that is no JSON is an error', () => {
  const nested = (space: string): string => `{"a":${space}${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
  expect(relationTo(nested(''), nested(''))).toBe('held');
  expect(relationTo(nested(''), nested(' '))).toBe('other');
  expect(() => relationTo('{', '{}')).toThrow(SyntaxError);
});

describe('beside several stored events of its `_id` an event is', () => {
  const EVENT = '{"a":1,"b":2}';
  test.each<[string, [string, number?][], object]>([
    ['held by one of them, whatever the others are', [['{"a":2}'], [EVENT]], { isHeld: true }],
    ['the edition after the first', [['{"a":1}']], { standing: { edition: 2 } }],
    ['the edition after the latest', [['{"a":1}', 3], ['{"b":2}']], { standing: { edition: 4 } }], // prettier-ignore
    ['in conflict with one of them', [['{"a":1}'], ['{"a":2}']], { standing: { isConflicting: true } }], // prettier-ignore
    [
      'in conflict, at the height of the latest edition',
      [['{"a":2}', 3], ['{"a":1}']], // prettier-ignore
      { standing: { isConflicting: true, edition: 3 } },
    ],
  ])('%s', (_what, stored, found) => {
    const comparison = new Comparison();
    for (const [text, edition] of stored) comparison.add(text, EVENT, edition);
    expect(comparison).toMatchObject(found);
    expect(comparison.isHeld).toBe('isHeld' in found);
    if ('standing' in found) expect(comparison.standing).toEqual(found.standing);
  });
});

describe('events by `_id`', () => {
  const A = '{"_id":"a","n":1}';
  const OTHER_A = '{"_id":"a","n":2}';

  /** Events of these texts, all with the `_id` "a". */
  function eventsOf(...texts: string[]): EventsById {
    const events = new EventsById();
    for (const [index, text] of texts.entries()) events.add('a', { index, text: () => text });
    return events;
  }
  const comparedOf = (events: EventsById, text: string, id = 'a'): number[] =>
    events.toCompare(id, text).map(({ index }) => index);

  test('are found by the id, all of them', () => {
    const events = eventsOf(A, OTHER_A);
    expect(events.has('a')).toBe(true);
    expect(events.of('a').map(({ index }) => index)).toEqual([0, 1]);
    expect(events.has('b')).toBe(false);
    expect(events.of('b')).toEqual([]);
  });

  test('are to be compared with a text of their id', () => {
    expect(comparedOf(eventsOf(OTHER_A, A), A)).toEqual([0, 1]);
    expect(comparedOf(eventsOf(A), A, 'b')).toEqual([]);
  });

  test('of many the first eight are compared by what they say, and all by their text', () => {
    const events = eventsOf(...Array.from({ length: 10 }, (_, n) => `{"_id":"a","n":${n}}`));
    expect(comparedOf(events, '{"_id":"a", "n":8}')).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(comparedOf(events, '{"_id":"a","n":9}')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 9]);
    events.add('a', { index: 10, text: () => '{"_id":"a","n":10}' });
    expect(comparedOf(events, '{"_id":"a","n":10}')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 10]);
  });

  test('a text is asked for only where an id is met twice', () => {
    const events = new EventsById();
    events.add('a', {
      index: 0,
      text: () => {
        throw new Error('asked for');
      },
    });
    expect(comparedOf(events, A, 'b')).toEqual([]);
  });
});
