import { growthTable } from '../../../lib/tools/bench/growth-table';

test('the growth table says for each size what was measured', () => {
  const table = growthTable({
    peakMemory: [
      { pages: 1, peakRssBytes: 100e6, cpuMs: 800 },
      { pages: 100, peakRssBytes: 126e6, cpuMs: 25_000 },
    ],
    growth: {
      repetitions: 3,
      objects: [
        { objects: 12, moreCpuMs: [12, 8, 10], moreAwsCalls: [12, 12, 12] },
        { objects: 1000, moreCpuMs: [1500, 1400.25, 1600], moreAwsCalls: [1000, 1001, 1000] },
      ],
      sources: [
        { sources: 1, cpuMs: [10, 11, 9] },
        { sources: 10, cpuMs: [10, 12, 14] },
      ],
      rules: [
        { rules: 29, cpuMs: [200, 210, 220] },
        { rules: 100, cpuMs: [400, 400, 430] },
      ],
    },
  });
  expect(table.split('\n')).toEqual([
    'What grows. Median (least to most) of 3 repetitions; of a fresh process there is one run of each size.',
    '',
    '| What | Size | Measured |',
    '| --- | --- | --- |',
    '| CPU time of a page in a fresh process, its start included, with the pages of the run | 1 page | 800.0 ms |',
    '| CPU time of a page in a fresh process, its start included, with the pages of the run | 100 pages | 250.0 ms |',
    '| What a page costs more with objects of 40 events in its hour, which an earlier stream wrote | 12 objects | 10.0 (8.0 to 12.0) ms, 12 (12 to 12) calls of AWS |',
    '| What a page costs more with objects of 40 events in its hour, which an earlier stream wrote | 1,000 objects | 1,500.0 (1,400.3 to 1,600.0) ms, 1,000 (1,000 to 1,001) calls of AWS |',
    '| CPU time of a run that finds nothing, with the sources of its warm process | 1 source | 10.0 (9.0 to 11.0) ms |',
    '| CPU time of a run that finds nothing, with the sources of its warm process | 10 sources | 12.0 (10.0 to 14.0) ms |',
    '| CPU time of evaluating the first page of a source, with the rules | 29 rules, the pack | 210.0 (200.0 to 220.0) ms |',
    '| CPU time of evaluating the first page of a source, with the rules | 100 rules | 400.0 (400.0 to 430.0) ms |',
    '',
  ]);
});
