import type { CloudWatchClientConfig } from '@aws-sdk/client-cloudwatch';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { marshall } from '@aws-sdk/util-dynamodb';
import { COLLECTED_FEED } from '../contract/feed/collected-feed';
import type { Feed } from '../contract/feed/feed';
import { dayOf } from '../contract/storage/archive-layout';
import { CHECKPOINT_KEY } from '../contract/storage/checkpoint-table';
import type { Verification } from '../contract/storage/verification';
import { deploymentOf, Metric } from '../contract/telemetry/metrics';
import type { Log, TimeBudget } from '../shared/invocation';
import { putMetricData, putSourcesAffected } from '../shared/metric-data';
import { powertoolsLog } from '../shared/powertools-log';
import { clientSettings } from '../shared/proxy';
import { sourceIdsOfFleet } from '../shared/watched-sources';
import type { KnownChain } from './adapters/known-chains';
import { knownChains } from './adapters/known-chains';
import { S3ListedArchive } from './adapters/s3-listed-archive';
import { SourceVerification } from './core/verify-source';
import type { Settings } from './settings';

/** What a test replaces to control the feed, AWS endpoints and time, and to see the log. */
export interface Overrides {
  readonly feed: Pick<Feed, 'name' | 'shortName'>;
  /** @default - the SDK's own: environment and role */
  readonly aws?: Pick<CloudWatchClientConfig, 'endpoint' | 'region' | 'credentials'>;
  readonly nowMs: () => number;
  readonly log: Log;
}

const REAL_PARTS = (): Overrides => ({
  feed: COLLECTED_FEED,
  nowMs: Date.now,
  log: powertoolsLog('netskope-audit-verifier', {}),
});

/**
 * Verifies the chains of each source once a day, that of its events and that of its alerts, first the one that has waited
 * longest. Those for which there is no time are left to the next invocation. It writes nothing but what it has come to know.
 * @throws the first of what could not be read, after all others were verified
 */
export async function verifySources(
  settings: Settings,
  watched: readonly string[] | 'fleet',
  time: TimeBudget,
  { feed, aws: overrides, nowMs, log }: Overrides = REAL_PARTS(),
): Promise<void> {
  const { archiveBucket: bucket, checkpointTable: table, expireAfterDays } = settings;
  const aws = { ...clientSettings(settings.proxy), ...overrides };
  const dynamoDb = new DynamoDBClient(aws);
  const s3 = new S3Client(aws);
  const sourceIds = watched === 'fleet' ? await sourceIdsOfFleet(dynamoDb, table) : watched;
  const tables = { checkpoints: table, detection: settings.detectionTable };
  const known = await knownChains(dynamoDb, tables, { feed, sourceIds });
  const atMs = nowMs();
  const cloudWatch = new CloudWatchClient(aws);
  const deployment = deploymentOf(settings.deploymentName);
  const damaged = new Map(known.map(({ id, before }) => [id, before?.damagedLines.length ?? 0]));
  const failures: unknown[] = [];
  for (const chain of inTurn(known)) {
    const { id, sourceId, before } = chain;
    if (isOfDay(before, atMs)) continue;
    const memory = {
      remember: async (verification: Verification): Promise<void> => {
        const Item = marshall({ [CHECKPOINT_KEY]: id, ...verification });
        await dynamoDb.send(new PutItemCommand({ TableName: table, Item }));
      },
    };
    const archive = new S3ListedArchive(s3, { ...chain, bucket });
    const parts = { archive, memory, log, time, nowMs: atMs };
    try {
      const verified = await new SourceVerification({ expireAfterDays, ...chain }, parts).run();
      const lines = verified.damagedLines.length;
      damaged.set(id, lines);
      if (lines > 0)
        await putMetricData(
          cloudWatch,
          { sourceId, deployment },
          { atMs, values: [[Metric.ArchiveDamaged, lines]] },
        );
      if (!isOfDay(verified, atMs)) break;
    } catch (error) {
      log.error('source not verified', { sourceId, chain: chain.feed.name, error });
      failures.push(error);
    }
  }
  const affected = known.filter(({ id }) => (damaged.get(id) ?? 0) > 0).map(({ sourceId }) => sourceId);
  const counts = [['archive-damaged', new Set(affected).size]] as const;
  await putSourcesAffected(cloudWatch, deployment, { atMs, counts });
  if (failures.length > 0) throw failures[0];
}

function inTurn(chains: readonly KnownChain[]): readonly KnownChain[] {
  const completedAtMs = ({ before }: KnownChain): number => before?.completedAtMs ?? 0;
  return [...chains].sort((one, other) => completedAtMs(one) - completedAtMs(other));
}

function isOfDay(verification: Verification | undefined, atMs: number): boolean {
  const { completedAtMs } = verification ?? {};
  return completedAtMs !== undefined && dayOf(completedAtMs) === dayOf(atMs);
}
