import type { CloudWatchClientConfig } from '@aws-sdk/client-cloudwatch';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { COLLECTED_FEED } from '../contract/feed/collected-feed';
import type { Feed } from '../contract/feed/feed';
import { dayOf } from '../contract/storage/archive-layout';
import { clientSettings } from '../shared/proxy';
import { storeHeads } from './heads';
import { dailyMessage } from './message';
import type { Settings } from './settings';
import { signHeads } from './sign-heads';
import { firingAlarms, statesOfFleet, statesOfSources, withVerifications } from './state';

/** What a test replaces to control the feed, AWS endpoints and time. */
export interface Overrides {
  readonly feed: Pick<Feed, 'name' | 'shortName'>;
  /** @default - the SDK's own: environment and role */
  readonly aws?: Pick<CloudWatchClientConfig, 'endpoint' | 'region' | 'credentials'>;
  readonly nowMs: () => number;
}

const REAL_PARTS: Overrides = { feed: COLLECTED_FEED, nowMs: Date.now };

/**
 * Stores the heads of the day and publishes the state of the deployment. It reads no secret and no event.
 * @throws what AWS refused; a head that cannot be stored stands in the message
 */
export async function sendDailyMessage(
  { deploymentName, archiveBucket, checkpointTable, alarmTopicArn, isVerified, signingKey, proxy }: Settings,
  sourceIds: readonly string[] | 'fleet',
  { feed, aws: overrides, nowMs }: Overrides = REAL_PARTS,
): Promise<void> {
  const aws = { ...clientSettings(proxy), ...overrides };
  const atMs = nowMs();
  const cloudwatch = new CloudWatchClient(aws);
  const dynamoDb = new DynamoDBClient(aws);
  const [alarms, states] = await Promise.all([
    firingAlarms(cloudwatch, deploymentName),
    sourceIds === 'fleet'
      ? statesOfFleet(dynamoDb, checkpointTable, feed)
      : statesOfSources(cloudwatch, dynamoDb, {
          checkpointTable,
          feed,
          deploymentName,
          sourceIds,
          nowMs: atMs,
        }),
  ]);
  const known = isVerified ? await withVerifications(dynamoDb, checkpointTable, { feed, states }) : states;
  const { sources, signingProblem } =
    signingKey === undefined
      ? { sources: known, signingProblem: undefined }
      : await signHeads(new KMSClient(aws), signingKey, known);
  const isFleet = sourceIds === 'fleet';
  const place = { bucket: archiveBucket, feed, day: dayOf(atMs) };
  const headsProblem = await storeHeads(new S3Client(aws), place, sources);
  const { subject, message } = dailyMessage(
    { deploymentName, alarms, sources, isFleet, headsProblem, signingProblem },
    atMs,
  );
  await new SNSClient(aws).send(
    new PublishCommand({ TopicArn: alarmTopicArn, Subject: subject, Message: message }),
  );
}
