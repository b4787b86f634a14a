import type { OrdinaryRun } from './ordinary-runs';
import { EVENTS_PER_RUN } from './ordinary-runs';
import type { PageCost } from './page-cost';
import type { BenchResult } from './run-bench';
import type { Spread } from './spread';
import { shown, spreadOf } from './spread';

/** Most CPU time a page may take, as a multiple of parsing and compressing it. 1.2 is out of reach with gzip level 6. */
const MAX_FLOOR_RATIO = 2;
/** Netskope's own ceiling: 4 calls a second of 10,000 events (dataexport iterator documentation). */
const MIN_EVENTS_PER_S = 40_000;
const MIN_PIPELINE_RATIO = 4;
/** Detection may cost half as much as collection. */
const MAX_DETECTION_RATIO = 0.5;
const MAX_AWS_CALLS = 5;
const MAX_IDLE_CPU_MS = 10;
const MAX_COLD_CPU_MS = 300;
/** Two thirds of the smallest function that Node.js and the SDK fit into, 256 MB. */
const MAX_PEAK_BYTES = 170e6;
/** A hundredfold backlog may raise the peak by this factor: heaps differ as much from run to run. */
const MAX_PEAK_GROWTH = 1.25;
const MAX_BUNDLE_BYTES = 1e6;

interface Row {
  readonly what: string;
  readonly measured: string;
  readonly goal?: string;
  readonly isMet?: boolean;
}

/**
 * The result as a Markdown table with its heading line.
 * @param day of the measurement, `YYYY-MM-DD`
 */
export function benchTable(result: BenchResult, day: string): string {
  const { cpuModel, cores, nodeVersion } = result.machine;
  const parts = [
    pageRows,
    pipelineRows,
    detectionRows,
    ordinaryRows,
    comparisonRows,
    idleRows,
    memoryRows,
    startRows,
  ];
  const rows = parts.flatMap((part) => part(result));
  return [
    `${cpuModel}, ${cores} cores, Node.js ${nodeVersion} with ${result.memoryMib} MiB, ${day}. Median (least to most) of ${result.pageCosts.length} × ${result.sizes.pages} pages.`,
    '',
    '| What | Measured | Goal | Verdict |',
    '| --- | --- | --- | --- |',
    ...rows.map(
      ({ what, measured, goal = '', isMet }) => `| ${what} | ${measured} | ${goal} | ${verdict(isMet)} |`,
    ),
    '',
  ].join('\n');
}

function pageRows({ pageCosts, sizes }: BenchResult): Row[] {
  const over = (cost: (page: PageCost) => number): Spread => spreadOf(pageCosts.map(cost));
  const eventsPerS = over(({ collectCpuMs }) => (sizes.eventsPerPage * 1000) / collectCpuMs);
  const bodyRatio = over(({ collectCpuMs, bodyFloorCpuMs }) => collectCpuMs / bodyFloorCpuMs);
  const linesRatio = over(({ collectCpuMs, linesFloorCpuMs }) => collectCpuMs / linesFloorCpuMs);
  const splitShare = over(({ collectCpuMs, splitCpuMs }) => (100 * splitCpuMs) / collectCpuMs);
  return [
    {
      what: 'Events a second on one core (by CPU time)',
      measured: shown(eventsPerS, 0),
      goal: `above ${MIN_EVENTS_PER_S.toLocaleString('en')}`,
      isMet: eventsPerS.median > MIN_EVENTS_PER_S,
    },
    {
      what: 'CPU time against the floor: parse the body, gzip the body',
      measured: `${shown(bodyRatio, 2)} ×`,
      goal: `at most ${MAX_FLOOR_RATIO} ×`,
      isMet: bodyRatio.median <= MAX_FLOOR_RATIO,
    },
    { what: 'The same, but gzip the lines that are stored', measured: `${shown(linesRatio, 2)} ×` },
    {
      what: `CPU time of a page of ${sizes.eventsPerPage.toLocaleString('en')} events`,
      measured: `${shown(
        over((page) => page.collectCpuMs),
        1,
      )} ms`,
    },
    {
      what: 'CPU time of the floor, body',
      measured: `${shown(
        over((page) => page.bodyFloorCpuMs),
        1,
      )} ms`,
    },
    {
      what: 'CPU time of the floor, stored lines',
      measured: `${shown(
        over((page) => page.linesFloorCpuMs),
        1,
      )} ms`,
    },
    {
      what: 'Calls of AWS for a page',
      measured: shown(
        over((page) => page.awsCalls),
        1,
      ),
      goal: `at most ${MAX_AWS_CALLS}`,
      isMet: over((page) => page.awsCalls).median <= MAX_AWS_CALLS,
    },
    { what: 'Part of finding the events byte for byte', measured: `${shown(splitShare, 1)} %` },
    {
      what: 'From page to page, servers on the same machine',
      measured: `${shown(
        over((page) => page.collectWallMs),
        1,
      )} ms`,
    },
  ];
}

function pipelineRows({ pageCosts, sizes }: BenchResult): Row[] {
  const what = "`curl \\| jq -c '.result[]' \\| gzip`";
  const pages = pageCosts.flatMap(({ pipeline, ...page }) =>
    pipeline === undefined ? [] : [{ ...page, pipeline }],
  );
  if (pages.length === 0) return [{ what, measured: 'not measured: curl, jq, gzip or bash is missing' }];
  const eventsPerS = spreadOf(pages.map(({ pipeline }) => (sizes.eventsPerPage * 1000) / pipeline.cpuMs));
  const cpuRatio = spreadOf(pages.map(({ pipeline, collectCpuMs }) => pipeline.cpuMs / collectCpuMs));
  const wallRatio = spreadOf(pages.map(({ pipeline, collectWallMs }) => pipeline.wallMs / collectWallMs));
  return [
    { what: `${what}: events a second on one core (by CPU time)`, measured: shown(eventsPerS, 0) },
    {
      what: 'Its CPU time against the collector',
      measured: `${shown(cpuRatio, 1)} ×`,
      goal: `at least ${MIN_PIPELINE_RATIO} ×`,
      isMet: cpuRatio.median >= MIN_PIPELINE_RATIO,
    },
    { what: 'Its time on the clock against the collector', measured: `${shown(wallRatio, 1)} ×` },
  ];
}

/** The whole pack, untuned. */
function detectionRows({ pageCosts, sizes }: BenchResult): Row[] {
  const eventsPerS = spreadOf(pageCosts.map(({ detectCpuMs }) => (sizes.eventsPerPage * 1000) / detectCpuMs));
  const ratio = spreadOf(pageCosts.map(({ detectCpuMs, collectCpuMs }) => detectCpuMs / collectCpuMs));
  return [
    { what: 'Detection: events a second on one core (by CPU time)', measured: shown(eventsPerS, 0) },
    {
      what: 'Its CPU time against collecting the same events',
      measured: `${shown(ratio, 2)} ×`,
      goal: `at most ${MAX_DETECTION_RATIO} ×`,
      isMet: ratio.median <= MAX_DETECTION_RATIO,
    },
  ];
}

/** What a tenant pays for all day: the tenant of the pages above is under attack in each of them. */
function ordinaryRows({ ordinary }: BenchResult): Row[] {
  const over = (cost: (run: OrdinaryRun) => number): Spread => spreadOf(ordinary.map(cost));
  const ratio = over(({ detectCpuMs, collectCpuMs }) => detectCpuMs / collectCpuMs);
  return [
    {
      what: `CPU time of a run that finds ${EVENTS_PER_RUN} events of an ordinary tenant`,
      measured: `${shown(
        over((run) => run.collectCpuMs),
        1,
      )} ms`,
    },
    {
      what: 'Its calls of AWS, and those of evaluating its events',
      measured: `${shown(
        over((run) => run.collectAwsCalls),
        0,
      )}, ${shown(
        over((run) => run.detectAwsCalls),
        0,
      )}`,
    },
    {
      what: 'CPU time of evaluating its events, against the run',
      measured: `${shown(ratio, 2)} ×`,
      goal: `at most ${MAX_DETECTION_RATIO} ×`,
      isMet: ratio.median <= MAX_DETECTION_RATIO,
    },
  ];
}

/** The functions of another commit, measured in turn with these. */
function comparisonRows({ pageCosts, comparedWith }: BenchResult): Row[] {
  const pages = pageCosts.flatMap(({ other, ...page }) => (other === undefined ? [] : [{ ...page, other }]));
  if (comparedWith === undefined || pages.length === 0) return [];
  const collection = spreadOf(pages.map(({ collectCpuMs, other }) => collectCpuMs / other.collectCpuMs));
  const detection = spreadOf(pages.map(({ detectCpuMs, other }) => detectCpuMs / other.detectCpuMs));
  return [
    { what: `CPU time of a page against ${comparedWith}`, measured: `${shown(collection, 2)} ×` },
    { what: `Detection against ${comparedWith}`, measured: `${shown(detection, 2)} ×` },
  ];
}

/** Runs that find nothing. */
function idleRows({ idle }: BenchResult): Row[] {
  const cold = spreadOf(idle.map(({ coldCpuMs }) => coldCpuMs));
  const warm = spreadOf(idle.flatMap(({ warmCpuMs }) => warmCpuMs));
  const calls = spreadOf(idle.map(({ awsCalls }) => awsCalls));
  return [
    {
      what: 'Calls of AWS for a run that finds nothing',
      measured: shown(calls, 0),
      goal: `at most ${MAX_AWS_CALLS}`,
      isMet: calls.max <= MAX_AWS_CALLS,
    },
    {
      what: 'CPU time of such a run, warm',
      measured: `${shown(warm, 1)} ms`,
      goal: `at most ${MAX_IDLE_CPU_MS} ms`,
      isMet: warm.median <= MAX_IDLE_CPU_MS,
    },
    {
      what: 'CPU time of a cold start with such a run',
      measured: `${shown(cold, 0)} ms`,
      goal: `at most ${MAX_COLD_CPU_MS} ms`,
      isMet: cold.median <= MAX_COLD_CPU_MS,
    },
  ];
}

function memoryRows({ peakMemory }: BenchResult): Row[] {
  const [least] = peakMemory;
  return peakMemory.map(({ pages, peakRssBytes }) => ({
    what: `Peak memory, ${pages} ${pages === 1 ? 'page' : 'pages'}`,
    measured: `${(peakRssBytes / 1e6).toFixed(0)} MB`,
    goal: `at most ${MAX_PEAK_BYTES / 1e6} MB and flat`,
    isMet: peakRssBytes <= MAX_PEAK_BYTES && peakRssBytes <= MAX_PEAK_GROWTH * (least?.peakRssBytes ?? 0),
  }));
}

function startRows({ bundleBytes, startUp }: BenchResult): Row[] {
  const collector = spreadOf(startUp.collectorMs);
  const clients = spreadOf(startUp.clientsMs);
  return [
    {
      what: 'Bundle',
      measured: `${Math.round(bundleBytes / 1e3).toLocaleString('en')} kB`,
      goal: `below ${MAX_BUNDLE_BYTES / 1e6} MB`,
      isMet: bundleBytes < MAX_BUNDLE_BYTES,
    },
    { what: 'Import of the bundle', measured: `${shown(collector, 0)} ms` },
    { what: 'Import of the four AWS clients alone', measured: `${shown(clients, 0)} ms` },
    {
      what: 'Start-up against the clients alone',
      measured: `${(collector.median / clients.median).toFixed(2)} ×`,
    },
  ];
}

function verdict(isMet: boolean | undefined): string {
  if (isMet === undefined) return '';
  return isMet ? 'met' : 'missed';
}
