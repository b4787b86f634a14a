import type { ComparedEvent } from '../../../../lib/cli/verify/events/compared-event';
import { comparedEvent } from '../../../../lib/cli/verify/events/compared-event';
import type { EventsOfHour, HourComparison } from '../../../../lib/cli/verify/events/hour-comparison';
import { compareCounts, compareEvents } from '../../../../lib/cli/verify/events/hour-comparison';

function events(...texts: string[]): ComparedEvent[] {
  return texts.map(comparedEvent);
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
  ['{"timestamp":1795003200.5}', undefined],
  ['{"timestamp":null}', undefined],
  ['{}', undefined],
  ['[]', undefined],
  ['no JSON', undefined],
])('the time of %s is %p', (text, timestampS) => {
  expect(comparedEvent(text).timestampS).toBe(timestampS);
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

  test('of two events with one id, the absent one is reported as missing', () => {
    const { events: found } = compareEvents(places({ netskope: events(A, A_CHANGED), archived: events(A) }));
    expect(found?.missing).toEqual(events(A_CHANGED));
  });
});
