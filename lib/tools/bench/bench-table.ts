import { EVENTS_PER_RUN } from './ordinary-runs';
import { SHORT_RUN_PAGES } from './page-cost';
import type { BenchResult } from './run-bench';
import { shown, spreadOf } from './spread';

/** Most CPU time a page may take, as a multiple of parsing and compressing it. 1.2 is out of reach with gzip level 6. */
const MAX_FLOOR_RATIO = 2;
/** Netskope's own ceiling: 4 calls a second of 10,000 events (dataexport iterator documentation). */
const MIN_EVENTS_PER_S = 40_000;
const MIN_PIPELINE_RATIO = 4;
const MIN_DUCKDB_RATIO = 1.4;
/** V8 collects the whole heap in one of ten pages. */
const MAX_FULL_COLLECTIONS = 0.1;
/** Detection may cost half as much as collection. */
const MAX_DETECTION_RATIO = 0.5;
const MAX_AWS_CALLS = 5;
const MAX_IDLE_CPU_MS = 10;
const MAX_COLD_CPU_MS = 300;
/** Two thirds of the smallest function that Node.js and the SDK fit into, 256 MB. */
const MAX_PEAK_BYTES = 170e6;
/** A hundredfold backlog may raise the peak by this factor: heaps differ as much from run to run. */
const MAX_PEAK_GROWTH = 1.25;
/** A page too large to be read must not end the smallest function. */
const MAX_LARGE_PAGE_BYTES = 256e6;
const MAX_FOREIGN_READS = 1;
const MAX_BUNDLE_BYTES = 1e6;

interface Row {
  readonly what: string;
  readonly measured: string;
  readonly goal?: string;
  readonly isMet?: boolean;
}

/** How a number that was measured several times is shown, and its goal, which the median has to meet. */
interface Measure {
  /** After the decimal point. @default 0 */
  readonly digits?: number;
  /** @default - none */
  readonly unit?: string;
  /** @default - none */
  readonly goal?: readonly ['at most' | 'at least', number];
}

const MS: Measure = { digits: 1, unit: 'ms' };
const RATIO: Measure = { digits: 2, unit: '×' };

/**
 * The result as a Markdown table with its heading line.
 * @param day of the measurement, `YYYY-MM-DD`
 */
export function benchTable(result: BenchResult, day: string): string {
  const { cpuModel, cores, nodeVersion } = result.machine;
  const parts = [
    pageRows,
    pipelineRows,
    duckDbRows,
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

/** A row of what each of these has cost. */
type RowOver<T> = (what: string, cost: (one: T) => number, measure?: Measure) => Row;

function rowOver<T>(costs: readonly T[]): RowOver<T> {
  return (what, cost, { digits = 0, unit = '', goal } = {}) => {
    const spread = spreadOf(costs.map(cost));
    const withUnit = (number: string): string => (unit === '' ? number : `${number} ${unit}`);
    const measured = withUnit(shown(spread, digits));
    if (goal === undefined) return { what, measured };
    const [side, bound] = goal;
    const isMet = side === 'at most' ? spread.median <= bound : spread.median >= bound;
    return { what, measured, goal: `${side} ${withUnit(inWords(bound))}`, isMet };
  };
}

function inWords(value: number): string {
  return value.toLocaleString('en');
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

function pageRows({ pageCosts, sizes, foreignReads }: BenchResult): Row[] {
  const row = rowOver(pageCosts);
  return [
    row(
      'Events a second on one core (by CPU time)',
      ({ collectCpuMs }) => (sizes.eventsPerPage * 1000) / collectCpuMs,
      { goal: ['at least', MIN_EVENTS_PER_S] },
    ),
    row(
      'CPU time against the floor: parse the body, gzip the body',
      ({ collectCpuMs, bodyFloorCpuMs }) => collectCpuMs / bodyFloorCpuMs,
      { ...RATIO, goal: ['at most', MAX_FLOOR_RATIO] },
    ),
    row(
      'The same, but gzip the lines that are stored',
      ({ collectCpuMs, linesFloorCpuMs }) => collectCpuMs / linesFloorCpuMs,
      RATIO,
    ),
    row(`CPU time of a page of ${inWords(sizes.eventsPerPage)} events`, (page) => page.collectCpuMs, MS),
    row('CPU time of the floor, body', (page) => page.bodyFloorCpuMs, MS),
    row('CPU time of the floor, stored lines', (page) => page.linesFloorCpuMs, MS),
    row('Full collections of the heap (mark-compact) a page', (page) => page.fullCollections, {
      digits: 2,
      goal: ['at most', MAX_FULL_COLLECTIONS],
    }),
    row('Calls of AWS for a page', (page) => page.awsCalls, { digits: 1, goal: ['at most', MAX_AWS_CALLS] }),
    {
      what: `Reads of one foreign object in the hour of ${sizes.pages + SHORT_RUN_PAGES} pages`,
      measured: inWords(foreignReads),
      goal: `at most ${MAX_FOREIGN_READS}, in a run`,
      isMet: foreignReads <= MAX_FOREIGN_READS,
    },
    row(
      'Part of finding the events byte for byte',
      ({ collectCpuMs, splitCpuMs }) => (100 * splitCpuMs) / collectCpuMs,
      { digits: 1, unit: '%' },
    ),
    row('From page to page, servers on the same machine', (page) => page.collectWallMs, MS),
  ];
}

function pipelineRows({ pageCosts, sizes }: BenchResult): Row[] {
  const what = "`curl \\| jq -c '.result[]' \\| gzip`";
  const pages = pageCosts.flatMap(({ pipeline, ...page }) =>
    pipeline === undefined ? [] : [{ ...page, pipeline }],
  );
  if (pages.length === 0) return [{ what, measured: 'not measured: curl, jq, gzip or bash is missing' }];
  const row = rowOver(pages);
  return [
    row(
      `${what}: events a second on one core (by CPU time)`,
      ({ pipeline }) => (sizes.eventsPerPage * 1000) / pipeline.cpuMs,
    ),
    row('Its CPU time against the collector', ({ pipeline, collectCpuMs }) => pipeline.cpuMs / collectCpuMs, {
      digits: 1,
      unit: '×',
      goal: ['at least', MIN_PIPELINE_RATIO],
    }),
    row(
      'Its time on the clock against the collector',
      ({ pipeline, collectWallMs }) => pipeline.wallMs / collectWallMs,
      { digits: 1, unit: '×' },
    ),
  ];
}

function duckDbRows({ pageCosts }: BenchResult): Row[] {
  const row = rowOver(pageCosts);
  return [
    row(
      'DuckDB `COPY … (FORMAT json, COMPRESSION gzip)`, gzip level 6, one thread: its CPU time against the collector',
      ({ duckDbCpuMs, collectCpuMs }) => duckDbCpuMs / collectCpuMs,
      { digits: 1, unit: '×', goal: ['at least', MIN_DUCKDB_RATIO] },
    ),
  ];
}

/** The whole pack, untuned. */
function detectionRows({ pageCosts, sizes }: BenchResult): Row[] {
  const row = rowOver(pageCosts);
  return [
    row(
      'Detection: events a second on one core (by CPU time)',
      ({ detectCpuMs }) => (sizes.eventsPerPage * 1000) / detectCpuMs,
    ),
    row(
      'Its CPU time against collecting the same events',
      ({ detectCpuMs, collectCpuMs }) => detectCpuMs / collectCpuMs,
      { ...RATIO, goal: ['at most', MAX_DETECTION_RATIO] },
    ),
  ];
}

/** What a tenant pays for all day: the tenant of the pages above is under attack in each of them. */
function ordinaryRows({ ordinary }: BenchResult): Row[] {
  const row = rowOver(ordinary);
  return [
    row(
      `CPU time of a run that finds ${EVENTS_PER_RUN} events of an ordinary tenant`,
      (run) => run.collectCpuMs,
      MS,
    ),
    row('Its calls of AWS', ({ collectAwsCalls }) => collectAwsCalls),
    row('Calls of AWS for evaluating its events', ({ detectAwsCalls }) => detectAwsCalls),
    row(
      'CPU time of evaluating its events, against the run',
      ({ detectCpuMs, collectCpuMs }) => detectCpuMs / collectCpuMs,
      { ...RATIO, goal: ['at most', MAX_DETECTION_RATIO] },
    ),
  ];
}

/** The functions of another commit, measured in turn with these. */
function comparisonRows({ pageCosts, comparedWith }: BenchResult): Row[] {
  const pages = pageCosts.flatMap(({ other, ...page }) => (other === undefined ? [] : [{ ...page, other }]));
  if (comparedWith === undefined || pages.length === 0) return [];
  const row = rowOver(pages);
  return [
    row(
      `CPU time of a page against ${comparedWith}`,
      ({ collectCpuMs, other }) => collectCpuMs / other.collectCpuMs,
      RATIO,
    ),
    row(
      `Detection against ${comparedWith}`,
      ({ detectCpuMs, other }) => detectCpuMs / other.detectCpuMs,
      RATIO,
    ),
  ];
}

/** Runs that find nothing. */
function idleRows({ idle }: BenchResult): Row[] {
  const calls = spreadOf(idle.map(({ awsCalls }) => awsCalls));
  return [
    {
      what: 'Calls of AWS for a run that finds nothing',
      measured: shown(calls, 0),
      goal: `at most ${MAX_AWS_CALLS}`,
      isMet: calls.max <= MAX_AWS_CALLS,
    },
    rowOver(idle.flatMap(({ warmCpuMs }) => warmCpuMs))('CPU time of such a run, warm', (cpuMs) => cpuMs, {
      ...MS,
      goal: ['at most', MAX_IDLE_CPU_MS],
    }),
    rowOver(idle)('CPU time of a cold start with such a run', (start) => start.coldCpuMs, {
      unit: 'ms',
      goal: ['at most', MAX_COLD_CPU_MS],
    }),
  ];
}

function memoryRows({ peakMemory, largePages }: BenchResult): Row[] {
  const [least] = peakMemory;
  return [
    ...peakMemory.map(({ pages, peakRssBytes }) => ({
      what: `Peak memory, ${pages} ${pages === 1 ? 'page' : 'pages'}`,
      measured: megabytes(peakRssBytes),
      goal: `at most ${megabytes(MAX_PEAK_BYTES)} and flat`,
      isMet: peakRssBytes <= MAX_PEAK_BYTES && peakRssBytes <= MAX_PEAK_GROWTH * (least?.peakRssBytes ?? 0),
    })),
    ...largePages.map(({ bytes, encoding, peakRssBytes }) => ({
      what: `Peak memory, a page of ${megabytes(bytes)}${encoding === 'gzip' ? '' : ' that comes without gzip'}, which is set aside`,
      measured: megabytes(peakRssBytes),
      goal: `at most ${megabytes(MAX_LARGE_PAGE_BYTES)}`,
      isMet: peakRssBytes <= MAX_LARGE_PAGE_BYTES,
    })),
  ];
}

function startRows({ bundleBytes, startUp }: BenchResult): Row[] {
  const { collectorMs, clientsMs } = startUp;
  return [
    {
      what: 'Bundle',
      measured: `${inWords(Math.round(bundleBytes / 1e3))} kB`,
      goal: `below ${megabytes(MAX_BUNDLE_BYTES)}`,
      isMet: bundleBytes < MAX_BUNDLE_BYTES,
    },
    rowOver(collectorMs)('Import of the bundle', (ms) => ms, { unit: 'ms' }),
    rowOver(clientsMs)('Import of the four AWS clients alone', (ms) => ms, { unit: 'ms' }),
    {
      what: 'Start-up against the clients alone',
      measured: `${(spreadOf(collectorMs).median / spreadOf(clientsMs).median).toFixed(2)} ×`,
    },
  ];
}

function verdict(isMet: boolean | undefined): string {
  if (isMet === undefined) return '';
  return isMet ? 'met' : 'missed';
}
