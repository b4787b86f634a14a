import { benchTable } from '../../../lib/tools/bench/bench-table';
import type { BenchResult } from '../../../lib/tools/bench/run-bench';

const PAGE_COST = {
  collectCpuMs: 100,
  awsCalls: 5.25,
  fullCollections: 0.125,
  collectWallMs: 200,
  bodyFloorCpuMs: 80,
  linesFloorCpuMs: 100,
  splitCpuMs: 5,
  duckDbCpuMs: 140,
  detectCpuMs: 50,
  pipeline: { cpuMs: 250, wallMs: 600 },
};

const RESULT: BenchResult = {
  sizes: {
    eventsPerPage: 10_000,
    pages: 10,
    repetitions: 1,
    memoryPages: [1, 10, 100],
    largePages: [50e6, 200e6],
    startUps: 3,
    ordinaryHours: 3,
    growth: { repetitions: 1, objects: [], sources: [], rules: [] },
  },
  machine: { cpuModel: 'Abacus 9', cores: 2, nodeVersion: 'v24.0.0' },
  memoryMib: 512,
  pageCosts: [PAGE_COST],
  peakMemory: [
    { pages: 1, peakRssBytes: 100e6, cpuMs: 800 },
    { pages: 10, peakRssBytes: 125e6, cpuMs: 2000 },
    { pages: 100, peakRssBytes: 126e6, cpuMs: 15_000 },
  ],
  largePages: [
    { bytes: 50e6, encoding: 'gzip', peakRssBytes: 256e6 },
    { bytes: 200e6, encoding: 'none', peakRssBytes: 256e6 + 1 },
  ],
  foreignReads: 2,
  idle: [
    { coldCpuMs: 400, warmCpuMs: [9, 10], awsCalls: 5 },
    { coldCpuMs: 500, warmCpuMs: [11], awsCalls: 5 },
  ],
  ordinary: [
    { collectCpuMs: 20, collectAwsCalls: 9, detectCpuMs: 8, detectAwsCalls: 6 },
    { collectCpuMs: 30, collectAwsCalls: 9, detectCpuMs: 21, detectAwsCalls: 7 },
    { collectCpuMs: 20, collectAwsCalls: 10, detectCpuMs: 10, detectAwsCalls: 8 },
  ],
  bundleBytes: 999_999,
  startUp: { collectorMs: [60, 80, 70], clientsMs: [50] },
  growth: { repetitions: 1, objects: [], sources: [], rules: [] },
};

describe('bench table', () => {
  it('says of each goal whether it was met', () => {
    expect(cells(benchTable(RESULT, '2026-11-22')).filter(([, , goal]) => goal !== '')).toEqual([
      ['Events a second on one core (by CPU time)', '100,000 (100,000 to 100,000)', 'at least 40,000', 'met'],
      [
        'CPU time against the floor: parse the body, gzip the body',
        '1.25 (1.25 to 1.25) ×',
        'at most 2 ×',
        'met',
      ],
      ['Full collections of the heap (mark-compact) a page', '0.13 (0.13 to 0.13)', 'at most 0.1', 'missed'],
      ['Calls of AWS for a page', '5.3 (5.3 to 5.3)', 'at most 5', 'missed'],
      ['Reads of one foreign object in the hour of 12 pages', '2', 'at most 1, in a run', 'missed'],
      ['Its CPU time against the collector', '2.5 (2.5 to 2.5) ×', 'at least 4 ×', 'missed'],
      [
        'DuckDB `COPY … (FORMAT json, COMPRESSION gzip)`, gzip level 6, one thread: its CPU time against the collector',
        '1.4 (1.4 to 1.4) ×',
        'at least 1.4 ×',
        'met',
      ],
      ['Its CPU time against collecting the same events', '0.50 (0.50 to 0.50) ×', 'at most 0.5 ×', 'met'],
      ['CPU time of evaluating its events, against the run', '0.50 (0.40 to 0.70) ×', 'at most 0.5 ×', 'met'],
      ['Calls of AWS for a run that finds nothing', '5 (5 to 5)', 'at most 5', 'met'],
      ['CPU time of such a run, warm', '10.0 (9.0 to 11.0) ms', 'at most 10 ms', 'met'],
      ['CPU time of a cold start with such a run', '450 (400 to 500) ms', 'at most 300 ms', 'missed'],
      ['Peak memory, 1 page', '100 MB', 'at most 170 MB and flat', 'met'],
      ['Peak memory, 10 pages', '125 MB', 'at most 170 MB and flat', 'met'],
      ['Peak memory, 100 pages', '126 MB', 'at most 170 MB and flat', 'missed'],
      ['Peak memory, a page of 50 MB, which is set aside', '256 MB', 'at most 256 MB', 'met'],
      [
        'Peak memory, a page of 200 MB that comes without gzip, which is set aside',
        '256 MB',
        'at most 256 MB',
        'missed',
      ],
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

  it('says how many times the CPU time of another commit a page and its detection take, measured in pairs', () => {
    const pageCosts = [
      { ...PAGE_COST, other: { ...PAGE_COST, collectCpuMs: 200, detectCpuMs: 40 } },
      { ...PAGE_COST, other: { ...PAGE_COST, collectCpuMs: 100, detectCpuMs: 50 } },
      { ...PAGE_COST, other: { ...PAGE_COST, collectCpuMs: 80, detectCpuMs: 100 } },
    ];
    const rows = cells(benchTable({ ...RESULT, pageCosts, comparedWith: 'v1.2.0' }, '2026-11-22'));
    expect(rows.filter(([what]) => what?.endsWith('v1.2.0'))).toEqual([
      ['CPU time of a page against v1.2.0', '1.00 (0.50 to 1.25) ×', '', ''],
      ['Detection against v1.2.0', '1.00 (0.50 to 1.25) ×', '', ''],
    ]);
  });

  it('says nothing of another commit if none is compared', () => {
    const whats = cells(benchTable(RESULT, '2026-11-22')).map(([what]) => what);
    expect(whats.filter((what) => what?.startsWith('Detection'))).toEqual([
      'Detection: events a second on one core (by CPU time)',
    ]);
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
