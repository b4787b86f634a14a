import { readBackfillRange } from '../../../lib/cli/backfill/backfill-jobs';
import { formatRange } from '../../../lib/cli/terminal/time-range';
import { NOW_S } from '../../pipeline';

const read = (from: string, to?: string) => readBackfillRange({ from, to }, NOW_S * 1000);

test('a backfill ends an hour ago if no end is given', () => {
  expect(read('6h')).toEqual({ fromEpochS: NOW_S - 6 * 3600, toEpochS: NOW_S - 3600 });
});

test('it may begin 90 days ago and end an hour ago, to the second', () => {
  const range = read('90d', '1h');
  expect(range).toEqual({ fromEpochS: NOW_S - 90 * 86_400, toEpochS: NOW_S - 3600 });
  expect(formatRange(range)).toBe('2026-08-20 12:00 UTC to 2026-11-18 11:00 UTC');
});

test.each([
  [
    '2026-08-20T11:59',
    '1h',
    '--from 2026-08-20 11:59 UTC is more than 90 days ago, and Netskope keeps events for 90 days.',
  ],
  ['7d', '59m', '--to 2026-11-18 11:01 UTC is less than an hour ago. The live feed covers the present'],
  ['7d', '8d', '--from 2026-11-11 12:00 UTC is not earlier than --to 2026-11-10 12:00 UTC.'],
  ['7d', '7d', '--from 2026-11-11 12:00 UTC is not earlier than --to 2026-11-11 12:00 UTC.'],
  ['30m', undefined, '--from 2026-11-18 11:30 UTC is not earlier than --to 2026-11-18 11:00 UTC.'],
  ['last week', undefined, '--from is "last week"; expected a time'],
])('%s to %s is refused', (from, to, said) => {
  expect(() => read(from, to)).toThrow(said);
});
