import { gunzipSync } from 'node:zlib';
import { DeleteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoCheckpointStore } from '../lambdas/collector/adapters/dynamo-checkpoint';
import type { Collector, Overrides } from '../lambdas/collector/compose';
import { composeCollector } from '../lambdas/collector/compose';
import type { IteratorProtocol } from '../lambdas/collector/core/protocol/iterator';
import { ITERATOR_PROTOCOL } from '../lambdas/collector/core/protocol/iterator';
import type { CollectorTask, RunSummary, TaskSummary } from '../lambdas/contract/deployment/collector-event';
import { AUDIT_FEED } from '../lambdas/contract/feed/audit';
import type { Feed } from '../lambdas/contract/feed/feed';
import type { Checkpoint } from '../lambdas/contract/storage/checkpoint-table';
import { liveStreamId } from '../lambdas/contract/storage/checkpoint-table';
import type { Log } from '../lambdas/shared/invocation';
import type { TimeBudget } from '../lambdas/shared/invocation';
import { LocalAws } from '../lib/local/aws/local-aws';
import type { AwsCall, AwsFault } from '../lib/local/aws/wire/aws-call';
import {
  LOCAL_BUCKET,
  LOCAL_CHECKPOINT_TABLE,
  LOCAL_SECRET_PREFIX,
  LocalDeployment,
} from '../lib/local/local-deployment';
import type { Fault } from '../lib/local/netskope-simulator/gateway/fault';
import type { SimulatorRequest } from '../lib/local/netskope-simulator/gateway/request';
import { NetskopeSimulator } from '../lib/local/netskope-simulator/netskope-simulator';
import type { SimulatorOptions } from '../lib/local/netskope-simulator/simulator-options';
import { TestClock } from './test-clock';

/** 2026-11-18T12:00:00Z: the present at which every test begins. */
export const NOW_S = 1_795_003_200;
export const TOKEN = 'token-that-must-appear-nowhere';
export const SOURCE_ID = 'netskope';
const FUNCTION_TIMEOUT_MS = 600_000;
const REQUEST_TIMEOUT_MS = 120_000;
/** Time stands still while a page is read: a run that reads forever is ended, so that the test fails, not hangs. */
const MOST_LOOKS_AT_THE_BUDGET = 500;
/** Long enough that leases of dead runs have expired and rests are over when the next run begins. */
const SCHEDULE_MINUTES = 15;
const SOURCE = {
  sourceId: SOURCE_ID,
  label: 'Netskope',
  startLookbackHours: 24,
  scheduleMinutes: SCHEDULE_MINUTES,
  dailyRecheck: false,
};

type Unreturned = { readonly kind: 'threw'; readonly error: Error } | { readonly kind: 'died' };

/** How an invocation ended. `died`: its process ended before it could return. */
export type InvocationEnd<T> = { readonly kind: 'returned'; readonly value: T } | Unreturned;

/** How a run ended. */
export type RunEnd = { readonly kind: 'returned'; readonly summary: RunSummary } | Unreturned;

export interface RunOptions {
  /** @default `SOURCE_ID` */
  readonly sourceId?: string;
  /** @default - the pipeline's */
  readonly protocol?: Overrides['protocol'];
  readonly startLookbackHours?: number;
  readonly timeoutMs?: number;
  /** Whether another run may be in the same execution environment; a function of Lambda has one at a time. @default false */
  readonly sharesEnvironment?: boolean;
  /** @default false, because tests of the live feed count its requests */
  readonly dailyRecheck?: boolean;
  readonly scheduleMinutes?: number;
  /** @default - the one that is named after the source */
  readonly secret?: string;
}

/** One stored line, and its object. */
export interface StoredLine {
  readonly key: string;
  readonly line: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Faults that a test injects. A run that dies leaves its call under way and makes no more calls. */
export interface Interference {
  /** The fault for a request that has arrived. */
  netskope?(request: SimulatorRequest): Fault | undefined;
  /** Before an AWS call is applied. */
  beforeAws?(call: AwsCall): AwsFault | 'die' | undefined;
  /** After an AWS call was applied, before it is answered. */
  afterAws?(call: AwsCall): AwsFault | 'die' | undefined;
}

/** One process of the function, which is reused from one run to the next. */
interface Container {
  readonly id: string;
  readonly protocol: Overrides['protocol'];
  readonly collector: Collector;
}

/**
 * The collector, in this process, against a simulator and an AWS endpoint on loopback. The real handler's composition
 * runs; only its clock, its randomness and its log are the test's.
 */
export class Pipeline {
  readonly clock = new TestClock(NOW_S * 1000);
  readonly logged: string[] = [];
  interference: Interference = {};
  private runs = 0;
  private containers = 0;
  private operatorsTable: DynamoCheckpointStore | undefined;
  /** Containers whose last run has ended: the next run with the same protocol reuses one, as in Lambda. */
  private readonly warm: Container[] = [];
  private readonly deaths = new Map<string, () => void>();

  private constructor(
    readonly aws: LocalAws,
    readonly simulator: NetskopeSimulator,
    readonly deployment: LocalDeployment,
    /** The collector's own protocol, except that small pages may count as full. */
    readonly protocol: IteratorProtocol,
    readonly feed: Feed,
  ) {}

  static async start(options: Partial<SimulatorOptions> = {}, feed: Feed = AUDIT_FEED): Promise<Pipeline> {
    // Both servers use the pipeline's clock, which is created after them.
    const time = { nowMs: (): number => NOW_S * 1000 };
    const nowMs = (): number => time.nowMs();
    const aws = await LocalAws.start({ nowMs });
    const simulator = await NetskopeSimulator.start({
      rateLimitPerS: 'unlimited',
      waitTimeS: 0,
      ...options,
      nowMs,
    });
    const smallestFullPage = Math.min(ITERATOR_PROTOCOL.smallestFullPage, options.pageSize ?? Infinity);
    const protocol = { ...ITERATOR_PROTOCOL, smallestFullPage };
    const pipeline = new Pipeline(aws, simulator, await LocalDeployment.create(aws), protocol, feed);
    time.nowMs = () => pipeline.clock.nowMs();
    pipeline.listen();
    await pipeline.deployment.putSecret(SOURCE_ID, { domain: 'corp.goskope.com', token: TOKEN });
    return pipeline;
  }

  async stop(): Promise<void> {
    await this.simulator.stop();
    await this.aws.stop();
  }

  /** One run of the collector, as one invocation of the function. */
  async run({
    sourceId = SOURCE_ID,
    startLookbackHours = 24,
    dailyRecheck = false,
    scheduleMinutes = SCHEDULE_MINUTES,
    secret,
    ...options
  }: RunOptions = {}): Promise<RunEnd> {
    const event = { ...SOURCE, sourceId, startLookbackHours, dailyRecheck, scheduleMinutes, secret };
    const end = await this.invoke(options, (collector, runId, budget) =>
      collector.collect(event, runId, budget),
    );
    return end.kind === 'returned' ? { kind: 'returned', summary: end.value } : end;
  }

  /** One invocation of the function with a task of the operator. */
  async carryOut(task: CollectorTask, options: RunOptions = {}): Promise<InvocationEnd<TaskSummary>> {
    return this.invoke(options, (collector, runId, budget) =>
      collector.carryOut(task, SOURCE, runId, budget),
    );
  }

  private async invoke<T>(
    { protocol = this.protocol, timeoutMs = FUNCTION_TIMEOUT_MS, sharesEnvironment = false }: RunOptions,
    work: (collector: Collector, runId: string, budget: TimeBudget) => Promise<T>,
  ): Promise<InvocationEnd<T>> {
    const runId = `run-${++this.runs}`;
    const warm = this.warm.findIndex((container) => container.protocol === protocol);
    const container = this.warm.splice(warm, warm === -1 ? 0 : 1)[0] ?? this.newContainer(protocol);
    if (sharesEnvironment) this.warm.push(container);
    const stopsAtMs = this.clock.nowMs() + timeoutMs;
    const death = new Promise<InvocationEnd<T>>((resolve) =>
      this.deaths.set(container.id, () => resolve({ kind: 'died' })),
    );
    let looks = 0;
    const budget = {
      remainingMs: () => (++looks > MOST_LOOKS_AT_THE_BUDGET ? 0 : stopsAtMs - this.clock.nowMs()),
    };
    const life = work(container.collector, runId, budget).then(
      (value): InvocationEnd<T> => ({ kind: 'returned', value }),
      (error: Error): InvocationEnd<T> => ({ kind: 'threw', error }),
    );
    const end = await Promise.race([life, death]);
    if (end.kind !== 'died' && !sharesEnvironment) this.warm.push(container);
    return end;
  }

  private newContainer(protocol: Overrides['protocol']): Container {
    const id = `container-${++this.containers}`;
    const collector = composeCollector(
      {
        archiveBucket: LOCAL_BUCKET,
        checkpointTable: LOCAL_CHECKPOINT_TABLE,
        secretNamePrefix: LOCAL_SECRET_PREFIX,
        requestTimeoutMs: REQUEST_TIMEOUT_MS,
        netskopeEndpointUrl: this.simulator.url,
      },
      {
        feed: this.feed,
        aws: this.awsSettings(id),
        clock: this.clock,
        random: () => 0.5,
        protocol,
        log: () => {
          const push: Log['info'] = (message, fields) =>
            void this.logged.push(JSON.stringify({ message, ...fields }));
          return { info: push, warn: push, error: push };
        },
      },
    );
    return { id, protocol, collector };
  }

  /** Runs without interference until nothing is left; fails if that takes more than `limit` runs. */
  async catchUp(options: RunOptions = {}, limit = 40): Promise<void> {
    this.interference = {};
    for (let caughtUp = 0, runs = 0; caughtUp < 2; runs++) {
      if (runs === limit) throw new Error(`not caught up after ${limit} undisturbed runs`);
      this.nextSchedule();
      const end = await this.run(options);
      if (end.kind === 'threw') throw end.error;
      caughtUp = end.kind === 'returned' && hasNothingLeft(end.summary) ? caughtUp + 1 : 0;
    }
  }

  /** Moves to the next possible run: leases of dead runs have expired, and slow requests are over. */
  nextSchedule(): void {
    this.simulator.serveAbandoned();
    this.clock.pass(SCHEDULE_MINUTES * 60_000);
  }

  archived(): Promise<StoredLine[]> {
    return this.lines(`${this.feed.name}/`);
  }

  quarantined(): Promise<StoredLine[]> {
    return this.lines(`quarantine/${this.feed.name}/`);
  }

  /** The exact texts of all events stored, archive and quarantine. */
  async storedTexts(): Promise<string[]> {
    const own = (await this.archived()).map(
      ({ line }) => `${line.slice(0, line.lastIndexOf(',"p_log_type":'))}}`,
    );
    const raw = (await this.quarantined()).map(({ line }) => (JSON.parse(line) as { raw: string }).raw);
    return [...own, ...raw];
  }

  async checkpoint(): Promise<Checkpoint> {
    const checkpoint = await this.storedCheckpoint();
    if (checkpoint === undefined) throw new Error('no checkpoint is stored');
    return checkpoint;
  }

  /** Whether any run got as far as deciding where the stream begins. */
  async hasBegun(): Promise<boolean> {
    return (await this.storedCheckpoint()) !== undefined;
  }

  /** Sum of all points of one of a source's metrics. */
  metricSum(name: string, sourceId = SOURCE_ID): number {
    return this.metricValues(name, sourceId).reduce((sum, value) => sum + value, 0);
  }

  metricValues(name: string, sourceId = SOURCE_ID): number[] {
    return this.aws.metrics.points('NetskopeAudit', name, { SourceId: sourceId }).map(({ sum }) => sum);
  }

  /** The checkpoint table, as seen by the operator's tool. */
  get checkpoints(): DynamoCheckpointStore {
    return (this.operatorsTable ??= new DynamoCheckpointStore(
      new DynamoDBClient(this.awsSettings('test')),
      LOCAL_CHECKPOINT_TABLE,
    ));
  }

  /** Deletes a stream's item, as when the table is restored from before the first run. @param streamId the live feed's by default */
  async loseCheckpoint(streamId = liveStreamId(this.feed, SOURCE_ID)): Promise<void> {
    const Key = { streamId: { S: streamId } };
    const table = new DynamoDBClient(this.awsSettings('test'));
    await table.send(new DeleteItemCommand({ TableName: LOCAL_CHECKPOINT_TABLE, Key }));
  }

  private storedCheckpoint(): Promise<Checkpoint | undefined> {
    return this.checkpoints.load(liveStreamId(this.feed, SOURCE_ID));
  }

  /** The key id identifies the container that makes an AWS call. */
  private awsSettings(id: string): NonNullable<Overrides['aws']> {
    return {
      endpoint: this.aws.url,
      region: 'us-east-1',
      credentials: { accessKeyId: id, secretAccessKey: 'none' },
    };
  }

  private listen(): void {
    this.simulator.hooks = {
      received: (request) => {
        const fault = this.interference.netskope?.(request);
        if (fault?.kind === 'stall') setImmediate(() => this.clock.expireTimeouts());
        return fault;
      },
    };
    this.aws.hooks = {
      before: (call) => this.interfere(call, 'beforeAws'),
      after: (call) => this.interfere(call, 'afterAws'),
    };
  }

  private interfere(call: AwsCall, when: 'beforeAws' | 'afterAws'): AwsFault | undefined | Promise<never> {
    const id = /Credential=([^/]+)\//.exec(call.headers.authorization ?? '')?.[1] ?? '';
    if (!id.startsWith('container-')) return undefined; // the test's own read of what is stored
    if (!this.deaths.has(id)) return new Promise<never>(() => undefined);
    const outcome = this.interference[when]?.(call);
    if (outcome !== 'die') return outcome;
    this.deaths.get(id)?.();
    this.deaths.delete(id);
    return new Promise<never>(() => undefined);
  }

  private async lines(prefix: string): Promise<StoredLine[]> {
    const { objects } = this.aws;
    const lines: StoredLine[] = [];
    for (const key of objects.keys(LOCAL_BUCKET)) {
      if (!key.startsWith(prefix)) continue;
      const { object, body } = await objects.read(LOCAL_BUCKET, key);
      const text = gunzipSync(body).toString('utf8');
      for (const line of text.trimEnd().split('\n')) lines.push({ key, line, metadata: object.userMetadata });
    }
    return lines;
  }
}

function hasNothingLeft({ outcome, backfill }: RunSummary): boolean {
  return outcome === 'caught-up' && backfill?.state !== 'open';
}
