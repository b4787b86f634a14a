import { sameEvent } from '../../../lambdas/collector/core/same-event';

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
