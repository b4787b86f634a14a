import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { RunSummary } from '../../../lambdas/contract/deployment/collector-event';
import type { ObjectCreatedEvent } from '../../../lambdas/contract/deployment/detector-event';
import { OBJECT_CREATED } from '../../../lambdas/contract/deployment/detector-event';
import { prefixesOf } from '../../../lambdas/contract/storage/archive-layout';
import type { ManifestLine } from '../../../lambdas/contract/storage/manifest';
import type { FunctionProcessOptions } from '../../local/function-process';
import { FunctionProcess } from '../../local/function-process';
import { LOCAL_BUCKET } from '../../local/local-deployment';
import type { BenchServers } from './bench-servers';
import { bucketClient, storedKeys } from './bench-servers';

/** Lambda's longest timeout (AWS Lambda quotas). */
const TIMEOUT_MS = 900_000;
const MS_PER_HOUR = 3_600_000;

/** Messages per invocation, the default of Lambda's poller (AWS Lambda Developer Guide, SQS). */
const BATCH_SIZE = 10;

/** One invocation: what it returned and what it cost. */
interface MeasuredInvocation {
  readonly value?: unknown;
  /** Present if the function failed. */
  readonly error?: { readonly name: string; readonly message: string };
  /** User and system time of all threads of the process during this invocation. */
  readonly cpuMs: number;
  /** Peak memory of the process since its start. */
  readonly peakRssBytes: number;
  /** How many times V8 has marked and compacted the whole heap during this invocation. */
  readonly fullCollections: number;
}

/** A function in a process of its own, with the cost of each invocation. */
export class MeasuredFunction {
  private readonly process: FunctionProcess;
  private before = { cpuMs: 0, fullCollections: 0 };

  constructor(
    options: Pick<FunctionProcessOptions, 'codeFolder' | 'handler' | 'environment' | 'nodeBinary'>,
  ) {
    this.process = new FunctionProcess({ ...options, timeoutMs: TIMEOUT_MS });
  }

  /**
   * The first invocation of a process includes the cost of its start.
   * @throws Error if the function fails or its process dies
   */
  async invoke(payload: unknown): Promise<MeasuredInvocation> {
    const invocation = await this.attempt(payload);
    if (invocation.error === undefined) return invocation;
    throw new Error(`the measured function failed: ${invocation.error.message}`);
  }

  /** The function may fail. @throws Error if its process dies */
  async attempt(payload: unknown): Promise<MeasuredInvocation> {
    const end = await this.process.invoke(payload);
    if (end.kind === 'died') throw new Error(`the measured process died: ${end.signal}`);
    const { before } = this;
    this.before = end;
    return {
      ...(end.kind === 'failed' ? { error: end.error } : { value: end.value }),
      cpuMs: end.cpuMs - before.cpuMs,
      fullCollections: end.fullCollections - before.fullCollections,
      peakRssBytes: end.maxRssBytes,
    };
  }

  stop(): Promise<void> {
    return this.process.stop();
  }
}

/** The cost of collecting a number of full pages. */
interface CollectorRun extends Pick<MeasuredInvocation, 'cpuMs' | 'peakRssBytes' | 'fullCollections'> {
  readonly sourceId: string;
  readonly awsCalls: number;
  readonly wallMs: number;
}

/**
 * Has the collector collect the last `pages` pages of the backlog for a source that has collected nothing yet.
 * @throws Error if it did not archive or quarantine every event once
 */
export async function collectPages(
  collector: MeasuredFunction,
  servers: BenchServers,
  pages: number,
  sourceId = servers.takeSource(),
): Promise<CollectorRun> {
  const startLookbackHours = (Date.now() - servers.startEpochS(pages) * 1000) / MS_PER_HOUR;
  const callsBefore = await servers.awsCalls();
  const { value, ...cost } = await collector.invoke({ sourceId, startLookbackHours });
  const summary = value as RunSummary;
  assertComplete(summary, pages, servers.eventsPerPage);
  const awsCalls = (await servers.awsCalls()) - callsBefore;
  return { ...cost, sourceId, awsCalls, wallMs: summary.durationMs };
}

/** What an ordinary tenant pays for all day: runs that find nothing. */
export interface IdleRuns {
  /** CPU time of a fresh process and its first run. */
  readonly coldCpuMs: number;
  /** CPU time of each further run in it. */
  readonly warmCpuMs: readonly number[];
  /** Calls of AWS of the last run. */
  readonly awsCalls: number;
}

/** The first further runs still compile. */
export const RUNS_BEFORE_WARM = 10;
const WARM_RUNS = 10;

/**
 * Has a collector in a fresh process collect a source that has nothing new.
 * @throws Error if a run does not find just that
 */
export async function idleRuns(
  collector: MeasuredFunction,
  servers: BenchServers,
  sourceId: string,
): Promise<IdleRuns> {
  const coldCpuMs = await idleRunCpuMs(collector, sourceId);
  for (let warming = 0; warming < RUNS_BEFORE_WARM; warming++) await idleRunCpuMs(collector, sourceId);
  const warmCpuMs: number[] = [];
  let awsCalls = 0;
  for (let warm = 0; warm < WARM_RUNS; warm++) {
    const callsBefore = await servers.awsCalls();
    warmCpuMs.push(await idleRunCpuMs(collector, sourceId));
    awsCalls = (await servers.awsCalls()) - callsBefore;
  }
  return { coldCpuMs, warmCpuMs, awsCalls };
}

/** @throws Error if the run finds anything */
export function idleRunCpuMs(collector: MeasuredFunction, sourceId: string): Promise<number> {
  return runCpuMs(collector, sourceId, 0);
}

/** CPU time of a run that begins at the present. @throws Error if it does not archive just `expected` events */
export async function runCpuMs(
  collector: MeasuredFunction,
  sourceId: string,
  expected: number,
): Promise<number> {
  const { value, cpuMs } = await collector.invoke({ sourceId, startLookbackHours: 0, dailyRecheck: false });
  const { outcome, archived } = value as RunSummary;
  if (outcome === 'caught-up' && archived === expected) return cpuMs;
  throw new Error(
    `a run archived ${archived} events and ended with ${outcome}; expected ${expected}, caught-up`,
  );
}

function assertComplete(
  { archived, quarantined, pages, outcome }: RunSummary,
  expectedPages: number,
  eventsPerPage: number,
): void {
  const stored = archived + quarantined;
  const expected = expectedPages * eventsPerPage;
  if (stored === expected && outcome === 'caught-up') return;
  throw new Error(
    `the collector stored ${stored} events from ${pages} pages and ended with ${outcome}; ` +
      `expected ${expected} from ${expectedPages} full pages, caught-up`,
  );
}

/**
 * CPU time of evaluating all archived objects of a source that the detector has not seen before, in milliseconds:
 * unpacking, parsing, every rule, states and alerts.
 * @throws Error if an object could not be evaluated, or there is none
 */
export async function detectCpuMs(
  detector: MeasuredFunction,
  servers: BenchServers,
  sourceId: string,
): Promise<number> {
  const keys = await archivedKeys(servers, sourceId);
  if (keys.length === 0) throw new Error(`nothing is archived of source ${sourceId}`);
  return detectObjects(detector, keys);
}

/** CPU time of evaluating archived objects, in milliseconds. @throws Error if one could not be evaluated */
export async function detectObjects(detector: MeasuredFunction, keys: readonly string[]): Promise<number> {
  let cpuMs = 0;
  for (let from = 0; from < keys.length; from += BATCH_SIZE) {
    const invocation = await detector.invoke({ Records: keys.slice(from, from + BATCH_SIZE).map(message) });
    const { batchItemFailures } = invocation.value as { readonly batchItemFailures: readonly unknown[] };
    if (batchItemFailures.length > 0)
      throw new Error(`${batchItemFailures.length} objects were not evaluated`);
    cpuMs += invocation.cpuMs;
  }
  return cpuMs;
}

/** Keys of the archived objects of a source, in the order in which they were stored, as the manifest says. */
export async function archivedKeys(servers: BenchServers, sourceId: string): Promise<string[]> {
  const client = bucketClient(servers);
  const { archive, manifest } = prefixesOf(servers.feed);
  const keys: string[] = [];
  for await (const Key of storedKeys(client, manifest, sourceId)) {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: LOCAL_BUCKET, Key }));
    const { objects } = JSON.parse((await Body?.transformToString()) ?? '') as ManifestLine;
    keys.push(...objects.map(({ key }) => key).filter((key) => key.startsWith(`${archive}/`)));
  }
  client.destroy();
  return keys;
}

function message(key: string): { readonly messageId: string; readonly body: string } {
  const event: ObjectCreatedEvent = {
    source: OBJECT_CREATED.source,
    'detail-type': OBJECT_CREATED.detailType,
    detail: { bucket: { name: LOCAL_BUCKET }, object: { key } },
  };
  return { messageId: key, body: JSON.stringify(event) };
}
