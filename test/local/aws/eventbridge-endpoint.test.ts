import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { LocalAws } from '../../../lib/local/aws/local-aws';

let aws: LocalAws;
let client: EventBridgeClient;
beforeEach(async () => {
  aws = await LocalAws.start();
  client = new EventBridgeClient({
    endpoint: aws.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'TEST', secretAccessKey: 'test' },
  });
});
afterEach(async () => {
  client.destroy();
  await aws.stop();
});

const ENTRY = { Source: 'test', DetailType: 'Something', Detail: '{"a":1}' };

test('keeps what is put on the default bus, in order', async () => {
  const { FailedEntryCount, Entries } = await client.send(
    new PutEventsCommand({ Entries: [ENTRY, { ...ENTRY, Detail: '{"a":2}' }] }),
  );
  expect([FailedEntryCount, Entries?.length]).toEqual([0, 2]);
  expect(aws.bus.map(({ Detail }) => Detail)).toEqual(['{"a":1}', '{"a":2}']);
});

test('refuses what it would have to ignore', async () => {
  const elsewhere = { ...ENTRY, EventBusName: 'another-bus' };
  await expect(client.send(new PutEventsCommand({ Entries: [elsewhere] }))).rejects.toMatchObject({
    name: 'NotImplemented',
  });
  expect(aws.bus).toEqual([]);
});
