import { KnownEvents } from '../../../../lambdas/collector/core/archive/known-events';
import type { ValidatedPage } from '../../../../lambdas/collector/core/page/validated-page';
import { login, validated } from '../../audit-events';

/** 2026-11-18T12:00:00Z */
const NOON_S = 1_795_003_200;
const E1 = login('e1', NOON_S);

test('nothing is known at first', () => {
  expect([...new KnownEvents().among(validated(E1))]).toEqual([]);
});

test('an event that was noted is known wherever it stands in a page', () => {
  const known = new KnownEvents();
  known.add(validated(E1, login('e2', NOON_S)));
  expect([...known.among(validated(login('e3', NOON_S), E1))]).toEqual([1]);
});

test('an event with a known `_id` and other bytes is not known: it is evidence, and looked up', () => {
  const known = new KnownEvents();
  known.add(validated(E1));
  expect([...known.among(validated({ ...E1, count: 2 }))]).toEqual([]);
});

test('events of earlier pages stay known as further pages are noted', () => {
  const known = new KnownEvents();
  known.add(validated(E1));
  known.add(validated(login('e2', NOON_S)));
  expect([...known.among(validated(E1, login('e2', NOON_S)))]).toEqual([0, 1]);
});

test('200,000 events stay known; one more, and the next page is noted alone', () => {
  /** A page of many events, whose texts do not matter here. */
  const pageOfMany = (count: number): ValidatedPage => {
    const page = validated(E1);
    const [one] = page.accepted;
    if (one === undefined) throw new Error('expected an accepted event');
    const accepted = Array.from({ length: count }, (_, n) => ({ ...one, id: `many ${n}` }));
    return { ...page, accepted: [...accepted, one] };
  };
  const known = new KnownEvents();
  known.add(pageOfMany(199_999));
  known.add(validated(login('e2', NOON_S)));
  expect([...known.among(validated(E1, login('e2', NOON_S)))]).toEqual([0, 1]);
  known.add(validated(login('e3', NOON_S)));
  expect([...known.among(validated(E1, login('e2', NOON_S), login('e3', NOON_S)))]).toEqual([2]);
});
