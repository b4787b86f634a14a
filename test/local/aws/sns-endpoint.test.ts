import type { PublishCommandInput } from '@aws-sdk/client-sns';
import {
  ListSubscriptionsByTopicCommand,
  paginateListSubscriptionsByTopic,
  PublishCommand,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { LocalAws } from '../../../lib/local/aws/local-aws';
import { AwsClients } from './aws-clients';

const TopicArn = 'arn:aws:sns:us-east-1:000000000000:alarms';
let aws: LocalAws;
let clients: AwsClients;

beforeEach(async () => {
  aws = await LocalAws.start({ nowMs: () => Date.UTC(2026, 10, 22, 12, 0, 0) });
  clients = new AwsClients(aws);
});

afterEach(async () => {
  clients.destroy();
  await aws.stop();
});

const publish = (options: Partial<PublishCommandInput> = {}) =>
  clients.sns.send(new PublishCommand({ TopicArn, Message: 'text', ...options }));

test('lists the subscribers, and which of them have not confirmed yet', async () => {
  aws.topics.put(TopicArn, [
    { protocol: 'email', endpoint: 'soc@example.com' },
    { protocol: 'email', endpoint: 'new&old@example.com', isConfirmed: false },
  ]);

  const { Subscriptions } = await clients.sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));

  expect(Subscriptions).toEqual([
    {
      SubscriptionArn: expect.stringMatching(
        /^arn:aws:sns:us-east-1:000000000000:alarms:[0-9a-f-]{36}$/,
      ) as unknown,
      Owner: '000000000000',
      Protocol: 'email',
      Endpoint: 'soc@example.com',
      TopicArn,
    },
    expect.objectContaining({ SubscriptionArn: 'PendingConfirmation', Endpoint: 'new&old@example.com' }),
  ]);
});

test('lists a hundred subscriptions in one answer, and all of them in several', async () => {
  const endpoints = Array.from({ length: 250 }, (_, number) => `${number}@example.com`);
  aws.topics.put(
    TopicArn,
    endpoints.map((endpoint) => ({ protocol: 'email', endpoint })),
  );

  const pages: (string | undefined)[][] = [];
  for await (const { Subscriptions } of paginateListSubscriptionsByTopic(
    { client: clients.sns },
    { TopicArn },
  ))
    pages.push(Subscriptions?.map(({ Endpoint }) => Endpoint) ?? []);

  expect(pages.map(({ length }) => length)).toEqual([100, 100, 50]);
  expect(pages.flat()).toEqual(endpoints);
});

test('answers an empty list for a topic without subscriptions', async () => {
  aws.topics.put(TopicArn);

  const { Subscriptions } = await clients.sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));

  expect(Subscriptions ?? []).toEqual([]);
});

test('keeps what was published, in order, even if the subscriptions change', async () => {
  aws.topics.put(TopicArn);
  const { MessageId } = await publish({ Message: 'Zeile 1\nÄ & <b>', Subject: 'Test alarm' });
  aws.topics.put(TopicArn, [{ protocol: 'email', endpoint: 'soc@example.com' }]);
  await publish({ Message: 'second' });

  expect(aws.topics.published(TopicArn)).toEqual([
    {
      messageId: MessageId,
      message: 'Zeile 1\nÄ & <b>',
      subject: 'Test alarm',
      publishedAtMs: 1_795_348_800_000,
    },
    expect.objectContaining({ message: 'second' }),
  ]);
});

test('keeps a message by protocol as it was published', async () => {
  aws.topics.put(TopicArn);
  await publish({ MessageStructure: 'json', Message: '{"default":"text","sqs":"{}"}' });

  expect(aws.topics.published(TopicArn)).toMatchObject([{ message: '{"default":"text","sqs":"{}"}' }]);
});

test('answers for an unknown topic as SNS does', async () => {
  const missing = { name: 'NotFoundException', message: 'Topic does not exist' };

  await expect(publish()).rejects.toMatchObject(missing);
  await expect(clients.sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }))).rejects.toMatchObject(
    missing,
  );
});

test.each<[string, Partial<PublishCommandInput>]>([
  ['an empty message', { Message: '' }],
  ['a message above 256 KiB', { Message: 'x'.repeat(262_145) }],
  ['a subject above 100 characters', { Subject: 'x'.repeat(101) }],
  ['a subject with a line break', { Subject: 'a\nb' }],
  ['a message by protocol that is not JSON', { MessageStructure: 'json', Message: 'text' }],
  ['a message by protocol without a default', { MessageStructure: 'json', Message: '{"email":"text"}' }],
  ['a message structure that is not json', { MessageStructure: 'xml', Message: '{"default":"text"}' }],
])('refuses %s, and publishes nothing', async (_, options) => {
  aws.topics.put(TopicArn);

  await expect(publish(options)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  expect(aws.topics.published(TopicArn)).toEqual([]);
});

test('keeps the attributes of a message', async () => {
  aws.topics.put(TopicArn);
  const text = (StringValue: string) => ({ DataType: 'String', StringValue });
  await publish({ MessageAttributes: { severity: text('high'), source: text('emea') } });
  expect(aws.topics.published(TopicArn).map(({ attributes }) => attributes)).toEqual([
    { severity: 'high', source: 'emea' },
  ]);
});

test('refuses operations, parameters and tokens it does not have', async () => {
  aws.topics.put(TopicArn);
  const MessageAttributes = { a: { DataType: 'Binary', BinaryValue: Buffer.from('b') } };

  await expect(publish({ MessageAttributes })).rejects.toMatchObject({ name: 'NotImplemented' });
  await expect(
    clients.sns.send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: 'a@example.com' })),
  ).rejects.toMatchObject({ name: 'InvalidAction' });
  await expect(
    clients.sns.send(new ListSubscriptionsByTopicCommand({ TopicArn, NextToken: 'abc' })),
  ).rejects.toMatchObject({ name: 'InvalidParameterException' });
});
