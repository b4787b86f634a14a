import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import { LocalAws } from '../../../lib/local/aws/local-aws';
import { AwsClients, sendRaw } from './aws-clients';

const Name = 'netskope/token';
const TOKEN_A = '00000000-0000-4000-8000-00000000000a';
const TOKEN_B = '00000000-0000-4000-8000-00000000000b';
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

const create = (SecretString?: string) =>
  clients.secretsManager.send(new CreateSecretCommand({ Name, SecretString, ClientRequestToken: TOKEN_A }));
const put = (SecretString: string, ClientRequestToken?: string) =>
  clients.secretsManager.send(
    new PutSecretValueCommand({ SecretId: Name, SecretString, ClientRequestToken }),
  );
const get = (SecretId = Name, VersionStage?: string) =>
  clients.secretsManager.send(new GetSecretValueCommand({ SecretId, VersionStage }));

test('returns a value by name and by ARN', async () => {
  const { ARN } = await create('{"token":"t1"}');

  expect((await get()).SecretString).toBe('{"token":"t1"}');
  expect(await get(ARN)).toMatchObject({
    Name,
    ARN,
    SecretString: '{"token":"t1"}',
    VersionId: TOKEN_A,
    VersionStages: ['AWSCURRENT'],
    CreatedDate: new Date('2026-11-22T12:00:00Z'),
  });
});

test('answers for a secret that was never filled as for one that does not exist', async () => {
  await create();

  await expect(get()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await expect(get('unknown')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('makes a new value the current one and keeps the previous one', async () => {
  await create('old');
  await put('new', TOKEN_B);

  expect((await get()).SecretString).toBe('new');
  expect((await get(Name, 'AWSPREVIOUS')).SecretString).toBe('old');
  expect(await clients.secretsManager.send(new DescribeSecretCommand({ SecretId: Name }))).toMatchObject({
    Name,
    VersionIdsToStages: { [TOKEN_B]: ['AWSCURRENT'], [TOKEN_A]: ['AWSPREVIOUS'] },
  });
});

test('describes a secret without its value', async () => {
  await create('top-secret');

  const description = await clients.secretsManager.send(new DescribeSecretCommand({ SecretId: Name }));
  expect(JSON.stringify(description)).not.toContain('top-secret');
});

test('lets a retried write with the same request token succeed once, and refuses another value for it', async () => {
  await create('first');
  await create('first');
  await put('second', TOKEN_B);
  await put('second', TOKEN_B);

  expect(aws.secrets.find(Name).versions).toHaveLength(2);
  await expect(put('third', TOKEN_B)).rejects.toMatchObject({ name: 'ResourceExistsException' });
  await expect(create('third')).rejects.toMatchObject({ name: 'ResourceExistsException' });
});

test('refuses operations and parameters it does not have', async () => {
  await create('value');
  const refused = { name: 'UnknownOperationException' };

  await expect(
    clients.secretsManager.send(new DeleteSecretCommand({ SecretId: Name })),
  ).rejects.toMatchObject(refused);
  await expect(
    clients.secretsManager.send(new RotateSecretCommand({ SecretId: Name })),
  ).rejects.toMatchObject(refused);
  await expect(
    clients.secretsManager.send(
      new PutSecretValueCommand({ SecretId: Name, SecretString: 'v', VersionStages: ['MINE'] }),
    ),
  ).rejects.toMatchObject({ name: 'NotImplemented' });
});

test('never repeats a secret value in a refusal', async () => {
  const { status, text } = await sendRaw(aws, {
    service: 'secretsmanager',
    method: 'POST',
    path: '/',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'secretsmanager.PutSecretValue',
    },
    body: '{"SecretId":1,"SecretString":["top-secret"],"ClientRequestToken":"short"}',
  });

  expect(status).toBe(400);
  expect(text).toContain('InvalidParameterException');
  expect(text).not.toContain('top-secret');
});
