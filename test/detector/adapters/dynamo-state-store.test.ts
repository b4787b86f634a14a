import { randomBytes } from 'node:crypto';
import { DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { DynamoStateStore } from '../../../lambdas/detector/adapters/dynamo-state-store';
import type { GroupState } from '../../../lambdas/detector/core/group/group-state';
import { groupLife } from '../../../lambdas/detector/core/group/group-state';
import type { Stored } from '../../../lambdas/detector/core/state-store';
import { LocalAws } from '../../../lib/local/aws/local-aws';
import { createLocalDetection, LOCAL_DETECTION_TABLE } from '../../../lib/local/local-deployment';
import { NINE_S, seenRow } from '../archived';

const GROUP = 'many-deletes#0f3a';
const STATE: GroupState = { windows: [], rows: [seenRow('netskope:a', NINE_S)] };

let aws: LocalAws;
let client: DynamoDBClient;
let states: DynamoStateStore;
beforeEach(async () => {
  aws = await LocalAws.start();
  await createLocalDetection(aws);
  client = new DynamoDBClient({
    endpoint: aws.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'TEST', secretAccessKey: 'test' },
  });
  states = new DynamoStateStore(client, LOCAL_DETECTION_TABLE, () => NINE_S * 1000);
});
afterEach(async () => {
  client.destroy();
  await aws.stop();
});

async function load(): Promise<Stored<GroupState> | undefined> {
  return (await states.loadMany<GroupState>([GROUP])).get(GROUP);
}

/** Saves the state of a group of a rule with windows of an hour. */
function save(stored: Stored<GroupState>, id = GROUP): Promise<boolean> {
  return states.save(id, stored, groupLife(stored.state, 60));
}

async function expiresAtS(): Promise<string | undefined> {
  const { Item } = await client.send(
    new GetItemCommand({ TableName: LOCAL_DETECTION_TABLE, Key: { groupId: { S: GROUP } } }),
  );
  return Item?.expiresAtS?.N;
}

test('a new group has no state', async () => {
  expect(await load()).toBeUndefined();
});

test('a saved state is loaded unchanged, as the next version', async () => {
  expect(await save({ state: STATE, version: 0 })).toBe(true);
  expect(await load()).toEqual({ state: STATE, version: 1 });
});

test('a state of a later format is refused with a sentence, and stays as it is', async () => {
  await save({ state: STATE, version: 0 });
  const asOfLater = (format: string) =>
    client.send(
      new UpdateItemCommand({
        TableName: LOCAL_DETECTION_TABLE,
        Key: { groupId: { S: GROUP } },
        UpdateExpression: 'SET #format = :format',
        ExpressionAttributeNames: { '#format': 'format' },
        ExpressionAttributeValues: { ':format': { N: format } },
      }),
    );
  await asOfLater('1');
  expect(await load()).toEqual({ state: STATE, version: 1 });
  await asOfLater('2');
  await expect(load()).rejects.toMatchObject({
    name: 'NewerFormatError',
    message:
      'the state of many-deletes#0f3a has format 2, and this version knows formats up to 1: ' +
      'update to the version that has written it, or a later one',
  });
});

test('of two detectors that write the same version, the second one is refused and changes nothing', async () => {
  const other = { ...STATE, rows: [seenRow('netskope:b', NINE_S)] };
  await save({ state: STATE, version: 0 });
  expect(await save({ state: other, version: 0 })).toBe(false);
  expect(await save({ state: STATE, version: 1 })).toBe(true);
  expect(await save({ state: other, version: 1 })).toBe(false);
  expect(await load()).toEqual({ state: STATE, version: 2 });
});

test('a name that was cut inside a character is kept unchanged', async () => {
  const state = { ...STATE, rows: [seenRow('netskope:a', NINE_S, { user: 'alice \ud83d' })] };
  await save({ state, version: 0 });
  expect((await load())?.state).toEqual(state);
});

test('counts are kept for 30 days after their last write, and learned values for 400', async () => {
  await save({ state: STATE, version: 0 });
  expect(await expiresAtS()).toBe('1797930000');
  const known = { sinceS: NINE_S, values: [{ value: '192.0.2.1', lastDay: 20_779 }] };
  await save({ state: { ...STATE, known }, version: 1 });
  expect(await expiresAtS()).toBe('1829898000');
});

test('the largest state fits into an item, whatever its texts contain', async () => {
  const rows = Array.from({ length: 400 }, (_, place) =>
    seenRow(`netskope:${place}${'\u0001'.repeat(90)}`, NINE_S + place, {
      what: '\u0001'.repeat(120),
      user: '\u0001'.repeat(64),
    }),
  );
  expect(await save({ state: { windows: [], rows }, version: 0 })).toBe(true);
});

test('states are read in batches, and those left out of an answer by another call', async () => {
  const groupIds = Array.from({ length: 12 }, (_, place) => `many-deletes#${place}`);
  const what = randomBytes(180_000).toString('base64');
  const stateOf = (groupId: string) => ({ windows: [], rows: [seenRow(groupId, NINE_S, { what })] });
  for (const groupId of groupIds) await save({ state: stateOf(groupId), version: 0 }, groupId);
  const calls: string[] = [];
  aws.hooks = { before: ({ operation }) => void calls.push(operation) };
  const found = await states.loadMany([...groupIds, 'many-deletes#unknown']);
  expect([...found.keys()].sort()).toEqual([...groupIds].sort());
  for (const [groupId, stored] of found) expect(stored).toEqual({ state: stateOf(groupId), version: 1 });
  expect(calls).toEqual(['BatchGetItem', 'BatchGetItem']);
});

test('reads are consistent: they return the last write', async () => {
  const asked: unknown[] = [];
  aws.hooks = { before: ({ body }) => void asked.push(JSON.parse(body.toString())) };
  await load();
  expect(asked).toEqual([
    {
      RequestItems: {
        'netskope-audit-detection': { Keys: [{ groupId: { S: GROUP } }], ConsistentRead: true },
      },
    },
  ]);
});

test('throttling by the table is an error, so that the next delivery tries again', async () => {
  aws.hooks = {
    before: () => ({
      kind: 'error',
      status: 400,
      code: 'ProvisionedThroughputExceededException',
      message: 'no',
    }),
  };
  await expect(states.loadMany([GROUP])).rejects.toMatchObject({ name: 'StateError' });
});

describe('a refusal of DynamoDB', () => {
  beforeEach(() => {
    aws.hooks = {
      before: () => ({ kind: 'error', status: 400, code: 'AccessDeniedException', message: 'no' }),
    };
  });

  test('to read names the group', async () => {
    await expect(load()).rejects.toMatchObject({
      name: 'StateError',
      message: '1 states, many-deletes#0f3a the first, could not be read from table netskope-audit-detection',
    });
  });

  test('to write names the group', async () => {
    await expect(save({ state: STATE, version: 0 })).rejects.toMatchObject({
      name: 'StateError',
      message: 'the state of many-deletes#0f3a could not be written to table netskope-audit-detection',
    });
  });
});
