import { DescribeStackEventsCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { LocalAws } from '../../../lib/local/aws/local-aws';
import { AwsClients, sendRaw } from './aws-clients';

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

const describeStack = (StackName?: string) =>
  clients.cloudFormation.send(new DescribeStacksCommand({ StackName }));

test('returns the outputs of a stack, whatever characters they have', async () => {
  aws.stacks.put('NetskopeAudit', {
    ArchiveBucket: 'archive-1',
    Sources: '[{"sourceId":"netskope","label":"Tom & <Jerry>"}]',
  });

  const { Stacks } = await describeStack('NetskopeAudit');

  expect(Stacks).toEqual([
    expect.objectContaining({
      StackName: 'NetskopeAudit',
      StackStatus: 'CREATE_COMPLETE',
      CreationTime: new Date('2026-11-22T12:00:00Z'),
      Outputs: [
        { OutputKey: 'ArchiveBucket', OutputValue: 'archive-1' },
        { OutputKey: 'Sources', OutputValue: '[{"sourceId":"netskope","label":"Tom & <Jerry>"}]' },
      ],
    }),
  ]);
});

test('finds a stack by its id as well, which stays when its outputs change', async () => {
  aws.stacks.put('NetskopeAudit', { ArchiveBucket: 'archive-1' });
  const id = (await describeStack('NetskopeAudit')).Stacks?.[0]?.StackId ?? '';
  aws.stacks.put('NetskopeAudit', { ArchiveBucket: 'archive-2' });

  expect(id).toMatch(/^arn:aws:cloudformation:us-east-1:000000000000:stack\/NetskopeAudit\/[0-9a-f-]{36}$/);
  expect((await describeStack(id)).Stacks?.[0]?.Outputs).toEqual([
    { OutputKey: 'ArchiveBucket', OutputValue: 'archive-2' },
  ]);
});

test('answers for an unknown stack as CloudFormation does', async () => {
  await expect(describeStack('NetskopeAuditSources2')).rejects.toMatchObject({
    name: 'ValidationError',
    message: 'Stack with id NetskopeAuditSources2 does not exist',
    $metadata: { httpStatusCode: 400 },
  });
});

test('refuses operations and parameters that it does not have', async () => {
  aws.stacks.put('NetskopeAudit', {});

  await expect(describeStack()).rejects.toMatchObject({ name: 'NotImplemented' });
  await expect(
    clients.cloudFormation.send(new DescribeStacksCommand({ StackName: 'NetskopeAudit', NextToken: 'x' })),
  ).rejects.toMatchObject({
    name: 'NotImplemented',
    message: expect.stringContaining('NextToken') as unknown,
  });
  await expect(
    clients.cloudFormation.send(new DescribeStackEventsCommand({ StackName: 'NetskopeAudit' })),
  ).rejects.toMatchObject({ name: 'InvalidAction' });
});

test.each([
  ['another version of the API', 'Action=DescribeStacks&Version=2011-06-15&StackName=a', {}],
  ['no action', 'Version=2010-05-15&StackName=a', {}],
  [
    'a body that is no form',
    'Action=DescribeStacks&Version=2010-05-15&StackName=a',
    { 'content-type': 'text/plain' },
  ],
])('refuses %s', async (_, body, headers) => {
  aws.stacks.put('a', {});
  const { status, text } = await sendRaw(aws, {
    service: 'cloudformation',
    method: 'POST',
    path: '/',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body,
  });

  expect(status).toBe(400);
  expect(text).toContain('<Code>InvalidAction</Code>');
});
