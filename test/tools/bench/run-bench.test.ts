import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AUDIT_FEED } from '../../../lambdas/contract/feed/audit';
import { benchTable } from '../../../lib/tools/bench/bench-table';
import { runBench } from '../../../lib/tools/bench/run-bench';

const TINY = { eventsPerPage: 20, pages: 1, repetitions: 1, memoryPages: [1, 2], startUps: 1 };

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
      onProgress,
    });
    expect(result.pageCosts).toHaveLength(1);
    expect(result.peakMemory.map(({ pages }) => pages)).toEqual([1, 2]);
    const rows = benchTable(result, '2026-11-22')
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .slice(2);
    expect(rows.length).toBeGreaterThanOrEqual(15);
    expect(rows.filter((row) => !/ \| (?:-?[\d,.∞]+|not measured:) /.test(row))).toEqual([]);
    expect(steps.at(-1)).toBe('collecting 2 pages in a fresh process');
  });
});
