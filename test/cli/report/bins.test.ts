import { binsOf, longestSilence } from '../../../lib/cli/report/bins';
import type { ReportedHour } from '../../../lib/cli/report/report';

/** 2026-11-18T00:00:00Z in hours since 1970. */
const MIDNIGHT = 498_600;

const hoursWith = (archived: readonly number[]): ReportedHour[] =>
  archived.map((count, place) => ({
    hour: MIDNIGHT + place,
    archived: count,
    quarantined: 0,
    doubled: 0,
    events: { missing: [], extra: [], doubled: [], conflicting: [] },
  }));

test('three days are shown by hour, a longer period by day', () => {
  expect(binsOf(hoursWith(Array<number>(72).fill(1)))).toHaveLength(72);
  expect(binsOf(hoursWith(Array<number>(73).fill(1)))).toEqual([
    { title: '2026-11-18', archived: 24, quarantined: 0, doubled: 0, hours: 24, differingHours: 0 },
    { title: '2026-11-19', archived: 24, quarantined: 0, doubled: 0, hours: 24, differingHours: 0 },
    { title: '2026-11-20', archived: 24, quarantined: 0, doubled: 0, hours: 24, differingHours: 0 },
    { title: '2026-11-21', archived: 1, quarantined: 0, doubled: 0, hours: 1, differingHours: 0 },
  ]);
});

test('the longest time without an event is that of most hours, the first of them if there are several', () => {
  expect(longestSilence(hoursWith([0, 1, 0, 0, 1, 0, 0]))).toEqual({ fromHour: MIDNIGHT + 2, hours: 2 });
  expect(longestSilence(hoursWith([1, 1]))).toBeUndefined();
});
