import { AUDIT_FEED } from '../../../lambdas/contract/feed/audit';
import {
  archivePartition,
  hourOf,
  isDay,
  quarantinedPagesPartition,
  quarantinePartition,
  redrivenPageKey,
  redrivenPagesPartition,
} from '../../../lambdas/contract/storage/archive-layout';

test.each([
  ['the first second of an hour', 1_795_003_200, 498_612],
  ['the last second of an hour', 1_795_006_799, 498_612],
  ['the first second of 1970', 0, 0],
])('%s belongs to its hour', (_what, epochS, hour) => {
  expect(hourOf(epochS)).toBe(hour);
});

test.each([
  ['an afternoon', 498_616, 'netskope_audit/source=emea/dt=2026-11-18/hour=16/'],
  ['the first hour of a year', 499_656, 'netskope_audit/source=emea/dt=2027-01-01/hour=00/'],
  ['the last hour of a day', 498_623, 'netskope_audit/source=emea/dt=2026-11-18/hour=23/'],
  ['the hour after it', 498_624, 'netskope_audit/source=emea/dt=2026-11-19/hour=00/'],
  ['a leap day', 509_844, 'netskope_audit/source=emea/dt=2028-02-29/hour=12/'],
])('%s has its own prefix, in UTC', (_what, hour, prefix) => {
  expect(archivePartition(AUDIT_FEED, 'emea', hour)).toBe(prefix);
});

test.each([
  [
    'the last millisecond of a day',
    1_795_046_399_999,
    'quarantine/netskope_audit/source=emea/dt=2026-11-18/',
  ],
  ['the first of the next', 1_795_046_400_000, 'quarantine/netskope_audit/source=emea/dt=2026-11-19/'],
])('%s has the prefix of its day, in UTC', (_what, arrivedAtMs, prefix) => {
  expect(quarantinePartition(AUDIT_FEED, 'emea', arrivedAtMs)).toBe(prefix);
});

test('a page is stored under its day, and its mark beside it under the same day', () => {
  const noonMs = 1_795_003_200_000;
  expect(quarantinedPagesPartition(AUDIT_FEED, 'emea', noonMs)).toBe(
    'quarantine/pages/netskope_audit/source=emea/dt=2026-11-18/',
  );
  expect(redrivenPagesPartition(AUDIT_FEED, 'emea', noonMs)).toBe(
    'redriven/pages/netskope_audit/source=emea/dt=2026-11-18/',
  );
  expect(
    redrivenPageKey(AUDIT_FEED, 'quarantine/pages/netskope_audit/source=emea/dt=2026-11-18/a-7-0f.page'),
  ).toBe('redriven/pages/netskope_audit/source=emea/dt=2026-11-18/a-7-0f.json');
});

test.each([
  ['a day', '2026-11-22', true],
  ['a leap day', '2028-02-29', true],
  ['a day that its month does not have', '2026-02-30', false],
  ['a month that the year does not have', '2026-13-01', false],
  ['a day with a time', '2026-11-22T00:00:00Z', false],
  ['a day after a blank', ' 2026-11-22', false],
  ['a month', '2026-11', false],
  ['no date', 'tomorrow', false],
])('whether it is a day: %s', (_what, text, expected) => {
  expect(isDay(text)).toBe(expected);
});
