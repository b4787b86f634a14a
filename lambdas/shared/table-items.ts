import { gzipSync } from 'node:zlib';
import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchGetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { CHECKPOINT_KEY } from '../contract/storage/checkpoint-table';
import { FLEET_CONTENT } from '../contract/storage/fleet-table';
import { slices } from './collections';
import { unpackedJson } from './unpack';

/** Keys in a call (Amazon DynamoDB API reference, BatchGetItem). */
const MAX_KEYS = 100;
/** DynamoDB leaves keys out of its answer when it is busy. */
const MAX_BATCHES = 10;

export interface TableItems {
  readonly table: string;
  /** Name of its partition key. @default - that of the checkpoint table */
  readonly key?: string;
  /** Any number. */
  readonly ids: readonly string[];
  /** @default - whole items */
  readonly attributes?: readonly string[];
}

/** Items of a table by id; ids without an item are left out. @throws what the SDK throws */
export async function readItems<Item extends object>(
  client: DynamoDBClient,
  { table, key = CHECKPOINT_KEY, ids, attributes }: TableItems,
): Promise<ReadonlyMap<string, Item>> {
  const found = new Map<string, Item>();
  for (const some of slices(ids, MAX_KEYS)) {
    const batch = await readBatch(client, { table, key, ids: some, attributes });
    for (const item of batch) {
      const { [key]: id, ...content } = unmarshall(item);
      found.set(String(id), content as Item);
    }
  }
  return found;
}

async function readBatch(
  client: DynamoDBClient,
  { table, key, ids, attributes }: TableItems & Required<Pick<TableItems, 'key'>>,
): Promise<readonly Record<string, AttributeValue>[]> {
  const items: Record<string, AttributeValue>[] = [];
  let Keys = ids.map((id) => marshall({ [key]: id }));
  for (let batch = 0; Keys.length > 0; batch++) {
    if (batch === MAX_BATCHES)
      throw new Error(`DynamoDB left out ${Keys.length} items of table ${table} ${MAX_BATCHES} times`);
    const { Responses, UnprocessedKeys } = await client.send(
      new BatchGetItemCommand({
        RequestItems: { [table]: { Keys, ConsistentRead: true, ...projection(key, attributes) } },
      }),
    );
    items.push(...(Responses?.[table] ?? []));
    Keys = UnprocessedKeys?.[table]?.Keys ?? [];
  }
  return items;
}

function projection(key: string, attributes: readonly string[] | undefined) {
  if (attributes === undefined) return {};
  const names = [key, ...attributes].map((name) => [`#${name}`, name] as const);
  return {
    ProjectionExpression: names.map(([placeholder]) => placeholder).join(', '),
    ExpressionAttributeNames: Object.fromEntries(names),
  };
}

/** The attributes of a fleet's own item. */
export function packed(content: unknown): { readonly [FLEET_CONTENT]: Uint8Array } {
  return { [FLEET_CONTENT]: gzipSync(JSON.stringify(content)) };
}

/** @throws Error if it is not what `packed` makes */
export function unpacked(item: { readonly [FLEET_CONTENT]?: unknown }): unknown {
  return unpackedJson(item[FLEET_CONTENT] as Uint8Array);
}
