import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoCheckpointStore } from '../../../lambdas/collector/adapters/dynamo-checkpoint';
import { auditStreamId } from '../../../lambdas/contract/storage/checkpoint-table';
import type { Checkpoint } from '../../../lambdas/contract/storage/checkpoint-table';
import type { Deployment } from '../deployment';

/**
 * The checkpoint of a source's live feed; undefined before the first run that had credentials.
 * @throws CheckpointError
 */
export function readLiveCheckpoint(
  { aws, outputs }: Deployment,
  sourceId: string,
): Promise<Checkpoint | undefined> {
  const store = new DynamoCheckpointStore(aws.client(DynamoDBClient), outputs.CheckpointTable);
  return store.load(auditStreamId(sourceId));
}
