import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AUDIT_FEED } from '../../../lambdas/contract/feed/audit';
import { benchTable } from '../../../lib/tools/bench/bench-table';
import { growthTable } from '../../../lib/tools/bench/growth-table';
import { runBench } from '../../../lib/tools/bench/run-bench';

const TINY = {
  eventsPerPage: 20,
  pages: 1,
  repetitions: 1,
  memoryPages: [1, 2],
  largePages: [34_000_000],
  startUps: 1,
  ordinaryHours: 2,
  growth: { repetitions: 1, objects: [1, 3], sources: [1, 2], rules: [31] },
};
const REPOSITORY = join(__dirname, '../../..');

describe('bench', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'netskope-audit-bench-test-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('measures the built collector from page to start-up and leaves no row without a number', async () => {
    const steps: string[] = [];
    const onProgress = (step: string): number => steps.push(step);
    const result = await runBench({
      feed: AUDIT_FEED,
      sizes: TINY,
      folder,
      nodeBinary: process.execPath,
      memoryMib: 512,
      compareWith: { name: 'itself', checkout: REPOSITORY },
      onProgress,
    });
    expect(result.pageCosts).toHaveLength(1);
    expect(result.largePages.map(({ bytes, encoding }) => [bytes, encoding])).toEqual([
      [34_000_000, 'gzip'],
      [34_000_000, 'none'],
    ]);
    expect(result.foreignReads).toBe(1);
    expect(result.peakMemory.map(({ pages }) => pages)).toEqual([1, 2]);
    const rows = rowsOf(benchTable(result, '2026-11-22'));
    expect(rows.length).toBeGreaterThanOrEqual(15);
    expect(rows.filter((row) => !/ \| (?:-?[\d,.∞]+|not measured:) /.test(row))).toEqual([]);
    expect(rows.filter((row) => row.includes('against itself'))).toHaveLength(2);
    expect(rowsOf(growthTable(result)).filter((row) => !/ \| -?[\d,.]+ .*\|$/.test(row))).toEqual([]);
    expect(result.growth.objects.map(({ moreAwsCalls }) => moreAwsCalls)).toEqual([[1], [3]]);
    expect(result.growth.sources.map(({ sources }) => sources)).toEqual([1, 2]);
    expect(result.growth.rules.map(({ rules }) => rules)).toEqual([29, 31]);
    expect(steps).toContain('collecting 2 pages in a fresh process');
    expect(steps.at(-1)).toBe('running 2 sources that find nothing');
  });
});

/** The rows below the heading. */
function rowsOf(table: string): string[] {
  return table
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(2);
}
