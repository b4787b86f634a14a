import { gunzipSync, gzipSync } from 'node:zlib';
import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  DETECTION_EXPIRY,
  DETECTION_KEY,
  DETECTION_STATE,
  DETECTION_VERSION,
} from '../../contract/storage/detection-table';
import { GroupStateError } from '../core/errors';
import type { GroupState } from '../core/group/group-state';
import type { GroupStates, StoredState } from '../core/ports';
import { NOTHING_STORED } from '../core/ports';

type ItemKey = Record<string, AttributeValue>;

const S_PER_DAY = 86_400;
/** After its last write; twice the 14 days that SQS can keep a message (Amazon SQS Developer Guide, message quotas). */
const KEEP_COUNTS_S = 30 * S_PER_DAY;
/** Known values of a user: long enough for the user to be absent and still be known. */
const KEEP_KNOWN_S = 400 * S_PER_DAY;

/**
 * Groups' states as items of one DynamoDB table. A state is compressed: its rows are similar, each kilobyte of an item
 * is billed as a write, and an item has at most 400 KB (Amazon DynamoDB Developer Guide, quotas). As JSON it can also
 * hold texts that DynamoDB would refuse, such as half a character at a cut.
 */
export class DynamoGroupStates implements GroupStates {
  constructor(
    private readonly client: DynamoDBClient,
    private readonly tableName: string,
    private readonly nowMs: () => number,
  ) {}

  async loadMany(groupIds: readonly string[]): Promise<ReadonlyMap<string, StoredState>> {
    const found = new Map<string, StoredState>();
    let keys = groupIds.map(keyOf);
    try {
      while (keys.length > 0) keys = await this.readMany(keys, found);
    } catch (cause) {
      throw new GroupStateError(
        `states of ${groupIds.length} groups, ${groupIds[0]} the first, could not be read from table ${this.tableName}`,
        { cause },
      );
    }
    return found;
  }

  async load(groupId: string): Promise<StoredState> {
    const found = await this.loadMany([groupId]);
    return found.get(groupId) ?? NOTHING_STORED;
  }

  /**
   * One answer has at most 16 MB and names the keys that it leaves out (Amazon DynamoDB API Reference, BatchGetItem).
   * @returns the keys that are left
   */
  private async readMany(keys: ItemKey[], found: Map<string, StoredState>): Promise<ItemKey[]> {
    const { tableName } = this;
    const { Responses, UnprocessedKeys } = await this.client.send(
      new BatchGetItemCommand({ RequestItems: { [tableName]: { Keys: keys, ConsistentRead: true } } }),
    );
    for (const item of Responses?.[tableName] ?? [])
      found.set(item[DETECTION_KEY]?.S ?? '', storedState(item));
    const left = UnprocessedKeys?.[tableName]?.Keys ?? [];
    if (left.length < keys.length) return left;
    throw new Error(`DynamoDB read none of ${keys.length} items, which is how it throttles; expected some`);
  }

  async save(groupId: string, { state, version }: StoredState): Promise<boolean> {
    const keepS = state.known === undefined ? KEEP_COUNTS_S : KEEP_KNOWN_S;
    const item: Record<string, AttributeValue> = {
      ...keyOf(groupId),
      [DETECTION_VERSION]: { N: String(version + 1) },
      [DETECTION_EXPIRY]: { N: String(Math.floor(this.nowMs() / 1000) + keepS) },
      [DETECTION_STATE]: { B: gzipSync(JSON.stringify(state)) },
    };
    try {
      await this.client.send(
        new PutItemCommand({ TableName: this.tableName, Item: item, ...conditionFor(version) }),
      );
      return true;
    } catch (cause) {
      if (cause instanceof ConditionalCheckFailedException) return false;
      throw new GroupStateError(`the state of ${groupId} could not be written to table ${this.tableName}`, {
        cause,
      });
    }
  }
}

function keyOf(groupId: string): ItemKey {
  return { [DETECTION_KEY]: { S: groupId } };
}

/** A few kilobytes each, so decompressing them costs less than a round trip to the thread pool. */
function storedState(item: Readonly<Record<string, AttributeValue>>): StoredState {
  const packed = item[DETECTION_STATE]?.B ?? new Uint8Array();
  const state = JSON.parse(gunzipSync(packed).toString('utf8')) as GroupState;
  return { state, version: Number(item[DETECTION_VERSION]?.N) };
}

function conditionFor(version: number): Partial<PutItemCommand['input']> {
  if (version === 0)
    return {
      ConditionExpression: 'attribute_not_exists(#key)',
      ExpressionAttributeNames: { '#key': DETECTION_KEY },
    };
  return {
    ConditionExpression: '#version = :version',
    ExpressionAttributeNames: { '#version': DETECTION_VERSION },
    ExpressionAttributeValues: { ':version': { N: String(version) } },
  };
}
