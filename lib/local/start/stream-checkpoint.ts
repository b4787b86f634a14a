import { DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Feed } from '../../../lambdas/contract/feed/feed';
import type { Checkpoint } from '../../../lambdas/contract/storage/checkpoint-table';
import { CHECKPOINT_KEY, liveStreamId } from '../../../lambdas/contract/storage/checkpoint-table';
import type { LocalAws } from '../aws/local-aws';
import { LOCAL_TABLE } from '../local-deployment';

/** The checkpoint of one source in an embedded AWS endpoint, as an operator sees it. */
export class StreamCheckpoint {
  private readonly client: DynamoDBClient;
  private readonly item: Pick<GetItemCommand['input'], 'TableName' | 'Key'>;

  constructor(aws: LocalAws, feed: Feed, sourceId: string) {
    this.client = new DynamoDBClient({
      endpoint: aws.url,
      region: 'us-east-1',
      credentials: aws.credentials('operator'),
    });
    this.item = { TableName: LOCAL_TABLE, Key: marshall({ [CHECKPOINT_KEY]: liveStreamId(feed, sourceId) }) };
  }

  /** @returns undefined before the first run */
  async read(): Promise<Checkpoint | undefined> {
    const { Item } = await this.client.send(new GetItemCommand({ ...this.item, ConsistentRead: true }));
    return Item === undefined ? undefined : (unmarshall(Item) as Checkpoint);
  }

  /**
   * Removes the lease of a run that was killed. In an account the lease expires. Here nobody has to wait: one process
   * owns the endpoint's folder, and before it has invoked the function every holder of a lease is dead.
   */
  async releaseLeaseOfDeadRun(): Promise<void> {
    await this.remove('lease');
  }

  /** Removes the rest after a call that may still be running: the call has ended with the simulated tenant. */
  async endRest(): Promise<void> {
    await this.remove('restUntilMs');
  }

  private async remove(name: 'lease' | 'restUntilMs'): Promise<void> {
    if ((await this.read())?.[name] === undefined) return;
    const without = { UpdateExpression: 'REMOVE #name', ExpressionAttributeNames: { '#name': name } };
    await this.client.send(new UpdateItemCommand({ ...this.item, ...without }));
  }
}
