import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { LocalAws } from '../../../lib/local/aws/local-aws';
import type { AwsCall } from '../../../lib/local/aws/wire/aws-call';
import { AwsClients, sendRaw } from './aws-clients';

const Bucket = 'archive';
let aws: LocalAws;
let clients: AwsClients;

beforeEach(async () => {
  aws = await LocalAws.start();
  clients = new AwsClients(aws);
  await aws.objects.createBucket(Bucket);
});

afterEach(async () => {
  clients.destroy();
  await aws.stop();
});

const put = (Key: string) => clients.s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));

test('shows each call to the hooks: before it is applied, and after', async () => {
  const seen: unknown[] = [];
  const note =
    (moment: string) =>
    ({ service, operation, bucket, key, body }: AwsCall) => {
      seen.push([moment, service, operation, bucket, key, body.toString(), [...aws.objects.keys(Bucket)]]);
    };
  aws.hooks = { before: note('before'), after: note('after') };

  await put('a');

  expect(seen).toEqual([
    ['before', 's3', 'PutObject', 'archive', 'a', 'x', []],
    ['after', 's3', 'PutObject', 'archive', 'a', 'x', ['a']],
  ]);
});

test('waits for a hook before it applies a call', async () => {
  let release = () => {};
  const arrived = new Promise<void>((resolve) => {
    aws.hooks = {
      before: () => {
        resolve();
        return new Promise<void>((go) => (release = go));
      },
    };
  });

  const answered = put('a');
  await arrived;
  const keysWhileHeld = [...aws.objects.keys(Bucket)];
  release();
  await answered;

  expect([keysWhileHeld, aws.objects.keys(Bucket)]).toEqual([[], ['a']]);
});

test('lets a fault before a call replace the call', async () => {
  aws.hooks = {
    before: () => ({ kind: 'error', status: 503, code: 'SlowDown', message: 'Reduce your rate.' }),
  };

  await expect(put('a')).rejects.toMatchObject({ name: 'SlowDown', $metadata: { httpStatusCode: 503 } });
  expect(aws.objects.keys(Bucket)).toEqual([]);
});

test('lets a fault after a call replace the answer only', async () => {
  aws.hooks = { after: () => ({ kind: 'error', status: 500, code: 'InternalError', message: 'Lost.' }) };

  await expect(put('a')).rejects.toMatchObject({ name: 'InternalError' });
  expect(aws.objects.keys(Bucket)).toEqual(['a']);
});

test('resets the connection instead of answering, before or after the call', async () => {
  aws.hooks = { before: () => ({ kind: 'reset' }) };
  await expect(put('before')).rejects.toThrow('ECONNRESET');

  aws.hooks = { after: () => ({ kind: 'reset' }) };
  await expect(put('after')).rejects.toThrow('ECONNRESET');

  expect(aws.objects.keys(Bucket)).toEqual(['after']);
});

test('applies a call whose client died after sending it, as AWS would, and goes on serving', async () => {
  let disconnect = () => {};
  const applied = new Promise<void>((resolve) => {
    aws.hooks = {
      before: () => disconnect(),
      after: () => {
        resolve();
        return { kind: 'reset' };
      },
    };
  });
  const dying = new AwsClients(aws);
  disconnect = () => dying.destroy();

  const answered = dying.s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x' }));
  await Promise.all([applied, expect(answered).rejects.toThrow('socket hang up')]);
  aws.hooks = {};
  await put('b');

  expect(aws.objects.keys(Bucket)).toEqual(['a', 'b']);
});

test('writes a fault in the protocol of the called service', async () => {
  aws.hooks = {
    before: () => ({ kind: 'error', status: 400, code: 'ThrottlingException', message: 'Rate exceeded' }),
  };

  await expect(
    clients.dynamoDb.send(new PutItemCommand({ TableName: 'table', Item: {} })),
  ).rejects.toMatchObject({ name: 'ThrottlingException', message: 'Rate exceeded' });
  await expect(
    clients.secretsManager.send(new PutSecretValueCommand({ SecretId: 'a', SecretString: 'b' })),
  ).rejects.toMatchObject({ name: 'ThrottlingException' });
});

test('answers 500 when a hook throws, instead of hanging', async () => {
  aws.hooks = {
    before: () => {
      throw new Error('a mistake in the test');
    },
  };

  await expect(put('a')).rejects.toMatchObject({
    name: 'InternalError',
    message: expect.stringContaining('a mistake in the test') as unknown,
  });
});

test('stops while a hook still holds a call, and does not apply that call any more', async () => {
  let release = () => {};
  const arrived = new Promise<void>((resolve) => {
    aws.hooks = {
      before: () => {
        resolve();
        return new Promise<void>((go) => (release = go));
      },
    };
  });
  const answered = put('a');
  await arrived;

  await Promise.all([aws.stop(), expect(answered).rejects.toThrow('socket hang up')]);
  release();
  await new Promise(setImmediate);
  expect(aws.objects.keys(Bucket)).toEqual([]);
});

test('refuses unsigned requests as each protocol does', async () => {
  const target = {
    'x-amz-target': 'DynamoDB_20120810.ListTables',
    'content-type': 'application/x-amz-json-1.0',
  };

  const json = await sendRaw(aws, { method: 'POST', path: '/', headers: target, body: '{}' });
  const xml = await sendRaw(aws, { method: 'GET', path: '/archive/a' });

  expect([json.status, json.text]).toEqual([
    400,
    '{"__type":"MissingAuthenticationTokenException","message":"Request is missing Authentication Token"}',
  ]);
  expect([xml.status, xml.text]).toEqual([403, expect.stringContaining('<Code>AccessDenied</Code>')]);
});

test('refuses a malformed signature, an unknown service, and a target that is not of the service', async () => {
  const malformed = await sendRaw(aws, { method: 'GET', path: '/', headers: { authorization: 'Bearer x' } });
  const foreign = await sendRaw(aws, { service: 'sqs', method: 'POST', path: '/' });
  const crossed = await sendRaw(aws, {
    service: 'secretsmanager',
    method: 'POST',
    path: '/',
    headers: { 'x-amz-target': 'SecretsManager.DescribeSecret' },
    body: '{"SecretId":"a"}',
  });

  expect(malformed).toMatchObject({
    status: 400,
    text: expect.stringContaining('AuthorizationHeaderMalformed') as unknown,
  });
  expect(foreign).toMatchObject({ status: 501, text: expect.stringContaining('sqs') as unknown });
  expect(crossed).toMatchObject({
    status: 400,
    text: expect.stringContaining('UnknownOperationException') as unknown,
  });
});

test('listens on the loopback address only', () => {
  expect(aws.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  return expect(fetch(aws.url.replace('127.0.0.1', '[::1]'))).rejects.toThrow('fetch failed');
});

test('provides an environment that sends the SDK here, whatever the caller had set', async () => {
  const script = `
    const { S3Client, PutObjectCommand } = require('@aws-sdk/client-s3');
    new S3Client().send(new PutObjectCommand({ Bucket: 'archive', Key: 'child', Body: 'x' }));`;
  const elsewhere = {
    AWS_PROFILE: 'production',
    AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9',
    AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true',
    AWS_USE_FIPS_ENDPOINT: 'true',
    AWS_REGION: 'eu-central-1',
    AWS_CONFIG_FILE: '/nowhere',
  };

  await promisify(execFile)(process.execPath, ['-e', script], {
    env: { ...process.env, ...elsewhere, ...aws.environment() },
  });

  expect(aws.objects.keys(Bucket)).toEqual(['child']);
});

test('names itself as the endpoint of every service it has', () => {
  const endpoints = Object.entries(aws.environment()).filter(([, value]) => value === aws.url);

  expect(endpoints.map(([name]) => name).sort()).toEqual([
    'AWS_ENDPOINT_URL',
    'AWS_ENDPOINT_URL_CLOUDFORMATION',
    'AWS_ENDPOINT_URL_CLOUDWATCH',
    'AWS_ENDPOINT_URL_DYNAMODB',
    'AWS_ENDPOINT_URL_EVENTBRIDGE',
    'AWS_ENDPOINT_URL_LAMBDA',
    'AWS_ENDPOINT_URL_S3',
    'AWS_ENDPOINT_URL_SECRETS_MANAGER',
    'AWS_ENDPOINT_URL_SNS',
    'AWS_ENDPOINT_URL_STS',
  ]);
});

describe('a request for another host, as sent by a web page whose name resolves to this machine', () => {
  const raw = { service: 'secretsmanager', method: 'POST', path: '/', body: '{}' };
  const target = {
    'x-amz-target': 'secretsmanager.ListSecrets',
    'content-type': 'application/x-amz-json-1.1',
  };

  test.each(['evil.example', 'evil.example:80', '127.0.0.1.evil.example', '169.254.169.254', ''])(
    'is refused: %j',
    async (host) => {
      const { status, text } = await sendRaw(aws, { ...raw, headers: { ...target, host } });
      expect(status).toBeGreaterThanOrEqual(400);
      if (host !== '') expect([status, text.includes('ForeignHost')]).toEqual([403, true]);
    },
  );

  test.each(['127.0.0.1', 'localhost:4566', '[::1]'])(
    'is accepted for a name of this machine: %s',
    async (host) => {
      const { text } = await sendRaw(aws, { ...raw, headers: { ...target, host } });
      expect(text).not.toContain('ForeignHost');
    },
  );
});

describe('an endpoint with a key of its own', () => {
  let own: LocalAws;
  beforeEach(async () => {
    own = await LocalAws.start({ accessKey: 'own' });
  });
  afterEach(() => own.stop());

  test('creates a new one at each start, which is in the environment for the SDK', async () => {
    const other = await LocalAws.start({ accessKey: 'own' });
    const keys = [own, other].map((endpoint) => endpoint.environment()['AWS_ACCESS_KEY_ID']);
    await other.stop();
    expect(keys[0]).toMatch(/^LOCAL[0-9A-F]{32}$/);
    expect(keys[1]).not.toBe(keys[0]);
    expect(own.credentials('operator').accessKeyId).toBe(keys[0]);
  });

  test('refuses every other key, in the words of each service', async () => {
    const strangers = new AwsClients(own);
    await expect(
      strangers.s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x' })),
    ).rejects.toMatchObject({
      name: 'InvalidAccessKeyId',
    });
    await expect(
      strangers.secretsManager.send(new PutSecretValueCommand({ SecretId: 'a', SecretString: 'b' })),
    ).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
    await expect(
      strangers.dynamoDb.send(new PutItemCommand({ TableName: 'table', Item: {} })),
    ).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
    strangers.destroy();
  });

  test('accepts its own', async () => {
    await own.objects.createBucket(Bucket);
    const s3 = new S3Client({ endpoint: own.url, region: 'us-east-1', credentials: own.credentials('me') });
    await s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x' }));
    s3.destroy();
    expect(own.objects.keys(Bucket)).toEqual(['a']);
  });
});

test('the engine of the tables has no port of its own: no call to it leaves the process', async () => {
  const calls = jest.spyOn(globalThis, 'fetch');
  await clients.dynamoDb
    .send(new PutItemCommand({ TableName: 'checkpoints', Item: { streamId: { S: 'a' } } }))
    .catch(() => undefined);
  expect(calls).not.toHaveBeenCalled();
  calls.mockRestore();
});
