import { RunMemory } from '../../../../lambdas/collector/core/archive/run-memory';
import type { AlreadyStored } from '../../../../lambdas/collector/core/page/already-stored';
import type { ValidatedPage } from '../../../../lambdas/collector/core/page/validated-page';
import { NOW_S } from '../../../pipeline';
import { login, NOTHING_STORED, validated } from '../../audit-events';

const HOUR = 498_612;
const HOUR_S = 3600;

function page(...hours: readonly number[]): ValidatedPage {
  return validated(...hours.map((hour) => login(`e${hour}`, hour * HOUR_S)));
}

function withEmptyHours(...hours: readonly number[]): AlreadyStored {
  return { ...NOTHING_STORED, emptyHours: new Set(hours) };
}

test('at first every hour may hold objects of other runs', () => {
  expect(NOW_S).toBe(HOUR * HOUR_S);
  expect([...new RunMemory().hoursOfOthers(page(HOUR, HOUR + 1, HOUR))]).toEqual([HOUR, HOUR + 1]);
});

test('an hour that was empty before this run wrote to it is its own from then on', () => {
  const memory = new RunMemory();
  memory.addPage(page(HOUR, HOUR + 1), withEmptyHours(HOUR));
  expect([...memory.hoursOfOthers(page(HOUR, HOUR + 1))]).toEqual([HOUR + 1]);
});

test('ids of stored pages are remembered', () => {
  const memory = new RunMemory();
  expect(memory.recentIds.hasAny(page(HOUR).accepted)).toBe(false);
  memory.addPage(page(HOUR), withEmptyHours());
  expect(memory.recentIds.hasAny(page(HOUR).accepted)).toBe(true);
});

test('a foreign object is reported once', () => {
  const memory = new RunMemory();
  expect(memory.unreported(['a', 'b'])).toEqual(['a', 'b']);
  expect(memory.unreported(['b', 'c'])).toEqual(['c']);
});
