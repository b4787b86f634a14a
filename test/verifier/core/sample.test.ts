import { sampledLines } from '../../../lambdas/verifier/core/sample';

/** The day of the week of source corp. */
const FRIDAY = '2026-11-20';
const head = (number: number, sha256 = 'a'.repeat(64)) => ({ number, sha256 });

it('each source has one day of the week', () => {
  const days = (sourceId: string): string[] =>
    ['16', '17', '18', '19', '20', '21', '22']
      .map((day) => `2026-11-${day}`)
      .filter((day) => sampledLines(sourceId, day, head(50)).length > 0);
  expect([days('corp'), days('emea'), days('apac')]).toEqual([
    ['2026-11-20'],
    ['2026-11-19'],
    ['2026-11-16'],
  ]);
});

it.each([
  [0, 0, 0],
  [3, 1, 3],
  [50, 7, 10],
  [5_000, 40, 50],
  [1_000_000, 490, 500],
])('of %d lines it draws %d at least and %d at most', (number, least, most) => {
  const drawn = sampledLines('corp', FRIDAY, head(number));
  expect(drawn.length).toBeGreaterThanOrEqual(least);
  expect(drawn.length).toBeLessThanOrEqual(most);
  expect(drawn.filter((line) => !(line >= 1 && line <= number))).toEqual([]);
  expect(drawn).toEqual([...new Set(drawn)].sort((one, other) => one - other));
});

it('draws others for another newest line, and another week', () => {
  const drawn = sampledLines('corp', FRIDAY, head(5_000));
  expect(sampledLines('corp', FRIDAY, head(5_000))).toEqual(drawn);
  expect(sampledLines('corp', FRIDAY, head(5_000, 'b'.repeat(64)))).not.toEqual(drawn);
  expect(sampledLines('corp', '2026-11-27', head(5_000))).not.toEqual(drawn);
});

it('has drawn two lines of five after a year', () => {
  const seen = new Set<number>();
  for (let week = 0; week < 52; week++) {
    const day = new Date(Date.parse(FRIDAY) + week * 7 * 86_400_000).toISOString().slice(0, 10);
    for (const line of sampledLines('corp', day, head(10_000))) seen.add(line);
  }
  expect(seen.size / 10_000).toBeCloseTo(0.4, 1);
});
