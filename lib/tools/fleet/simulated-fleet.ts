import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { TableStatus } from '../../../lambdas/collector/adapters/table-status';
import type { Source } from '../../../lambdas/contract/deployment/collector-event';
import { StartLookback } from '../../../lambdas/contract/deployment/collector-event';
import type { FleetSource } from '../../../lambdas/contract/deployment/fleet';
import { ROUND_MINUTES } from '../../../lambdas/contract/deployment/fleet';
import type { Feed } from '../../../lambdas/contract/feed/feed';
import { CHECKPOINT_KEY, CHECKPOINT_VERSION } from '../../../lambdas/contract/storage/checkpoint-table';
import { FleetItem } from '../../../lambdas/contract/storage/fleet-table';
import { playRound } from '../../../lambdas/fleet/round';
import { packed } from '../../../lambdas/shared/table-items';
import { LocalAws } from '../../local/aws/local-aws';
import { LOCAL_CHECKPOINT_TABLE, LOCAL_TOPIC_ARN, LocalDeployment } from '../../local/local-deployment';
import { mulberry32, shuffled } from '../../local/netskope-simulator/events/random';
import type { Handover, Run } from './handover';
import { RunQueueModel } from './handover';

const ROUND_MS = ROUND_MINUTES * 60_000;
const HOUR_MS = 3_600_000;

/** 2026-11-18T00:00:00Z, when the fleet is deployed. */
const BEGIN_MS = 1_794_960_000_000;

/** Sources of a tenth of the fleet get no answer from Netskope meanwhile. */
const OUTAGE = { fromH: 1, toH: 3 };

export interface FleetSize {
  readonly sources: number;
  readonly hours: number;
  readonly seed: number;
}

/** What the simulation has seen. */
export interface FleetReport {
  readonly rounds: number;
  readonly runs: number;
  /** Runs that nobody took in time. */
  readonly dropped: number;
  readonly mostRunsAtOnce: number;
  readonly longestWaitS: number;
  /** The furthest that the archive of a source was behind the present, except in the outage. */
  readonly longestLagS: number;
  /** The source with the fewest runs that ended as they should, except those of the outage. */
  readonly fewestRuns: number;
  /** First lines of the fleet's messages. */
  readonly messages: readonly string[];
  /** Calls of AWS, by operation. */
  readonly calls: ReadonlyMap<string, number>;
}

/**
 * Plays a fleet in the embedded AWS endpoint, in virtual time. Real are the function of the rounds, with its calls, and
 * what the collector writes about a run. The way of an event through rule, queue and Lambda is a model, and so are the
 * length and the result of a run: its calls to Netskope and its checkpoint are left out.
 */
export async function simulateFleet(feed: Feed, size: FleetSize): Promise<FleetReport> {
  let nowMs = BEGIN_MS;
  const aws = await LocalAws.start({ nowMs: () => nowMs });
  try {
    await LocalDeployment.create(aws);
    aws.topics.put(LOCAL_TOPIC_ARN);
    const fleet = new SimulatedFleet(aws, feed, size);
    await fleet.putSources();
    const rounds = Math.round((size.hours * HOUR_MS) / ROUND_MS);
    for (let round = 0; round < rounds; round++) {
      nowMs = BEGIN_MS + round * ROUND_MS;
      await fleet.playRound(nowMs);
    }
    return fleet.report(rounds);
  } finally {
    await aws.stop();
  }
}

class SimulatedFleet {
  private readonly access: {
    endpoint: string;
    region: string;
    credentials: ReturnType<LocalAws['credentials']>;
  };
  private readonly dynamoDb: DynamoDBClient;
  private readonly queue = new RunQueueModel(ROUND_MS);
  private readonly random: () => number;
  private readonly calls = new Map<string, number>();
  /** Runs that have not ended by the last round, in the order of their ends. */
  private going: Run[] = [];
  private readonly upToMs = new Map<string, number>();
  private readonly succeeded = new Map<string, number>();
  private handedOver: Handover = { runs: [], dropped: 0, longestWaitMs: 0, mostAtOnce: 0 };
  private longestLagMs = 0;
  private runs = 0;

  constructor(
    private readonly aws: LocalAws,
    private readonly feed: Feed,
    private readonly size: FleetSize,
  ) {
    this.access = { endpoint: aws.url, region: 'us-east-1', credentials: aws.credentials('fleet') };
    this.dynamoDb = new DynamoDBClient(this.access);
    this.random = mulberry32(size.seed);
    aws.hooks = {
      before: ({ operation }) => void this.calls.set(operation, (this.calls.get(operation) ?? 0) + 1),
    };
  }

  async putSources(): Promise<void> {
    const sources: FleetSource[] = Array.from({ length: this.size.sources }, (_, place) => ({
      sourceId: `tenant-${place + 1}`,
      label: `Tenant ${place + 1}`,
      startLookbackHours: StartLookback.defaultHours,
      scheduleMinutes: ROUND_MINUTES,
      dailyRecheck: true,
      addedAtMs: BEGIN_MS,
      noDataWindowMinutes: 1440,
    }));
    const Item = marshall({
      [CHECKPOINT_KEY]: FleetItem.Sources,
      [CHECKPOINT_VERSION]: 1,
      ...packed(sources),
    });
    await this.dynamoDb.send(new PutItemCommand({ TableName: LOCAL_CHECKPOINT_TABLE, Item }));
  }

  async playRound(nowMs: number): Promise<void> {
    await this.endRuns(nowMs);
    const settings = {
      deploymentName: 'NetskopeAudit',
      checkpointTable: LOCAL_CHECKPOINT_TABLE,
      alarmTopicArn: LOCAL_TOPIC_ARN,
    };
    await playRound(settings, { feed: this.feed, aws: this.access, nowMs: () => nowMs });
    const ids = this.aws.bus.splice(0).map(({ Detail }) => (JSON.parse(Detail) as Source).sourceId);
    // A queue keeps no order.
    const { runs, dropped, longestWaitMs, mostAtOnce } = this.queue.handOver(
      shuffled(ids, nowMs + this.size.seed),
      nowMs,
      (sourceId, atMs) => this.lengthMs(sourceId, atMs),
    );
    this.handedOver = {
      runs: [],
      dropped: this.handedOver.dropped + dropped,
      longestWaitMs: Math.max(this.handedOver.longestWaitMs, longestWaitMs),
      mostAtOnce: Math.max(this.handedOver.mostAtOnce, mostAtOnce),
    };
    this.runs += runs.length;
    this.going = [...this.going, ...runs].sort((one, other) => one.endMs - other.endMs);
  }

  report(rounds: number): FleetReport {
    const { dropped, longestWaitMs, mostAtOnce } = this.handedOver;
    const steady = [...this.succeeded].filter(([sourceId]) => !this.isInOutage(sourceId));
    return {
      rounds,
      runs: this.runs,
      dropped,
      mostRunsAtOnce: mostAtOnce,
      longestWaitS: longestWaitMs / 1000,
      longestLagS: Math.round(this.longestLagMs / 1000),
      fewestRuns: Math.min(...steady.map(([, count]) => count)),
      messages: this.aws.topics.published(LOCAL_TOPIC_ARN).flatMap(({ message, publishedAtMs }) => {
        const time = new Date(publishedAtMs).toISOString().slice(11, 16);
        return [...message.matchAll(/^(?:ALARM|OK): .*$/gm)].map(([line]) => `${time} ${line}`);
      }),
      calls: this.calls,
    };
  }

  /** Writes what the runs report that have ended by now. */
  private async endRuns(nowMs: number): Promise<void> {
    const ended = this.going.filter(({ endMs }) => endMs <= nowMs);
    this.going = this.going.filter(({ endMs }) => endMs > nowMs);
    for (const run of ended) await this.endRun(run);
  }

  private async endRun({ sourceId, startMs, endMs }: Run): Promise<void> {
    const hasFailed = this.isOut(sourceId, startMs);
    const upToMs = this.upToMs.get(sourceId) ?? BEGIN_MS;
    if (!hasFailed) {
      if (!this.isInOutage(sourceId)) this.longestLagMs = Math.max(this.longestLagMs, endMs - upToMs);
      this.upToMs.set(sourceId, startMs);
      this.succeeded.set(sourceId, (this.succeeded.get(sourceId) ?? 0) + 1);
    }
    const clock = { nowMs: () => endMs, sleep: NEVER, timeoutSignal: () => new AbortController().signal };
    const status = new TableStatus(this.dynamoDb, { table: LOCAL_CHECKPOINT_TABLE, feed: this.feed, clock });
    const lagS = hasFailed ? (endMs - upToMs) / 1000 : 0;
    const counts = { quarantined: 0, drifted: 0 };
    await status.send(
      sourceId,
      hasFailed
        ? { counts, lagS, credentialsRefused: false }
        : { counts: { ...counts, archived: 3 }, lagS, runSucceeded: true },
    );
  }

  private isInOutage(sourceId: string): boolean {
    return Number(sourceId.split('-')[1]) % 10 === 0;
  }

  private isOut(sourceId: string, atMs: number): boolean {
    const hour = (atMs - BEGIN_MS) / HOUR_MS;
    return this.isInOutage(sourceId) && hour >= OUTAGE.fromH && hour < OUTAGE.toH;
  }

  /** In an outage a run waits for Netskope as long as it may; else it finds nothing, a page or two, or many. */
  private lengthMs(sourceId: string, atMs: number): number {
    if (this.isOut(sourceId, atMs)) return 130_000;
    const share = this.random();
    if (share < 0.7) return 1_500;
    return share < 0.97 ? 8_000 : 60_000;
  }
}

const NEVER = (): Promise<void> => new Promise(() => undefined);
