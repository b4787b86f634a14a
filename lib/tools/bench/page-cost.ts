import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { prefixesOf } from '../../../lambdas/contract/storage/archive-layout';
import { LOCAL_BUCKET } from '../../local/local-deployment';
import type { BenchServers } from './bench-servers';
import { bucketClient, storedKeys } from './bench-servers';
import type { FloorWork } from './floor-function';
import { DUCKDB_FILE, LINES_FILE, PAGE_FILE } from './floor-function';
import type { MeasuredFunction } from './measured-function';
import { collectPages, detectCpuMs } from './measured-function';

/** What an operator without this collector would type. `time` is bash's own, which counts the whole pipeline. */
const PIPELINE = `set -o pipefail; TIMEFORMAT='%R %U %S'
time curl -sS --noproxy '*' -H 'Netskope-Api-Token: bench' "$0" | jq -c '.result[]' | gzip > "$1"`;

/**
 * A run compares its first two pages with the archive, and begins and ends with calls to AWS. A long run minus a short
 * one leaves the ordinary pages. The first page of a tenant new to the detector raises the alerts of its hour; the
 * pages after it only add to them.
 */
export const SHORT_RUN_PAGES = 2;

/** What a full page costs the functions, in milliseconds. */
interface FunctionsCost {
  /** CPU time of the collector's process. */
  readonly collectCpuMs: number;
  /** Calls of AWS. */
  readonly awsCalls: number;
  /** How often V8 marks and compacts the collector's whole heap. */
  readonly fullCollections: number;
  /** Time from page to page, waiting for the servers included. */
  readonly collectWallMs: number;
  /** CPU time of the detector's process, for evaluating what the collector stored of the page. */
  readonly detectCpuMs: number;
}

/** The cost of one full page in milliseconds, for each way of handling it, measured in turn. */
export interface PageCost extends FunctionsCost {
  /** CPU time of parsing the body and compressing the body. */
  readonly bodyFloorCpuMs: number;
  /** CPU time of parsing the body and compressing the lines that the collector makes from it. */
  readonly linesFloorCpuMs: number;
  /** CPU time of finding the events of the body, byte for byte. */
  readonly splitCpuMs: number;
  /** CPU time of DuckDB, which reads the body and writes its events as compressed lines. */
  readonly duckDbCpuMs: number;
  /** Absent if one of its programs is not installed. */
  readonly pipeline?: PipelineCost;
  /** The functions of another commit. @default - not compared */
  readonly other?: FunctionsCost;
}

/** Both functions, each in a warm process. */
export interface MeasuredFunctions {
  readonly collector: MeasuredFunction;
  readonly detector: MeasuredFunction;
}

/** The warm processes that are compared, and their input. */
interface Contestants {
  readonly servers: BenchServers;
  readonly functions: MeasuredFunctions;
  /** Those of another commit. @default - none */
  readonly other?: MeasuredFunctions;
  readonly floor: MeasuredFunction;
  /** Empty folder for bodies, lines and output. */
  readonly folder: string;
  /** Pages of a long run and of a short one; the cost of a page is the difference divided by their distance. */
  readonly runs: { readonly long: number; readonly short: number };
}

/** How many sources are used up. */
export function sourcesForPageCosts(repetitions: number, isCompared: boolean): number {
  return (isCompared ? 2 : 1) * (1 + 2 * repetitions);
}

/** Warms every process up, then yields one cost after another, `repetitions` in total. */
export async function* measurePageCosts(
  contestants: Contestants,
  repetitions: number,
): AsyncGenerator<PageCost> {
  const { servers, functions, other, folder, runs } = contestants;
  const sourceId = await warmUp(contestants, functions);
  if (other !== undefined) await warmUp(contestants, other);
  await writeFloorInput(servers, folder, { sourceId, pages: runs.long });
  for (const on of ['body', 'lines', 'split', 'duckdb'] as const) await floorCpuMs(contestants, on);
  const lineCount = linesIn(join(folder, DUCKDB_FILE));
  if (lineCount !== servers.eventsPerPage)
    throw new Error(`DuckDB wrote ${lineCount} lines, expected ${servers.eventsPerPage}`);
  const hasPipeline = missingPrograms().length === 0;
  for (let repetition = 0; repetition < repetitions; repetition++) {
    // Each is first in every second repetition: a machine that slows down favors none.
    const isOtherFirst = other !== undefined && repetition % 2 === 1;
    const otherBefore = isOtherFirst ? await costOf(contestants, other) : undefined;
    const own = await costOf(contestants, functions);
    const otherCost = otherBefore ?? (other && (await costOf(contestants, other)));
    yield {
      ...own,
      bodyFloorCpuMs: await floorCpuMs(contestants, 'body'),
      linesFloorCpuMs: await floorCpuMs(contestants, 'lines'),
      splitCpuMs: await floorCpuMs(contestants, 'split'),
      duckDbCpuMs: await floorCpuMs(contestants, 'duckdb'),
      ...(hasPipeline ? { pipeline: runPipeline(servers, folder, runs.long) } : {}),
      ...(otherCost === undefined ? {} : { other: otherCost }),
    };
  }
}

/** @returns a source that has collected the pages of a long run */
async function warmUp(
  { servers, runs }: Contestants,
  { collector, detector }: MeasuredFunctions,
): Promise<string> {
  const { sourceId } = await collectPages(collector, servers, runs.long);
  await detectCpuMs(detector, servers, sourceId);
  return sourceId;
}

async function costOf(
  { servers, runs }: Contestants,
  { collector, detector }: MeasuredFunctions,
): Promise<FunctionsCost> {
  const short = await collectPages(collector, servers, runs.short);
  const long = await collectPages(collector, servers, runs.long);
  const pages = runs.long - runs.short;
  const shortDetectCpuMs = await detectCpuMs(detector, servers, short.sourceId);
  const longDetectCpuMs = await detectCpuMs(detector, servers, long.sourceId);
  return {
    collectCpuMs: (long.cpuMs - short.cpuMs) / pages,
    awsCalls: (long.awsCalls - short.awsCalls) / pages,
    fullCollections: (long.fullCollections - short.fullCollections) / pages,
    collectWallMs: (long.wallMs - short.wallMs) / pages,
    detectCpuMs: (longDetectCpuMs - shortDetectCpuMs) / pages,
  };
}

async function floorCpuMs({ floor, folder, runs }: Contestants, on: FloorWork['on']): Promise<number> {
  const work: FloorWork = { folder, on, duckDbModule: require.resolve('@duckdb/node-api') };
  const { cpuMs } = await floor.invoke(work);
  return cpuMs / runs.long;
}

/**
 * Writes the input of the floor function: the bodies of the backlog's last pages as Netskope sends them, and the
 * archive and quarantine of a source, which must have collected the same pages.
 */
async function writeFloorInput(
  servers: BenchServers,
  folder: string,
  collected: { readonly sourceId: string; readonly pages: number },
): Promise<void> {
  for (let page = 0; page < collected.pages; page++) {
    const operation = page === 0 ? servers.startEpochS(collected.pages) : 'next';
    const url = `${servers.iteratorUrl}?operation=${operation}&index=floor`;
    const answer = await fetch(url, { headers: { 'Netskope-Api-Token': 'bench' } });
    writeFileSync(join(folder, `${PAGE_FILE}-${page}`), Buffer.from(await answer.arrayBuffer()));
  }
  let number = 0;
  for await (const lines of storedLines(servers, collected.sourceId)) {
    writeFileSync(join(folder, `${LINES_FILE}-${number++}`), lines);
  }
}

/** The decoded objects of one source, from archive and quarantine. */
async function* storedLines(servers: BenchServers, sourceId: string): AsyncGenerator<Buffer> {
  const client = bucketClient(servers);
  const { archive, quarantine } = prefixesOf(servers.feed);
  for (const prefix of [archive, quarantine]) {
    for await (const Key of storedKeys(client, prefix, sourceId)) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: LOCAL_BUCKET, Key }));
      yield gunzipSync((await Body?.transformToByteArray()) ?? '');
    }
  }
  client.destroy();
}

/** The cost of a shell pipeline, all its processes together. */
interface PipelineCost {
  readonly wallMs: number;
  readonly cpuMs: number;
}

/** Programs of the pipeline, and bash itself, that are not installed; empty if it can run. */
export function missingPrograms(): string[] {
  const isMissing = (name: string): boolean =>
    spawnSync('bash', ['--norc', '-c', `command -v ${name}`], { stdio: 'ignore' }).status !== 0;
  return ['bash', 'curl', 'jq', 'gzip'].filter(isMissing);
}

/**
 * Sends one full page through `curl | jq -c '.result[]' | gzip`.
 * @param folder receives the output
 * @param pages an entry into the backlog
 * @throws Error if the pipeline fails, or its output does not have one line for each event
 */
function runPipeline(servers: BenchServers, folder: string, pages: number): PipelineCost {
  const query = `operation=${servers.startEpochS(pages)}&index=pipeline`;
  const file = join(folder, 'pipeline.gz');
  const ended = spawnSync('bash', ['--norc', '-c', PIPELINE, `${servers.iteratorUrl}?${query}`, file], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
  });
  const lineCount = ended.status === 0 ? linesIn(file) : 0;
  const [wallS = 0, userS = 0, systemS = 0] = ended.stderr.trim().split(' ').map(Number);
  if (lineCount === servers.eventsPerPage) return { wallMs: wallS * 1000, cpuMs: (userS + systemS) * 1000 };
  throw new Error(
    `the pipeline wrote ${lineCount} lines, expected ${servers.eventsPerPage}; status ${ended.status}, ${ended.stderr}`,
  );
}

function linesIn(gzipFile: string): number {
  return gunzipSync(readFileSync(gzipFile)).toString('utf8').split('\n').length - 1;
}
