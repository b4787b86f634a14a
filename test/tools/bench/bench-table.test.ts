import { benchTable, spreadOf } from '../../../lib/tools/bench/bench-table';
import type { BenchResult } from '../../../lib/tools/bench/run-bench';

const PAGE_COST = {
  collectCpuMs: 100,
  awsCalls: 5.25,
  collectWallMs: 200,
  bodyFloorCpuMs: 80,
  linesFloorCpuMs: 100,
  splitCpuMs: 5,
  detectCpuMs: 50,
  pipeline: { cpuMs: 250, wallMs: 600 },
};

const RESULT: BenchResult = {
  sizes: { eventsPerPage: 10_000, pages: 10, repetitions: 1, memoryPages: [1, 10, 100], startUps: 3 },
  machine: { cpuModel: 'Abacus 9', cores: 2, nodeVersion: 'v24.0.0' },
  memoryMib: 512,
  pageCosts: [PAGE_COST],
  peakMemory: [
    { pages: 1, peakRssBytes: 100e6 },
    { pages: 10, peakRssBytes: 125e6 },
    { pages: 100, peakRssBytes: 126e6 },
  ],
  idle: [
    { coldCpuMs: 400, warmCpuMs: [9, 10], awsCalls: 5 },
    { coldCpuMs: 500, warmCpuMs: [11], awsCalls: 5 },
  ],
  bundleBytes: 999_999,
  startUp: { collectorMs: [60, 80, 70], clientsMs: [50] },
};

describe('bench table', () => {
  it('says of each goal whether it was met', () => {
    expect(cells(benchTable(RESULT, '2026-11-22')).filter(([, , goal]) => goal !== '')).toEqual([
      ['Events a second on one core (by CPU time)', '100,000 (100,000 to 100,000)', 'above 40,000', 'met'],
      [
        'CPU time against the floor: parse the body, gzip the body',
        '1.25 (1.25 to 1.25) ×',
        'at most 2 ×',
        'met',
      ],
      ['Calls of AWS for a page', '5.3 (5.3 to 5.3)', 'at most 5', 'missed'],
      ['Its CPU time against the collector', '2.5 (2.5 to 2.5) ×', 'at least 4 ×', 'missed'],
      ['Its CPU time against collecting the same events', '0.50 (0.50 to 0.50) ×', 'at most 0.5 ×', 'met'],
      ['Calls of AWS for a run that finds nothing', '5 (5 to 5)', 'at most 5', 'met'],
      ['CPU time of such a run, warm', '10.0 (9.0 to 11.0) ms', 'at most 10 ms', 'met'],
      ['CPU time of a cold start with such a run', '450 (400 to 500) ms', 'at most 300 ms', 'missed'],
      ['Peak memory, 1 page', '100 MB', 'at most 170 MB and flat', 'met'],
      ['Peak memory, 10 pages', '125 MB', 'at most 170 MB and flat', 'met'],
      ['Peak memory, 100 pages', '126 MB', 'at most 170 MB and flat', 'missed'],
      ['Bundle', '1,000 kB', 'below 1 MB', 'met'],
    ]);
  });

  it('says how many events per second the whole detection pack evaluates', () => {
    expect(cells(benchTable(RESULT, '2026-11-22'))).toContainEqual([
      'Detection: events a second on one core (by CPU time)',
      '200,000 (200,000 to 200,000)',
      '',
      '',
    ]);
  });

  it('names the machine and the day above the table', () => {
    expect(benchTable(RESULT, '2026-11-22').split('\n')[0]).toBe(
      'Abacus 9, 2 cores, Node.js v24.0.0 with 512 MiB, 2026-11-22. Median (least to most) of 1 × 10 pages.',
    );
  });

  it('says if curl or jq is missing', () => {
    const withoutPipeline = { ...RESULT, pageCosts: [{ ...PAGE_COST, pipeline: undefined }] };
    const rows = cells(benchTable(withoutPipeline, '2026-11-22'));
    expect(rows.map(([, cell]) => cell)).toContain('not measured: curl, jq, gzip or bash is missing');
    expect(rows.map(([what]) => what)).not.toContain('Its CPU time against the collector');
  });
});

/** The cells of each row below the heading. */
function cells(table: string): string[][] {
  return table
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(2)
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

describe('spread', () => {
  it('is the middle of an odd number of values, and the mean of the two middle ones of an even number', () => {
    expect(spreadOf([30, 10, 20])).toEqual({ median: 20, min: 10, max: 30 });
    expect(spreadOf([40, 10, 20, 30])).toEqual({ median: 25, min: 10, max: 40 });
  });

  it('needs at least one measurement', () => {
    expect(() => spreadOf([])).toThrow('no measurement to summarize; expected at least one');
  });
});
