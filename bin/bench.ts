/** npm run bench: measures what collecting costs, as a table for docs/internals.md. Progress goes to standard error. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidArgumentError, program } from 'commander';
import { COLLECTED_FEED } from '../lambdas/contract/feed/collected-feed';
import { lambdaNodeBinary } from '../lib/build/lambda-node';
import { benchTable } from '../lib/tools/bench/bench-table';
import { growthTable } from '../lib/tools/bench/growth-table';
import { checkOut } from '../lib/tools/bench/other-commit';
import { missingPrograms } from '../lib/tools/bench/page-cost';
import type { BenchSizes } from '../lib/tools/bench/run-bench';
import { runBench } from '../lib/tools/bench/run-bench';

/** The most events a page can have (Netskope REST API v2 dataexport iterator documentation). */
const EVENTS_PER_PAGE = 10_000;

/** What the stack gives the function. */
const DEFAULT_MEMORY_MIB = 512;

interface Options {
  readonly pages: number;
  readonly quick: boolean;
  readonly compare?: string;
  readonly node?: string;
  readonly memory: number;
}

program
  .name('npm run bench --')
  .description(
    'Measures what collecting a page and evaluating its events cost, and memory, size and start-up of the collector.',
  )
  .option('--pages <number>', 'pages measured in each repetition', pageCount, 10)
  .option('--quick', 'fewer repetitions, and not the largest size of what may grow', false)
  .option('--compare <git ref>', 'measures the functions of another commit in turn with these')
  .option('--node <path>', 'the Node.js to measure with; that of the Lambda runtime if left out')
  .option('--memory <MiB>', 'memory of the function', memoryMib, DEFAULT_MEMORY_MIB)
  .action(bench)
  .parseAsync()
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });

async function bench({ pages, quick, compare, node, memory }: Options): Promise<void> {
  const missing = missingPrograms();
  if (missing.length > 0)
    console.error(`not installed, so there is no pipeline to compare with: ${missing.join(', ')}`);
  const folder = mkdtempSync(join(tmpdir(), 'netskope-audit-bench-'));
  const other = join(folder, 'other');
  const onProgress = (step: string): void => console.error(step);
  try {
    if (compare !== undefined) checkOut(compare, other);
    const result = await runBench({
      feed: COLLECTED_FEED,
      sizes: sizes(pages, quick),
      folder,
      nodeBinary: node ?? lambdaNodeBinary(),
      memoryMib: memory,
      compareWith: compare === undefined ? undefined : { name: compare, checkout: other },
      onProgress,
    });
    console.log(benchTable(result, new Date().toISOString().slice(0, 10)));
    console.log(growthTable(result));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function sizes(pages: number, isQuick: boolean): BenchSizes {
  const upToLargest = (...all: number[]): number[] => (isQuick ? all.slice(0, -1) : all);
  return {
    eventsPerPage: EVENTS_PER_PAGE,
    pages,
    repetitions: isQuick ? 3 : 9,
    memoryPages: upToLargest(1, 10, 100),
    largePages: upToLargest(50e6, 200e6),
    startUps: isQuick ? 5 : 15,
    ordinaryHours: 3,
    growth: {
      repetitions: 3,
      objects: upToLargest(12, 100, 1000),
      sources: upToLargest(1, 10, 100),
      rules: upToLargest(100, 200),
    },
  };
}

function pageCount(text: string): number {
  if (/^(?:[1-9]\d?|100)$/.test(text)) return Number(text);
  throw new InvalidArgumentError('expected an integer from 1 to 100');
}

/** Lambda's own limits (AWS Lambda quotas). */
function memoryMib(text: string): number {
  if (/^\d{3,5}$/.test(text) && Number(text) >= 128 && Number(text) <= 10_240) return Number(text);
  throw new InvalidArgumentError('expected an integer from 128 to 10240');
}
