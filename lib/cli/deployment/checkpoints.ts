import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoCheckpointStore } from '../../../lambdas/collector/adapters/dynamo-checkpoint';
import type { Checkpoint, RecheckJob } from '../../../lambdas/contract/storage/checkpoint-table';
import { liveStreamId, recheckStreamId } from '../../../lambdas/contract/storage/checkpoint-table';
import type { Deployment } from './deployment';

/** The daily recheck of a source, as its last run left it. */
export type RecheckCheckpoint = Checkpoint & { readonly recheck: RecheckJob };

/** @returns undefined if no run has created it yet. @throws CheckpointError */
export async function readRecheckCheckpoint(
  { aws, feed, outputs }: Deployment,
  sourceId: string,
): Promise<RecheckCheckpoint | undefined> {
  const store = new DynamoCheckpointStore(aws.client(DynamoDBClient), outputs.CheckpointTable);
  const found = await store.load(recheckStreamId(feed, sourceId));
  return found?.recheck === undefined ? undefined : { ...found, recheck: found.recheck };
}

/**
 * The checkpoint of a source's live feed; undefined before the first run that had credentials.
 * @throws CheckpointError
 */
export function readLiveCheckpoint(
  { aws, feed, outputs }: Deployment,
  sourceId: string,
): Promise<Checkpoint | undefined> {
  const store = new DynamoCheckpointStore(aws.client(DynamoDBClient), outputs.CheckpointTable);
  return store.load(liveStreamId(feed, sourceId));
}
