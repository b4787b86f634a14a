import { join } from 'node:path';
import type { Feed } from '../../../lambdas/contract/feed/feed';
import { RULES } from '../../../lambdas/detector/rules/index';
import { lastQuietHourS } from './backlog';
import type { Bundle, FunctionBundles } from './bench-bundles';
import { buildDetectorWith } from './bench-bundles';
import { BenchServers } from './bench-servers';
import { storeEarlierObjects } from './earlier-objects';
import { writeGeneratedRules } from './generated-rules';
import type { MeasuredFunction } from './measured-function';
import { collectPages, detectCpuMs, idleRunCpuMs, RUNS_BEFORE_WARM } from './measured-function';

/** How much there is of what a cost may grow with; each list increasing. */
export interface GrowthSizes {
  readonly repetitions: number;
  /** Objects of an earlier stream in the hour of a page. */
  readonly objects: readonly number[];
  /** Sources that one process collects in turn. */
  readonly sources: readonly number[];
  /** Rules of a detector, more than the pack has; the pack alone comes first. */
  readonly rules: readonly number[];
}

/** Costs by what they may grow with; each number of a list is of one repetition. */
export interface Growth {
  readonly repetitions: number;
  /** What a page costs more than in an hour without objects. */
  readonly objects: readonly {
    readonly objects: number;
    readonly moreCpuMs: readonly number[];
    readonly moreAwsCalls: readonly number[];
  }[];
  /** CPU time of a warm run that finds nothing, the mean over all sources. */
  readonly sources: readonly { readonly sources: number; readonly cpuMs: readonly number[] }[];
  /** CPU time of evaluating the first page of a source. */
  readonly rules: readonly { readonly rules: number; readonly cpuMs: readonly number[] }[];
}

interface GrowthOptions {
  readonly feed: Feed;
  readonly sizes: { readonly eventsPerPage: number; readonly growth: GrowthSizes };
  /** An existing folder for what is built; the caller deletes it. */
  readonly folder: string;
  readonly bundles: FunctionBundles;
  readonly start: (bundle: Bundle, variables: Readonly<Record<string, string>>) => MeasuredFunction;
  readonly onProgress: (step: string) => void;
}

/** Measures how costs grow, in processes of their own, with pages of one hour. */
export async function measureGrowth(options: GrowthOptions): Promise<Growth> {
  const { feed, sizes, bundles, start, onProgress } = options;
  const { objects, sources, rules, repetitions } = sizes.growth;
  const collections = (1 + repetitions) * (1 + objects.length + 1 + rules.length);
  const backlog = {
    pageCounts: [1],
    eventsPerPage: sizes.eventsPerPage,
    hourStartS: lastQuietHourS(Date.now()),
  };
  onProgress('generating a page');
  const servers = await BenchServers.start(feed, backlog, collections + Math.max(...sources));
  const collector = start(bundles.collector, servers.environment);
  try {
    const objectsGrowth = await growthWithObjects(options, servers, collector);
    const rulesGrowth = await growthWithRules(options, servers, collector);
    const sourcesGrowth = await growthWithSources(options, servers);
    return { repetitions, objects: objectsGrowth, sources: sourcesGrowth, rules: rulesGrowth };
  } finally {
    await Promise.all([collector.stop(), servers.stop()]);
  }
}

async function growthWithObjects(
  { sizes, onProgress }: GrowthOptions,
  servers: BenchServers,
  collector: MeasuredFunction,
): Promise<Growth['objects']> {
  const { objects, repetitions } = sizes.growth;
  const collectAfter = async (count: number): Promise<{ cpuMs: number; awsCalls: number }> => {
    const sourceId = servers.takeSource();
    await storeEarlierObjects(servers, sourceId, count);
    return collectPages(collector, servers, 1, sourceId);
  };
  onProgress(`collecting an hour that has ${objects.join(', ')} objects`);
  for (const count of [0, ...objects]) await collectAfter(Math.min(count, WARM_UP_OBJECTS));
  const growth = objects.map((count) => ({
    objects: count,
    moreCpuMs: [] as number[],
    moreAwsCalls: [] as number[],
  }));
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const none = await collectAfter(0);
    for (const row of growth) {
      const { cpuMs, awsCalls } = await collectAfter(row.objects);
      row.moreCpuMs.push(cpuMs - none.cpuMs);
      row.moreAwsCalls.push(awsCalls - none.awsCalls);
    }
  }
  return growth;
}

/** A few objects warm up what reads them as well as many. */
const WARM_UP_OBJECTS = 12;

/** Each size in a process of its own, which knows just these sources. */
async function growthWithSources(
  { sizes, bundles, start, onProgress }: GrowthOptions,
  servers: BenchServers,
): Promise<Growth['sources']> {
  const { sources, repetitions } = sizes.growth;
  const sourceIds = Array.from({ length: Math.max(...sources) }, () => servers.takeSource());
  const growth = [];
  for (const count of sources) {
    onProgress(`running ${count} sources that find nothing`);
    const collector = start(bundles.collector, servers.environment);
    const rounds = Math.ceil(RUNS_BEFORE_WARM / count);
    const meanCpuMs = async (): Promise<number> => {
      let cpuMs = 0;
      for (let round = 0; round < rounds; round++)
        for (const sourceId of sourceIds.slice(0, count)) cpuMs += await idleRunCpuMs(collector, sourceId);
      return cpuMs / (rounds * count);
    };
    const cpuMs: number[] = [];
    try {
      await meanCpuMs(); // warms up
      for (let repetition = 0; repetition < repetitions; repetition++) cpuMs.push(await meanCpuMs());
    } finally {
      await collector.stop();
    }
    growth.push({ sources: count, cpuMs });
  }
  return growth;
}

async function growthWithRules(
  { sizes, folder, bundles, start, onProgress }: GrowthOptions,
  servers: BenchServers,
  collector: MeasuredFunction,
): Promise<Growth['rules']> {
  const { rules, repetitions } = sizes.growth;
  const detectors = [
    { rules: RULES.length, bundle: bundles.detector },
    ...rules.map((count) => ({ rules: count, bundle: detectorWith(count, folder) })),
  ].map((detector) => ({
    rules: detector.rules,
    process: start(detector.bundle, servers.environment),
    cpuMs: [] as number[],
  }));
  onProgress(`evaluating a page with ${detectors.map((detector) => detector.rules).join(', ')} rules`);
  const evaluate = async (detector: MeasuredFunction): Promise<number> => {
    const { sourceId } = await collectPages(collector, servers, 1);
    return detectCpuMs(detector, servers, sourceId);
  };
  try {
    for (const { process } of detectors) await evaluate(process);
    for (let repetition = 0; repetition < repetitions; repetition++)
      for (const { process, cpuMs } of detectors) cpuMs.push(await evaluate(process));
    return detectors.map((detector) => ({ rules: detector.rules, cpuMs: detector.cpuMs }));
  } finally {
    await Promise.all(detectors.map(({ process }) => process.stop()));
  }
}

/** @param count of all rules, those of the pack included */
function detectorWith(count: number, folder: string): Bundle {
  const rulesFolder = join(folder, `rules-${count}`);
  writeGeneratedRules(rulesFolder, count - RULES.length);
  return buildDetectorWith(rulesFolder, join(folder, `detector-${count}`));
}
