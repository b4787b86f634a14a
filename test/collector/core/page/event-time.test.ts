import { EventTimeFormat } from '../../../../lambdas/collector/core/page/event-time';

test.each([
  ['the earliest event time', 946_684_800, '2000-01-01 00:00:00.000000000'],
  ['the latest event time', 4_102_444_799, '2099-12-31 23:59:59.000000000'],
  ['noon', 1_795_003_200, '2026-11-18 12:00:00.000000000'],
  ['digits of one place', 1_794_971_043, '2026-11-18 03:04:03.000000000'],
  ['the last second of a day', 1_795_046_399, '2026-11-18 23:59:59.000000000'],
  ['the first second of the next', 1_795_046_400, '2026-11-19 00:00:00.000000000'],
  ['a whole number that JSON wrote with an exponent', 1.7950032e9, '2026-11-18 12:00:00.000000000'],
])('%s', (_what, epochS, text) => {
  expect(new EventTimeFormat().format(epochS)).toBe(text);
});

test('days that come mixed, as late events do, are told apart', () => {
  const times = new EventTimeFormat();
  expect([1_795_046_399, 1_795_046_400, 1_795_046_399].map((epochS) => times.format(epochS))).toEqual([
    '2026-11-18 23:59:59.000000000',
    '2026-11-19 00:00:00.000000000',
    '2026-11-18 23:59:59.000000000',
  ]);
});
