import { gzipSync } from 'node:zlib';
import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import {
  DETECTION_EXPIRY,
  DETECTION_KEY,
  DETECTION_STATE,
  DETECTION_VERSION,
  DUE,
  DUE_AT,
  DUE_INDEX,
  DUE_KEY,
} from '../../contract/storage/detection-table';
import { FORMAT, Format } from '../../contract/storage/format';
import { NewerFormatError } from '../../shared/errors';
import { assertKnownFormat } from '../../shared/known-format';
import { unpackedJson } from '../../shared/unpack';
import { StateError } from '../core/errors';
import type { Life, StateStore, Stored } from '../core/state-store';
import { MAX_LOADED } from '../core/state-store';

type ItemKey = Record<string, AttributeValue>;

/**
 * States as items of one DynamoDB table. A state is compressed: its rows are similar, each kilobyte of an item is billed
 * as a write, and an item has at most 400 KB (Amazon DynamoDB Developer Guide, quotas). As JSON it can also hold texts
 * that DynamoDB would refuse, such as half a character at a cut.
 */
export class DynamoStateStore implements StateStore {
  constructor(
    private readonly client: DynamoDBClient,
    private readonly tableName: string,
    private readonly nowMs: () => number,
  ) {}

  async loadMany<State>(ids: readonly string[]): Promise<ReadonlyMap<string, Stored<State>>> {
    const found = new Map<string, Stored<State>>();
    let keys = ids.map(keyOf);
    try {
      while (keys.length > 0) keys = await this.readMany(keys, found);
    } catch (cause) {
      if (cause instanceof NewerFormatError) throw cause;
      throw new StateError(
        `${ids.length} states, ${ids[0]} the first, could not be read from table ${this.tableName}`,
        { cause },
      );
    }
    return found;
  }

  /**
   * One answer has at most 16 MB and names the keys that it leaves out (Amazon DynamoDB API Reference, BatchGetItem).
   * @returns the keys that are left
   */
  private async readMany<State>(keys: ItemKey[], found: Map<string, Stored<State>>): Promise<ItemKey[]> {
    const { tableName } = this;
    const { Responses, UnprocessedKeys } = await this.client.send(
      new BatchGetItemCommand({ RequestItems: { [tableName]: { Keys: keys, ConsistentRead: true } } }),
    );
    for (const item of Responses?.[tableName] ?? [])
      found.set(item[DETECTION_KEY]?.S ?? '', storedState<State>(item));
    const left = UnprocessedKeys?.[tableName]?.Keys ?? [];
    if (left.length < keys.length) return left;
    throw new Error(`DynamoDB read none of ${keys.length} items, which is how it throttles; expected some`);
  }

  async save<State>(
    id: string,
    { state, version }: Stored<State>,
    { keepS, dueAtS }: Life,
  ): Promise<boolean> {
    const item: Record<string, AttributeValue> = {
      ...keyOf(id),
      [DETECTION_VERSION]: { N: String(version + 1) },
      [DETECTION_EXPIRY]: { N: String(Math.floor(this.nowMs() / 1000) + keepS) },
      [DETECTION_STATE]: { B: gzipSync(JSON.stringify(state)) },
      ...(dueAtS === undefined ? {} : { [DUE_KEY]: { S: DUE }, [DUE_AT]: { N: String(dueAtS) } }),
    };
    try {
      await this.client.send(
        new PutItemCommand({ TableName: this.tableName, Item: item, ...conditionFor(version) }),
      );
      return true;
    } catch (cause) {
      if (cause instanceof ConditionalCheckFailedException) return false;
      throw new StateError(`the state of ${id} could not be written to table ${this.tableName}`, { cause });
    }
  }

  async due(nowS: number): Promise<readonly string[]> {
    try {
      const { Items = [] } = await this.client.send(
        new QueryCommand({
          TableName: this.tableName,
          IndexName: DUE_INDEX,
          KeyConditionExpression: '#key = :due AND #at <= :now',
          ExpressionAttributeNames: { '#key': DUE_KEY, '#at': DUE_AT },
          ExpressionAttributeValues: { ':due': { S: DUE }, ':now': { N: String(nowS) } },
          // A sweep reads them together; the next one goes on.
          Limit: MAX_LOADED,
        }),
      );
      return Items.map((item) => item[DETECTION_KEY]?.S ?? '');
    } catch (cause) {
      throw new StateError(`what is due could not be read from table ${this.tableName}`, { cause });
    }
  }
}

function keyOf(id: string): ItemKey {
  return { [DETECTION_KEY]: { S: id } };
}

/** @throws NewerFormatError */
function assertReadable(item: Readonly<Record<string, AttributeValue>>): void {
  const { N: number } = item[FORMAT] ?? {};
  const format = number === undefined ? item[FORMAT] : Number(number);
  assertKnownFormat(`the state of ${item[DETECTION_KEY]?.S}`, format, Format.detectionState);
}

function storedState<State>(item: Readonly<Record<string, AttributeValue>>): Stored<State> {
  assertReadable(item);
  const packed = item[DETECTION_STATE]?.B ?? new Uint8Array();
  const state = unpackedJson(packed) as State;
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
