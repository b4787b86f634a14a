import { readPointInTime } from '../../../lib/cli/terminal/time-range';
import { NOW_S } from '../../pipeline';

const read = (text: string): number => readPointInTime({ text, option: '--from' }, NOW_S * 1000 + 999);

test.each([
  ['2026-11-18', 1_794_960_000],
  ['2026-11-18T09:30', 1_794_994_200],
  ['2026-11-18 09:30', 1_794_994_200],
  ['2026-11-18T09:30:15', 1_794_994_215],
  ['2026-11-18T09:30:15Z', 1_794_994_215],
  ['2026-11-18T09:30+02:00', 1_794_987_000],
  ['90d', NOW_S - 7_776_000],
  ['6h', NOW_S - 21_600],
  ['30m', NOW_S - 1_800],
])('%s is a time', (text, epochS) => {
  expect(read(text)).toBe(epochS);
});

test.each([
  '',
  'yesterday',
  '18.11.2026',
  '2026-02-30',
  '2026-13-01',
  '2026-11-18T25:00',
  '6',
  '-6h',
  '6 h',
  '1.5h',
])('%j is not a time, and the error says what is expected', (text) => {
  expect(() => read(text)).toThrow(
    `--from is ${JSON.stringify(text)}; expected a time, UTC: 2026-11-22, 2026-11-22T09:30, or how long ago: 90d, 6h, 30m.`,
  );
});
