import type { CloudWatchClientConfig } from '@aws-sdk/client-cloudwatch';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { COLLECTED_FEED } from '../contract/feed/collected-feed';
import type { Feed } from '../contract/feed/feed';
import { dailyMessage } from './message';
import type { Settings } from './settings';
import { chainHeads, firingAlarms, stateFromMetrics } from './state';

/** What a test replaces to control the feed, AWS endpoints and time. */
export interface Overrides {
  readonly feed: Pick<Feed, 'shortName'>;
  /** @default - the SDK's own: environment and role */
  readonly aws?: Pick<CloudWatchClientConfig, 'endpoint' | 'region' | 'credentials'>;
  readonly nowMs: () => number;
}

const REAL_PARTS: Overrides = { feed: COLLECTED_FEED, nowMs: Date.now };

/** Publishes the state of the deployment. It reads no secret and no event. @throws what AWS refused */
export async function sendDailyMessage(
  { deploymentName, checkpointTable, alarmTopicArn }: Settings,
  sourceIds: readonly string[],
  { feed, aws = {}, nowMs }: Overrides = REAL_PARTS,
): Promise<void> {
  const atMs = nowMs();
  const cloudwatch = new CloudWatchClient(aws);
  const [alarms, fromMetrics, heads] = await Promise.all([
    firingAlarms(cloudwatch, deploymentName),
    stateFromMetrics(cloudwatch, { deploymentName, sourceIds, nowMs: atMs }),
    chainHeads(new DynamoDBClient(aws), checkpointTable, { feed, sourceIds }),
  ]);
  const sources = sourceIds.map((sourceId) => ({
    sourceId,
    ...fromMetrics.get(sourceId),
    chainHead: heads.get(sourceId),
  }));
  const { subject, message } = dailyMessage({ deploymentName, alarms, sources }, atMs);
  await new SNSClient(aws).send(
    new PublishCommand({ TopicArn: alarmTopicArn, Subject: subject, Message: message }),
  );
}
