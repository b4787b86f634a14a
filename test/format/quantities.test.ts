import {
  formatAge,
  formatBytes,
  formatCount,
  formatDuration,
  formatMinute,
} from '../../lib/format/quantities';

describe('quantities an operator reads', () => {
  it('have thousands separators', () => {
    expect([0, 999, 30_000, 1_234_567].map(formatCount)).toEqual(['0', '999', '30,000', '1,234,567']);
  });

  it('name bytes in the unit that keeps the number short', () => {
    expect([0, 999, 1000, 999_949, 999_950, 1_600_000, 2_500_000_000].map(formatBytes)).toEqual([
      '0 B',
      '999 B',
      '1.0 kB',
      '999.9 kB',
      '1.0 MB',
      '1.6 MB',
      '2.5 GB',
    ]);
  });

  it('show a duration to the tenth of a second until a minute is full', () => {
    expect([0, 449, 59_949, 59_950, 185_400].map(formatDuration)).toEqual([
      '0.0 s',
      '0.4 s',
      '59.9 s',
      '1 min 00 s',
      '3 min 05 s',
    ]);
  });

  it('show an age more coarsely the greater it is', () => {
    expect([0, 59, 60, 3599, 3600, 86_399, 86_400, 273_600].map(formatAge)).toEqual([
      '0 s',
      '59 s',
      '1 min 00 s',
      '59 min 59 s',
      '1 h 00 min',
      '1 d 00 h',
      '1 d 00 h',
      '3 d 04 h',
    ]);
  });

  it('show a time in UTC to the minute', () => {
    expect(formatMinute(1_700_000_000)).toBe('2023-11-14 22:13 UTC');
  });
});
