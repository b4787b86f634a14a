import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import {
  CreateTableCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { DynamoDbEndpoint } from '../../../lib/local/aws/dynamodb-endpoint';
import { LocalAws } from '../../../lib/local/aws/local-aws';
import { AwsClients } from './aws-clients';

const TableName = 'checkpoints';
const Key = { streamId: { S: 'netskope#audit' } };
const TABLE: CreateTableCommandInput = {
  TableName,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: 'streamId', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'streamId', KeyType: 'HASH' }],
};
let aws: LocalAws;
let clients: AwsClients;

beforeEach(async () => {
  aws = await LocalAws.start();
  clients = new AwsClients(aws);
  await clients.dynamoDb.send(new CreateTableCommand(TABLE));
});

afterEach(async () => {
  clients.destroy();
  await aws.stop();
});

const putFirst = (version: string) =>
  clients.dynamoDb.send(
    new PutItemCommand({
      TableName,
      Item: { ...Key, version: { N: version } },
      ConditionExpression: 'attribute_not_exists(streamId)',
    }),
  );

const replace = (expected: string, version: string) =>
  clients.dynamoDb.send(
    new PutItemCommand({
      TableName,
      Item: { ...Key, version: { N: version } },
      ConditionExpression: 'version = :v',
      ExpressionAttributeValues: { ':v': { N: expected } },
    }),
  );

async function storedVersion(): Promise<string | undefined> {
  const { Item } = await clients.dynamoDb.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
  return Item?.['version']?.N;
}

test('describes and lists a table', async () => {
  const { Table } = await clients.dynamoDb.send(new DescribeTableCommand({ TableName }));

  expect(Table?.TableStatus).toBe('ACTIVE');
  expect((await clients.dynamoDb.send(new ListTablesCommand({}))).TableNames).toEqual(['checkpoints']);
});

test('has fifty tables ready for use, each as soon as its creation was answered', async () => {
  const engine = new DynamoDbEndpoint(undefined);
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-date': '20261122T120000Z',
    authorization:
      'AWS4-HMAC-SHA256 Credential=T/20261122/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
  };
  const apply = (operation: string, parameters: object) =>
    engine.apply({
      service: 'dynamodb',
      region: 'us-east-1',
      operation,
      method: 'POST',
      path: '/',
      query: new URLSearchParams(),
      headers: { ...headers, 'x-amz-target': `DynamoDB_20120810.${operation}` },
      body: Buffer.from(JSON.stringify(parameters)),
    });

  let ready = 0;
  for (let index = 0; index < 50; index += 1) {
    await apply('CreateTable', { ...TABLE, TableName: `table${index}` });
    const { body } = await apply('DescribeTable', { TableName: `table${index}` });
    ready += body.includes('"TableStatus":"ACTIVE"') ? 1 : 0;
  }
  await engine.stop();

  expect(ready).toBe(50);
});

test('puts an item that must not exist once, and refuses the second', async () => {
  await putFirst('1');

  await expect(putFirst('2')).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
  expect(await storedVersion()).toBe('1');
});

test('replaces an item of the version that was read, and refuses one of another version', async () => {
  await putFirst('1');
  await replace('1', '2');

  await expect(replace('1', '3')).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
  expect(await storedVersion()).toBe('2');
});

test('lets exactly one of ten racing conditional puts win', async () => {
  await putFirst('1');

  const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => replace('1', '2')));

  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('updates and queries with expressions', async () => {
  await putFirst('1');
  await clients.dynamoDb.send(
    new UpdateItemCommand({
      TableName,
      Key,
      UpdateExpression: 'SET leaseOwner = :o ADD version :one',
      ExpressionAttributeValues: { ':o': { S: 'run-1' }, ':one': { N: '1' } },
    }),
  );

  const { Items } = await clients.dynamoDb.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: 'streamId = :s',
      ExpressionAttributeValues: { ':s': { S: 'netskope#audit' } },
    }),
  );
  expect(Items).toEqual([{ ...Key, version: { N: '2' }, leaseOwner: { S: 'run-1' } }]);
});

test('updates an item of the version that was read, returns it, and refuses one of another version', async () => {
  await putFirst('1');
  const update = (expected: string) =>
    clients.dynamoDb.send(
      new UpdateItemCommand({
        TableName,
        Key,
        UpdateExpression: 'SET #version = #version + :one, backfill = :job REMOVE lease',
        ConditionExpression: 'attribute_exists(streamId) AND #version = :read',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: {
          ':one': { N: '1' },
          ':job': { M: { state: { S: 'open' } } },
          ':read': { N: expected },
        },
        ReturnValues: 'ALL_NEW',
      }),
    );

  expect((await update('1')).Attributes).toEqual({
    ...Key,
    version: { N: '2' },
    backfill: { M: { state: { S: 'open' } } },
  });
  await expect(update('1')).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
  expect(await storedVersion()).toBe('2');
});

test('deletes an item under a condition, and keeps it if the condition does not hold', async () => {
  await putFirst('1');
  const remove = (expected: string) =>
    clients.dynamoDb.send(
      new DeleteItemCommand({
        TableName,
        Key,
        ConditionExpression: 'version = :read',
        ExpressionAttributeValues: { ':read': { N: expected } },
      }),
    );

  await expect(remove('2')).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
  expect(await storedVersion()).toBe('1');
  await remove('1');
  expect(await storedVersion()).toBeUndefined();
});

test('queries with a filter, a projection and pages', async () => {
  await putFirst('1');
  const query = (version: string) =>
    clients.dynamoDb.send(
      new QueryCommand({
        TableName,
        ConsistentRead: true,
        KeyConditionExpression: 'streamId = :stream',
        FilterExpression: 'version >= :least',
        ProjectionExpression: 'version',
        ExpressionAttributeValues: { ':stream': { S: 'netskope#audit' }, ':least': { N: version } },
        Limit: 1,
      }),
    );

  expect((await query('1')).Items).toEqual([{ version: { N: '1' } }]);
  expect((await query('2')).Items).toEqual([]);
});

test('refuses what the engine would silently ignore, and writes nothing', async () => {
  await expect(
    clients.dynamoDb.send(
      new PutItemCommand({
        TableName,
        Item: Key,
        ConditionExpression: 'attribute_not_exists(streamId)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    ),
  ).rejects.toMatchObject({
    name: 'NotImplemented',
    message: expect.stringContaining('ReturnValuesOnConditionCheckFailure') as unknown,
  });
  expect(await storedVersion()).toBeUndefined();
});

test('refuses operations the engine does not have', async () => {
  await expect(
    clients.dynamoDb.send(
      new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName, Item: Key } }] }),
    ),
  ).rejects.toMatchObject({ name: 'UnknownOperationException' });
  await expect(
    clients.dynamoDb.send(
      new UpdateTimeToLiveCommand({
        TableName,
        TimeToLiveSpecification: { AttributeName: 'expiresAtS', Enabled: true },
      }),
    ),
  ).rejects.toMatchObject({ name: 'UnknownOperationException' });
});
