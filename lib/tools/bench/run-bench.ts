import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { Feed } from '../../../lambdas/contract/feed/feed';
import { FUNCTION_HANDLER } from '../../build/function-bundles';
import type { BacklogOptions } from './backlog';
import { lastQuietHourS } from './backlog';
import type { BenchBundles, Bundle, FunctionBundles, StartUpTimes } from './bench-bundles';
import { buildBenchBundles, buildOtherBundles, measureStartUp } from './bench-bundles';
import { BenchServers } from './bench-servers';
import { foreignReads } from './foreign-objects';
import type { Growth, GrowthSizes } from './growth';
import { measureGrowth } from './growth';
import type { LargePagePeak } from './large-pages';
import { largePagePeak } from './large-pages';
import type { IdleRuns } from './measured-function';
import { collectPages, idleRuns, MeasuredFunction } from './measured-function';
import type { OrdinaryRun } from './ordinary-runs';
import { ordinaryRuns } from './ordinary-runs';
import type { MeasuredFunctions, PageCost } from './page-cost';
import { measurePageCosts, SHORT_RUN_PAGES, sourcesForPageCosts } from './page-cost';

export interface BenchSizes {
  readonly eventsPerPage: number;
  /** Pages whose cost is measured together in one repetition. */
  readonly pages: number;
  readonly repetitions: number;
  /** How many pages a fresh process collects, for each measurement; increasing. */
  readonly memoryPages: readonly number[];
  /** Bytes of pages that are too large to be read; increasing. */
  readonly largePages: readonly number[];
  readonly startUps: number;
  /** Hours of runs that find a few events; the first one warms up. */
  readonly ordinaryHours: number;
  readonly growth: GrowthSizes;
}

interface BenchOptions {
  /** The feed that is collected. */
  readonly feed: Feed;
  readonly sizes: BenchSizes;
  /** An existing folder for what is built and fetched; the caller deletes it. */
  readonly folder: string;
  /** The Node.js that runs collector and floor. */
  readonly nodeBinary: string;
  /** Memory of the function, which decides how far V8 lets its heap grow. */
  readonly memoryMib: number;
  /** Another checkout, whose functions are measured in turn with these, and its name. @default - none */
  readonly compareWith?: { readonly name: string; readonly checkout: string };
  /** Receives a sentence for each step. */
  readonly onProgress: (step: string) => void;
}

/** All results of a bench. */
export interface BenchResult {
  readonly sizes: BenchSizes;
  readonly machine: { readonly cpuModel: string; readonly cores: number; readonly nodeVersion: string };
  readonly memoryMib: number;
  /** Name of what the costs of a page are compared with. @default - none */
  readonly comparedWith?: string;
  readonly pageCosts: readonly PageCost[];
  readonly peakMemory: readonly PeakMemory[];
  readonly largePages: readonly LargePagePeak[];
  /** How often a long run reads an object in the hour of its pages that the collector has not written. */
  readonly foreignReads: number;
  /** Of as many fresh processes as there are start-ups. */
  readonly idle: readonly IdleRuns[];
  readonly ordinary: readonly OrdinaryRun[];
  readonly bundleBytes: number;
  readonly startUp: StartUpTimes;
  readonly growth: Growth;
}

/** Measures the bundled collector and detector, each in a process of its own, against servers in another process. */
export async function runBench(options: BenchOptions): Promise<BenchResult> {
  const { feed, sizes, folder, nodeBinary, compareWith, onProgress } = options;
  onProgress('building the bundles');
  const other = compareWith === undefined ? undefined : buildOtherBundles(compareWith.checkout, folder);
  const bundles = buildBenchBundles(folder);
  onProgress(`importing the bundles ${sizes.startUps} times`);
  const files = { collector: bundles.collector.file, clients: bundles.clients.file };
  const startUp = measureStartUp(files, nodeBinary, sizes.startUps);
  return {
    sizes,
    machine: machineOf(nodeBinary),
    memoryMib: options.memoryMib,
    comparedWith: compareWith?.name,
    ...(await benchPageCosts(options, bundles, other)),
    ...(await benchProcesses(options, bundles)),
    bundleBytes: bundles.collector.sizeBytes,
    startUp,
    growth: await measureGrowth({
      feed,
      sizes,
      folder,
      bundles,
      start: (bundle, variables) => startFunction(options, bundle, variables),
      onProgress,
    }),
  };
}

async function benchPageCosts(
  options: BenchOptions,
  bundles: BenchBundles,
  otherBundles: FunctionBundles | undefined,
): Promise<Pick<BenchResult, 'pageCosts' | 'foreignReads'>> {
  const { feed, sizes, onProgress } = options;
  const runs = { long: sizes.pages + SHORT_RUN_PAGES, short: SHORT_RUN_PAGES };
  onProgress(`generating ${runs.long} pages`);
  const servers = await BenchServers.start(
    feed,
    backlog(sizes, [runs.long, runs.short]),
    sourcesForPageCosts(sizes.repetitions, otherBundles !== undefined) + 1,
  );
  const start = ({ collector, detector }: FunctionBundles): MeasuredFunctions => ({
    collector: startFunction(options, collector, servers.environment),
    detector: startFunction(options, detector, servers.environment),
  });
  const functions = start(bundles);
  const other = otherBundles && start(otherBundles);
  const floor = startFunction(options, bundles.floor);
  const folder = join(options.folder, 'pages');
  mkdirSync(folder);
  const pageCosts: PageCost[] = [];
  try {
    onProgress('warming up');
    for await (const cost of measurePageCosts(
      { servers, functions, other, floor, folder, runs },
      sizes.repetitions,
    )) {
      pageCosts.push(cost);
      onProgress(`measured ${pageCosts.length} of ${sizes.repetitions} repetitions`);
    }
    return { pageCosts, foreignReads: await foreignReads(functions.collector, servers, runs.long) };
  } finally {
    const measured = [functions, ...(other === undefined ? [] : [other])];
    const processes = measured.flatMap(({ collector, detector }) => [collector, detector]);
    await Promise.all([...processes, floor, servers].map((process) => process.stop()));
  }
}

/** What is measured in fresh processes. */
async function benchProcesses(
  options: BenchOptions,
  bundles: BenchBundles,
): Promise<Pick<BenchResult, 'peakMemory' | 'largePages' | 'idle' | 'ordinary'>> {
  const { feed, sizes, onProgress } = options;
  onProgress(`generating ${Math.max(...sizes.memoryPages)} pages`);
  const entries = [...sizes.memoryPages].reverse();
  const largePages = sizes.largePages.flatMap((bytes) =>
    (['gzip', 'none'] as const).map((encoding) => ({ bytes, encoding })),
  );
  const sourceCount = sizes.memoryPages.length + 1 + sizes.ordinaryHours + largePages.length;
  const servers = await BenchServers.start(feed, backlog(sizes, entries), sourceCount);
  const inFreshProcess = async <T>(work: (collector: MeasuredFunction) => Promise<T>): Promise<T> => {
    const collector = startFunction(options, bundles.collector, servers.environment);
    return work(collector).finally(() => collector.stop());
  };
  try {
    onProgress(`starting ${sizes.startUps} processes for idle runs`);
    const idle: IdleRuns[] = [];
    const idleSource = servers.takeSource();
    for (let start = 0; start < sizes.startUps; start++)
      idle.push(await inFreshProcess((collector) => idleRuns(collector, servers, idleSource)));
    const peakMemory: PeakMemory[] = [];
    for (const pages of sizes.memoryPages) {
      onProgress(`collecting ${pages} pages in a fresh process`);
      const run = await inFreshProcess((collector) => collectPages(collector, servers, pages));
      peakMemory.push({ pages, peakRssBytes: run.peakRssBytes, cpuMs: run.cpuMs });
    }
    const ordinary = await benchOrdinaryRuns(options, bundles, servers);
    const start = (nodeOptions: string): MeasuredFunction =>
      startFunction(options, bundles.collector, servers.environment, nodeOptions);
    const largePeaks: LargePagePeak[] = [];
    for (const page of largePages) {
      onProgress(`receiving a page of ${page.bytes} bytes`);
      largePeaks.push(await largePagePeak(start, servers, page));
    }
    return { peakMemory, largePages: largePeaks, idle, ordinary };
  } finally {
    await servers.stop();
  }
}

async function benchOrdinaryRuns(
  options: BenchOptions,
  { collector, detector }: BenchBundles,
  servers: BenchServers,
): Promise<OrdinaryRun[]> {
  options.onProgress('collecting and evaluating a few events at a time');
  const functions = {
    collector: startFunction(options, collector, servers.environment),
    detector: startFunction(options, detector, servers.environment),
  };
  try {
    return await ordinaryRuns(functions, servers, options.sizes.ordinaryHours);
  } finally {
    await Promise.all([functions.collector.stop(), functions.detector.stop()]);
  }
}

function backlog({ eventsPerPage }: BenchSizes, pageCounts: readonly number[]): BacklogOptions {
  return { pageCounts, eventsPerPage, hourStartS: lastQuietHourS(Date.now()) };
}

function startFunction(
  { nodeBinary, memoryMib }: BenchOptions,
  { folder }: Bundle,
  variables: Readonly<Record<string, string>> = {},
  nodeOptions = '',
): MeasuredFunction {
  const environment = { ...variables, NODE_OPTIONS: `${lambdaHeapOptions(memoryMib)} ${nodeOptions}` };
  return new MeasuredFunction({ codeFolder: folder, handler: FUNCTION_HANDLER, environment, nodeBinary });
}

function machineOf(nodeBinary: string): BenchResult['machine'] {
  const cores = cpus();
  return {
    cpuModel: cores[0]?.model.trim() ?? 'unknown CPU',
    cores: cores.length,
    nodeVersion: execFileSync(nodeBinary, ['--version'], { encoding: 'utf8' }).trim(),
  };
}

/**
 * NODE_OPTIONS that give V8 the heap it has in Lambda, instead of one sized for this machine. The runtime reserves a
 * tenth of the memory for the two halves of the young generation, and the rest for the old one (/var/runtime/bootstrap
 * of AWS Lambda's Node.js runtimes).
 * @param memoryMib memory of the function
 */
export function lambdaHeapOptions(memoryMib: number): string {
  const newSpaceMib = Math.floor(memoryMib / 10);
  return `--max-semi-space-size=${Math.floor(newSpaceMib / 2)} --max-old-space-size=${memoryMib - newSpaceMib}`;
}

/** What a fresh collector process used that collected so many pages. */
interface PeakMemory {
  readonly pages: number;
  readonly peakRssBytes: number;
  /** CPU time of all pages, and of the start of the process. */
  readonly cpuMs: number;
}
