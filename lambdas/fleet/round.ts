import type { CloudWatchClientConfig } from '@aws-sdk/client-cloudwatch';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SNSClient } from '@aws-sdk/client-sns';
import { COLLECTED_FEED } from '../contract/feed/collected-feed';
import type { Feed } from '../contract/feed/feed';
import { readSourceList } from '../shared/fleet-sources';
import { clientSettings } from '../shared/proxy';
import type { WatchSettings } from '../shared/watch-settings';
import { startRuns } from './start-runs';
import { watch } from './watch';

/** What a test replaces to control the feed, AWS endpoints and time. */
export interface Overrides {
  readonly feed: Pick<Feed, 'shortName'>;
  /** @default - the SDK's own: environment and role */
  readonly aws?: Pick<CloudWatchClientConfig, 'endpoint' | 'region' | 'credentials'>;
  readonly nowMs: () => number;
}

const REAL_PARTS: Overrides = { feed: COLLECTED_FEED, nowMs: Date.now };

/**
 * One round of a fleet: starts a run of every source, and watches what earlier ones have reported. Each is done even if
 * the other fails.
 * @throws the first failure
 */
export async function playRound(
  settings: WatchSettings,
  { feed, aws: overrides, nowMs }: Overrides = REAL_PARTS,
): Promise<void> {
  const aws = { ...clientSettings(settings.proxy), ...overrides };
  const dynamoDb = new DynamoDBClient(aws);
  const { sources } = await readSourceList(dynamoDb, settings.checkpointTable);
  const clients = { dynamoDb, cloudWatch: new CloudWatchClient(aws), sns: new SNSClient(aws) };
  const ends = await Promise.allSettled([
    startRuns(new EventBridgeClient(aws), sources),
    watch(clients, settings, { feed, sources, nowMs: nowMs() }),
  ]);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}
