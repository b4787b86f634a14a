import { addTotals, newCheckpoint, subtractTotals } from '../../../lambdas/collector/core/checkpoint';

test('a stream that nobody has collected begins at its start time, and has nothing to its name', () => {
  expect(
    newCheckpoint('netskope#audit', 'netskope', { startEpochS: 1_794_916_800, nowMs: 1_795_003_200_500 }),
  ).toEqual({
    streamId: 'netskope#audit',
    indexName: expect.stringMatching(/^netskope-[0-9a-f]{16}$/) as unknown,
    phase: 'unstarted',
    startEpochS: 1_794_916_800,
    begunAtMs: 1_795_003_200_500,
    begunAfterSequence: 0,
    sequence: 0,
    caughtUp: false,
    totals: { archived: 0, quarantined: 0, drifted: 0 },
    announced: { archived: 0, quarantined: 0, drifted: 0 },
    version: 0,
  });
});

test('two deployments of one source never share an index, or each would get every other page', () => {
  const names = Array.from(
    { length: 1_000 },
    () => newCheckpoint('s#audit', 's', { startEpochS: 0, nowMs: 0 }).indexName,
  );
  expect(new Set(names).size).toBe(1_000);
});

test('totals add up and subtract part by part', () => {
  const one = { archived: 10, quarantined: 2, drifted: 3 };
  const other = { archived: 1, quarantined: 1, drifted: 2 };
  expect(addTotals(one, other)).toEqual({ archived: 11, quarantined: 3, drifted: 5 });
  expect(subtractTotals(one, other)).toEqual({ archived: 9, quarantined: 1, drifted: 1 });
});
