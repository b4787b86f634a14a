import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DetectorEnvVar } from '../../lambdas/contract/deployment/environment';
import { DETECTION_KEY } from '../../lambdas/contract/storage/detection-table';
import { localArn } from './aws/local-account';
import type { LocalAws } from './aws/local-aws';
import { LOCAL_BUCKET } from './local-deployment';

/** Local name of the table of group states. */
export const LOCAL_DETECTION_TABLE = 'netskope-audit-detection';

/** The topic that alerts are published on. */
export const LOCAL_ALERT_TOPIC_ARN = localArn('sns', 'netskope-audit-alerts');

/** There is no Athena on this machine; this name tells the reader of a message. */
const NO_ATHENA = 'no_athena_on_this_machine';

/**
 * Creates the detector's table and topic in an embedded AWS endpoint that has neither; it uses the archive's bucket.
 * @returns variables of the detector function
 */
export async function createLocalDetection(aws: LocalAws): Promise<Record<string, string>> {
  const client = new DynamoDBClient({
    endpoint: aws.url,
    region: 'us-east-1',
    credentials: aws.credentials('operator'),
  });
  const key = { AttributeName: DETECTION_KEY };
  await client.send(
    new CreateTableCommand({
      TableName: LOCAL_DETECTION_TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ ...key, AttributeType: 'S' }],
      KeySchema: [{ ...key, KeyType: 'HASH' }],
    }),
  );
  client.destroy();
  aws.topics.put(LOCAL_ALERT_TOPIC_ARN);
  return {
    ...aws.environment(),
    [DetectorEnvVar.ArchiveBucket]: LOCAL_BUCKET,
    [DetectorEnvVar.DetectionTable]: LOCAL_DETECTION_TABLE,
    [DetectorEnvVar.AlertTopicArn]: LOCAL_ALERT_TOPIC_ARN,
    [DetectorEnvVar.Workgroup]: NO_ATHENA,
    [DetectorEnvVar.Database]: NO_ATHENA,
  };
}
