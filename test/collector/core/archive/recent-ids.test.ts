import { RecentIds } from '../../../../lambdas/collector/core/archive/recent-ids';
import type { AcceptedEvent } from '../../../../lambdas/collector/core/page/read-event';

const NOON_S = 1_795_003_200;

function events(fromId: number, count: number): AcceptedEvent[] {
  return Array.from({ length: count }, (_, place) => ({
    kind: 'accepted',
    index: place,
    id: `e${fromId + place}`,
    timestampS: NOON_S,
    hour: 498_612,
    drift: [],
    contentFrom: 0,
    contentTo: 0,
  }));
}

test('at first no event was met before', () => {
  expect(new RecentIds().hasAny(events(0, 3))).toBe(false);
});

test('a page is noticed as soon as one of its ids was met before', () => {
  const recent = new RecentIds();
  recent.add(events(0, 3));
  expect(recent.hasAny(events(2, 5))).toBe(true);
  expect(recent.hasAny(events(3, 5))).toBe(false);
});

test('the ids of the latest 50,000 events at least are remembered, and not those of an endless backlog', () => {
  const recent = new RecentIds();
  for (let page = 0; page < 5; page++) recent.add(events(page * 10_000, 10_000));
  expect(recent.hasAny(events(0, 1))).toBe(true);
  for (let page = 5; page < 10; page++) recent.add(events(page * 10_000, 10_000));
  expect(recent.hasAny(events(50_000, 1))).toBe(true);
  expect(recent.hasAny(events(0, 1))).toBe(false);
});
