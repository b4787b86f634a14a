import type { ComparedEvent } from '../../../../lib/cli/verify/events/compared-event';
import { comparedEvent, comparedEvents } from '../../../../lib/cli/verify/events/compared-event';
import type { EventsOfHour, HourComparison } from '../../../../lib/cli/verify/events/hour-comparison';
import { compareCounts, compareEvents } from '../../../../lib/cli/verify/events/hour-comparison';

function events(...texts: string[]): ComparedEvent[] {
  return comparedEvents(texts);
}

const A = '{"_id":"a","user":"x","timestamp":3600}';
const A_OTHERWISE = '{"timestamp":3600, "user":"\\u0078","_id":"a"}';
const A_CHANGED = '{"_id":"a","user":"y","timestamp":3600}';
const B = '{"_id":"b","user":"x","timestamp":3600}';
const NO_ID = '{"user":"x","timestamp":3600}';

function places(different: Partial<EventsOfHour>): EventsOfHour {
  return { hour: 1, netskope: [], archived: [], quarantined: [], ...different };
}

/** Which ids differ, and how. */
function differences({ events: found }: HourComparison): Record<string, (string | undefined)[]> {
  const lists = Object.entries<readonly ComparedEvent[]>({ ...found });
  return Object.fromEntries(
    lists.filter(([, list]) => list.length > 0).map(([kind, list]) => [kind, list.map(({ id }) => id)]),
  );
}

describe('an event is the same event', () => {
  test.each([
    ['in another order, other white space and other escapes', A, A_OTHERWISE],
    [
      'with the insertion time that only one endpoint adds',
      A,
      A.replace('}', ',"_insertion_epoch_timestamp":9}'),
    ],
    [
      'with nested fields in another order',
      '{"_id":"a","d":[{"x":1,"y":2}]}',
      '{"_id":"a","d":[{"y":2,"x":1}]}',
    ],
  ])('%s', (_how, one, other) => {
    expect(comparedEvent(one)).toEqual(comparedEvent(other));
  });

  test.each([
    ['with another value', A, A_CHANGED],
    [
      'with another digit beyond 2^53',
      '{"_id":"a","n":12345678901234567890}',
      '{"_id":"a","n":12345678901234567891}',
    ],
    ['with a list in another order', '{"_id":"a","d":[1,2]}', '{"_id":"a","d":[2,1]}'],
    ['with another id that is no text', '{"_id":1}', '{"_id":2}'],
  ])('not %s', (_how, one, other) => {
    expect(comparedEvent(one).content).not.toBe(comparedEvent(other).content);
  });
});

test.each([
  ['{"timestamp":1795003200}', 1_795_003_200],
  ['{"timestamp":"1795003200"}', 1_795_003_200],
  ['{"timestamp":"yesterday"}', undefined],
  ['{"timestamp":1795003200.5}', 1_795_003_200],
  ['{"timestamp":1795003200123}', 1_795_003_200],
  ['{"timestamp":1795003200123456}', 1_795_003_200],
  ['{"timestamp":"2026-11-18T13:00:00+01:00"}', 1_795_003_200],
  ['{"timestamp":0}', undefined],
  ['{"timestamp":null}', undefined],
  ['{}', undefined],
  ['[]', undefined],
  ['no JSON', undefined],
])('the time of %s is %p', (text, timestampS) => {
  expect(comparedEvent(text).timestampS).toBe(timestampS);
});

test.each([
  ['{"_id":"a"}', 'a'],
  ['{"_id":66483}', '66483'],
  ['{"_id":9007199254740991}', '9007199254740991'],
  ['{"_id":{"$oid":"5f4dcc3b5aa765d61d8327de"}}', '5f4dcc3b5aa765d61d8327de'],
  ['{"_id":9007199254740993}', undefined],
  ['{"_id":" "}', undefined],
  ['{}', undefined],
])('the id of %s is %p', (text, id) => {
  expect(comparedEvent(text).id).toBe(id);
});

test('an event nested a million levels deep is compared without a crash', () => {
  const deep = `{"_id":"a","d":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}`;
  expect(comparedEvent(deep).content).toBe(comparedEvent(deep).content);
});

describe('numbers', () => {
  test.each([
    [
      { netskope: events(A, B), archived: events(A, B) },
      { missing: 0, extra: 0 },
    ],
    [
      { netskope: events(A, B), archived: events(A), quarantined: events(B) },
      { missing: 0, extra: 0 },
    ],
    [
      { netskope: events(A, B), archived: events(A) },
      { missing: 1, extra: 0 },
    ],
    [
      { netskope: events(A), archived: events(A, A) },
      { missing: 0, extra: 1 },
    ],
    // Only ids can show this: one event is missing, another one is extra.
    [
      { netskope: events(A), archived: events(B) },
      { missing: 0, extra: 0 },
    ],
  ])('case %#', (different, expected) => {
    expect(compareCounts(places(different))).toMatchObject({ hour: 1, doubled: 0, ...expected });
  });
});

describe('event by event', () => {
  test.each([
    [
      'the same on both sides, in different JSON',
      { netskope: events(A, B), archived: events(B, A_OTHERWISE) },
      {},
    ],
    [
      'one is missing, another one is extra',
      { netskope: events(A), archived: events(B) },
      { missing: ['a'], extra: ['b'] },
    ],
    ['one lies in quarantine', { netskope: events(A), quarantined: events(A) }, { quarantined: ['a'] }],
    ['one lies in quarantine that Netskope has not', { quarantined: events(A) }, {}],
    [
      'the archive has one twice',
      { netskope: events(A), archived: events(A, A_OTHERWISE) },
      { doubled: ['a'] },
    ],
    [
      'both have two of one id',
      { netskope: events(A, A_CHANGED), archived: events(A, A_CHANGED) },
      { conflicting: ['a', 'a'] },
    ],
    [
      'the archive has two of one id, Netskope one',
      { netskope: events(A), archived: events(A, A_CHANGED) },
      { extra: ['a'], conflicting: ['a', 'a'] },
    ],
    [
      'Netskope has two of one id, the archive one',
      { netskope: events(A, A_CHANGED), archived: events(A) },
      { missing: ['a'] },
    ],
    ['Netskope now says something else', { netskope: events(A_CHANGED), archived: events(A) }, {}],
    [
      'without an id, by content',
      { netskope: events(NO_ID, NO_ID), quarantined: events(NO_ID) },
      { missing: [undefined], quarantined: [undefined] },
    ],
  ])('%s', (_case, different, expected) => {
    expect(differences(compareEvents(places(different)))).toStrictEqual(expected);
  });

  const A_MORE = '{"_id":"a","user":"x","timestamp":3600,"record_type":"audit"}';
  const A_MOST = '{"_id":"a","user":"x","timestamp":3600,"record_type":"audit","ccl":"low"}';

  test.each([
    ['two editions in the archive', { netskope: events(A_MORE), archived: events(A, A_MORE) }, {}],
    ['three, in any order', { netskope: events(A_MOST), archived: events(A_MORE, A_MOST, A) }, {}],
    [
      'an edition that Netskope does not have any more',
      { netskope: events(A), archived: events(A, A_MORE) },
      {},
    ],
    ['an edition that is not archived yet', { netskope: events(A_MORE), archived: events(A) }, {}],
    ['two editions at Netskope', { netskope: events(A, A_MORE), archived: events(A_MORE) }, {}],
    [
      'a second copy of the earlier edition',
      { netskope: events(A_MORE), archived: events(A, A_MORE, A) },
      { doubled: ['a'] },
    ],
    [
      'a second copy of the newest edition',
      { netskope: events(A_MORE), archived: events(A, A_MORE, A_MORE) },
      { doubled: ['a'] },
    ],
    [
      'an edition, and an event that contradicts both',
      { netskope: events(A_MORE), archived: events(A, A_MORE, A_CHANGED) },
      { extra: ['a'], conflicting: ['a', 'a'] },
    ],
    [
      'an edition that differs in the insertion time only',
      { netskope: events(A), archived: events(A, A.replace('}', ',"_insertion_epoch_timestamp":9}')) },
      {},
    ],
  ])('editions: %s', (_case, different, expected) => {
    expect(differences(compareEvents(places(different)))).toStrictEqual(expected);
    const { missing, extra } = compareCounts(places(different));
    expect([missing > 0, extra > 0]).toEqual([false, Object.keys(expected).length > 0]);
  });

  test('of more than eight different events with one id none is taken for an edition of another', () => {
    const grown = Array.from({ length: 9 }, (_, fields) =>
      JSON.stringify({
        _id: 'a',
        ...Object.fromEntries(Array.from({ length: fields }, (_, at) => [`f${at}`, 1])),
      }),
    );
    expect(events(...grown.slice(1))).toHaveLength(1);
    expect(events(...grown)).toHaveLength(9);
  });

  test('of two events with one id, the absent one is reported as missing', () => {
    const { events: found } = compareEvents(places({ netskope: events(A, A_CHANGED), archived: events(A) }));
    expect(found?.missing).toEqual(events(A_CHANGED));
  });
});
