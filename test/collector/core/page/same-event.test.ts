import { EventsById, sameEvent } from '../../../../lambdas/collector/core/page/same-event';

describe('one event told twice', () => {
  test.each([
    ['the same text', '{"a":1}', '{"a":1}'],
    ['other white space', '{"a":1,"b":[2,3]}', '{ "a" : 1,\n "b": [2, 3] }'],
    ['another order of keys', '{"a":1,"b":2}', '{"b":2,"a":1}'],
    ['an escaped solidus', '{"a":"/x"}', String.raw`{"a":"\/x"}`],
    ['an escaped letter', '{"a":"é"}', String.raw`{"a":"\u00e9"}`],
    ['a surrogate pair', '{"a":"🚀"}', String.raw`{"a":"\ud83d\ude80"}`],
    ['a large integer', '{"a":9007199254740993}', '{ "a":9007199254740993 }'],
  ])('%s', (_what, one, other) => {
    expect(sameEvent(one, other)).toBe(true);
  });
});

describe('two events', () => {
  test.each([
    ['another value', '{"a":1}', '{"a":2}'],
    ['another type', '{"a":1}', '{"a":"1"}'],
    ['a field more', '{"a":1}', '{"a":1,"b":2}'],
    ['another order of a list', '{"a":[1,2]}', '{"a":[2,1]}'],
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
  ])('%s', (_what, one, other) => {
    expect(sameEvent(one, other)).toBe(false);
  });
});

test('two events that are nested too deeply to be compared are two; a text that is no JSON is an error', () => {
  const nested = (space: string): string => `{"a":${space}${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
  expect(sameEvent(nested(''), nested(''))).toBe(true);
  expect(sameEvent(nested(''), nested(' '))).toBe(false);
  expect(() => sameEvent('{', '{}')).toThrow(SyntaxError);
});

describe('events by `_id`', () => {
  const A = '{"_id":"a","n":1}';
  const A_REWORDED = '{ "n": 1, "_id": "a" }';
  const OTHER_A = '{"_id":"a","n":2}';

  /** Events of these texts, all with the `_id` "a". */
  function eventsOf(...texts: string[]): EventsById {
    const events = new EventsById();
    for (const [index, text] of texts.entries()) events.add('a', index, () => text);
    return events;
  }

  test('are found by the id, all of them', () => {
    const events = eventsOf(A, OTHER_A);
    expect(events.has('a')).toBe(true);
    expect(events.indexesOf('a')).toEqual([0, 1]);
    expect(events.has('b')).toBe(false);
    expect(events.indexesOf('b')).toEqual([]);
  });

  test.each([
    ['the same text', A, 1],
    ['other words', A_REWORDED, 1],
    ['the same text as another one', OTHER_A, 0],
    ['other content', '{"_id":"a","n":3}', undefined],
  ])('the one that says the same is found: %s', (_what, text, index) => {
    expect(eventsOf(OTHER_A, A).findSame('a', text)).toBe(index);
  });

  test('there is none under another id', () => {
    expect(eventsOf(A).findSame('b', A)).toBeUndefined();
  });

  test('one that is added after a search is found, too', () => {
    const events = eventsOf(A);
    expect(events.findSame('a', OTHER_A)).toBeUndefined();
    events.add('a', 7, () => OTHER_A);
    expect(events.findSame('a', OTHER_A)).toBe(7);
  });

  test('of many the first eight are compared by what they say, and all by their text', () => {
    const texts = Array.from({ length: 10 }, (_, n) => `{"_id":"a","n":${n}}`);
    const events = eventsOf(...texts);
    expect(events.findSame('a', '{"_id":"a", "n":7}')).toBe(7);
    expect(events.findSame('a', '{"_id":"a", "n":8}')).toBeUndefined();
    expect(events.findSame('a', '{"_id":"a","n":9}')).toBe(9);
  });

  test('a text is asked for only where an id is met twice', () => {
    const events = new EventsById();
    events.add('a', 0, () => {
      throw new Error('asked for');
    });
    expect(events.findSame('b', A)).toBeUndefined();
  });
});
