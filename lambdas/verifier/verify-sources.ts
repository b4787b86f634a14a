import type { CloudWatchClientConfig } from '@aws-sdk/client-cloudwatch';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { marshall } from '@aws-sdk/util-dynamodb';
import { COLLECTED_FEED } from '../contract/feed/collected-feed';
import type { Feed } from '../contract/feed/feed';
import type { FeedName } from '../contract/storage/archive-layout';
import { alertFeed, dayOf } from '../contract/storage/archive-layout';
import type { Checkpoint } from '../contract/storage/checkpoint-table';
import { CHECKPOINT_KEY, liveStreamId } from '../contract/storage/checkpoint-table';
import { FORMAT, Format } from '../contract/storage/format';
import type { Verification } from '../contract/storage/verification';
import { alertVerificationId, verificationId } from '../contract/storage/verification';
import { deploymentOf, Metric } from '../contract/telemetry/metrics';
import { alertChainHeads } from '../shared/alert-chain-heads';
import type { Log, TimeBudget } from '../shared/invocation';
import { assertKnownFormat } from '../shared/known-format';
import { putMetricData, putSourcesAffected } from '../shared/metric-data';
import { powertoolsLog } from '../shared/powertools-log';
import { clientSettings } from '../shared/proxy';
import { readItems } from '../shared/table-items';
import { sourceIdsOfFleet } from '../shared/watched-sources';
import type { Anchor } from './core/chain-check';
import { SourceVerification } from './core/verify-source';
import { S3ListedArchive } from './s3-listed-archive';
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

/** A chain that has lines, and what is known of them. */
interface KnownChain {
  readonly sourceId: string;
  readonly feed: FeedName;
  /** Key of what is known of its verification. */
  readonly id: string;
  readonly newest: Anchor;
  readonly before?: Verification;
}

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
  const known = [
    ...(await readKnown(dynamoDb, table, { feed, sourceIds })),
    ...(await readKnownOfAlerts(dynamoDb, settings, { feed, sourceIds })),
  ];
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

interface OfSources {
  readonly feed: Pick<Feed, 'name' | 'shortName'>;
  readonly sourceIds: readonly string[];
}

/** The chains of events that have lines. */
async function readKnown(
  client: DynamoDBClient,
  table: string,
  { feed, sourceIds }: OfSources,
): Promise<readonly KnownChain[]> {
  const checkpoints = await readItems<Pick<Checkpoint, 'format' | 'manifest'>>(client, {
    table,
    ids: sourceIds.map((id) => liveStreamId(feed, id)),
    attributes: [FORMAT, 'manifest'],
  });
  const ids = sourceIds.map((id) => verificationId(feed, id));
  const verifications = await readItems<Verification>(client, { table, ids });
  return sourceIds.flatMap((sourceId) => {
    const streamId = liveStreamId(feed, sourceId);
    const { format, manifest } = checkpoints.get(streamId) ?? {};
    assertKnownFormat(`the checkpoint of ${streamId}`, format, Format.checkpoint);
    const id = verificationId(feed, sourceId);
    if (manifest === undefined) return [];
    const newest = { ...manifest, knownTo: 'the checkpoint' };
    return [{ sourceId, feed, id, newest, before: verifications.get(id) }];
  });
}

/** The chains of alerts that have lines, or had some when they were verified before. */
async function readKnownOfAlerts(
  client: DynamoDBClient,
  { checkpointTable: table, detectionTable }: Settings,
  { feed, sourceIds }: OfSources,
): Promise<readonly KnownChain[]> {
  if (detectionTable === undefined) return [];
  const heads = await alertChainHeads(client, detectionTable, sourceIds);
  const ids = sourceIds.map((id) => alertVerificationId(feed, id));
  const verifications = await readItems<Verification>(client, { table, ids });
  return sourceIds.flatMap((sourceId) => {
    const id = alertVerificationId(feed, sourceId);
    const before = verifications.get(id);
    const newest = heads.get(sourceId) ?? before?.head;
    if (newest === undefined) return [];
    return [
      {
        sourceId,
        feed: alertFeed(feed),
        id,
        newest: { ...newest, knownTo: 'the table of detection' },
        before,
      },
    ];
  });
}

function inTurn(chains: readonly KnownChain[]): readonly KnownChain[] {
  const completedAtMs = ({ before }: KnownChain): number => before?.completedAtMs ?? 0;
  return [...chains].sort((one, other) => completedAtMs(one) - completedAtMs(other));
}

function isOfDay(verification: Verification | undefined, atMs: number): boolean {
  const { completedAtMs } = verification ?? {};
  return completedAtMs !== undefined && dayOf(completedAtMs) === dayOf(atMs);
}
