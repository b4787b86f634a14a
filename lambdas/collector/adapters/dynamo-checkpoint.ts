import { isDeepStrictEqual } from 'node:util';
import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Checkpoint } from '../../contract/storage/checkpoint-table';
import { CHECKPOINT_KEY, CHECKPOINT_VERSION } from '../../contract/storage/checkpoint-table';
import { Format } from '../../contract/storage/format';
import { assertKnownFormat } from '../../shared/known-format';
import { CheckpointConflictError, CheckpointError } from '../core/errors';
import type { CheckpointStore } from '../core/ports';
import { COLLECTOR_VERSION } from './version';

/** Checkpoints as items of one DynamoDB table. An item is usually below 1 KB: one write unit per write. */
export class DynamoCheckpointStore implements CheckpointStore {
  constructor(
    private readonly client: DynamoDBClient,
    private readonly tableName: string,
  ) {}

  async load(streamId: string): Promise<Checkpoint | undefined> {
    const { Item } = await this.client
      .send(
        new GetItemCommand({
          TableName: this.tableName,
          Key: marshall({ [CHECKPOINT_KEY]: streamId }),
          ConsistentRead: true,
        }),
      )
      .catch((cause: unknown) => {
        throw new CheckpointError(
          `the checkpoint of ${streamId} could not be read from table ${this.tableName}`,
          { cause },
        );
      });
    return Item === undefined ? undefined : checkpointOf(Item);
  }

  /** What DynamoDB leaves out of its answer when it is busy is read item by item, with the SDK's retries. */
  async loadMany(streamIds: readonly string[]): Promise<ReadonlyMap<string, Checkpoint>> {
    const Keys = streamIds.map((streamId) => marshall({ [CHECKPOINT_KEY]: streamId }));
    const { Responses, UnprocessedKeys } = await this.client
      .send(new BatchGetItemCommand({ RequestItems: { [this.tableName]: { Keys, ConsistentRead: true } } }))
      .catch((cause: unknown) => {
        throw new CheckpointError(
          `the checkpoints of ${streamIds.join(', ')} could not be read from table ${this.tableName}`,
          { cause },
        );
      });
    const found = (Responses?.[this.tableName] ?? []).map(checkpointOf);
    for (const key of UnprocessedKeys?.[this.tableName]?.Keys ?? []) {
      const left = await this.load(String(unmarshall(key)[CHECKPOINT_KEY]));
      if (left !== undefined) found.push(left);
    }
    return new Map(found.map((checkpoint) => [checkpoint.streamId, checkpoint]));
  }

  /**
   * Writes the whole item in one conditional write. If an answer is lost, the SDK retries, and the condition fails on
   * the run's own write. `isStored` detects this; otherwise a healthy run would report a conflict with itself.
   */
  async save(checkpoint: Checkpoint): Promise<Checkpoint> {
    const next = { ...checkpoint, collectorVersion: COLLECTOR_VERSION, version: checkpoint.version + 1 };
    try {
      await this.client.send(
        new PutItemCommand({ TableName: this.tableName, ...itemOf(next), ...conditionFor(checkpoint) }),
      );
      return next;
    } catch (cause) {
      if (!(cause instanceof ConditionalCheckFailedException)) {
        throw new CheckpointError(
          `the checkpoint of ${next.streamId} could not be written to table ${this.tableName}`,
          { cause },
        );
      }
      if (await this.isStored(next)) return next;
      throw new CheckpointConflictError(
        `the checkpoint of ${next.streamId} is no longer version ${checkpoint.version}: another run has written it`,
      );
    }
  }

  /** Another run's write of the same version has other content: at least another `writer` or `indexName`. */
  private async isStored(next: Checkpoint): Promise<boolean> {
    const stored = await this.load(next.streamId);
    return stored !== undefined && isDeepStrictEqual(itemOf(stored), itemOf(next));
  }
}

/** @throws NewerFormatError */
function checkpointOf(item: Record<string, AttributeValue>): Checkpoint {
  const checkpoint = unmarshall(item) as Checkpoint;
  assertKnownFormat(`the checkpoint of ${checkpoint.streamId}`, checkpoint.format, Format.checkpoint);
  return checkpoint;
}

function itemOf(checkpoint: Checkpoint): Pick<PutItemCommand['input'], 'Item'> {
  return { Item: marshall(checkpoint, { removeUndefinedValues: true }) };
}

function conditionFor({ version }: Checkpoint): Partial<PutItemCommand['input']> {
  if (version === 0)
    return {
      ConditionExpression: 'attribute_not_exists(#key)',
      ExpressionAttributeNames: { '#key': CHECKPOINT_KEY },
    };
  return {
    ConditionExpression: '#version = :version',
    ExpressionAttributeNames: { '#version': CHECKPOINT_VERSION },
    ExpressionAttributeValues: { ':version': { N: String(version) } },
  };
}
