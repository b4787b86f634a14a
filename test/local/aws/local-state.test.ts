import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { CreateTableCommand, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
} from '@aws-sdk/client-secrets-manager';
import { LocalAws } from '../../../lib/local/aws/local-aws';
import { AwsClients } from './aws-clients';

const TOKEN = 'a-real-token-of-a-developer';
let stateDir: string;

beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'local-aws-'));
});

afterEach(() => rmSync(stateDir, { recursive: true, force: true }));

async function withAws<T>(use: (clients: AwsClients, aws: LocalAws) => Promise<T>): Promise<T> {
  const aws = await LocalAws.start({ stateDir });
  const clients = new AwsClients(aws);
  try {
    return await use(clients, aws);
  } finally {
    clients.destroy();
    await aws.stop();
  }
}

function fillState({ s3, dynamoDb, cloudWatch, secretsManager }: AwsClients): Promise<unknown> {
  const Body = gzipSync('{"_id":"1"}\n');
  return Promise.all([
    s3.send(new CreateBucketCommand({ Bucket: 'archive' })).then(() =>
      s3.send(
        new PutObjectCommand({
          Bucket: 'archive',
          Key: 'dt=2026/a.ndjson.gz',
          Body,
          Metadata: { run: '1' },
        }),
      ),
    ),
    dynamoDb
      .send(
        new CreateTableCommand({
          TableName: 'checkpoints',
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [{ AttributeName: 'streamId', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'streamId', KeyType: 'HASH' }],
        }),
      )
      .then(() =>
        dynamoDb.send(
          new PutItemCommand({
            TableName: 'checkpoints',
            Item: { streamId: { S: 'a' }, version: { N: '7' } },
          }),
        ),
      ),
    cloudWatch.send(
      new PutMetricDataCommand({ Namespace: 'N', MetricData: [{ MetricName: 'M', Value: 3 }] }),
    ),
    secretsManager.send(new CreateSecretCommand({ Name: 'netskope', SecretString: TOKEN })),
  ]);
}

function filesBelow(folder: string): string[] {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return paths.map((path) => join(folder, path)).filter((path) => statSync(path).isFile());
}

test('keeps objects, tables and metrics over a restart', async () => {
  await withAws(fillState);

  await withAws(async ({ s3, dynamoDb }, aws) => {
    const object = await s3.send(new GetObjectCommand({ Bucket: 'archive', Key: 'dt=2026/a.ndjson.gz' }));
    const { Item } = await dynamoDb.send(
      new GetItemCommand({ TableName: 'checkpoints', Key: { streamId: { S: 'a' } } }),
    );
    expect(gunzipSync((await object.Body?.transformToByteArray()) ?? Buffer.alloc(0)).toString()).toBe(
      '{"_id":"1"}\n',
    );
    expect(object.Metadata).toEqual({ run: '1' });
    expect(Item).toEqual({ streamId: { S: 'a' }, version: { N: '7' } });
    expect(aws.metrics.points('N', 'M', {})).toMatchObject([{ sum: 3 }]);
  });
});

test('never writes a secret value to disk: after a restart the secret is there and is empty', async () => {
  await withAws(async (clients) => {
    await fillState(clients);
    await clients.secretsManager.send(new CreateSecretCommand({ Name: 'another' }));
    expect(filesBelow(stateDir).filter((file) => readFileSync(file).includes(TOKEN))).toEqual([]);
  });

  await withAws(async ({ secretsManager }) => {
    const SecretId = 'netskope';
    expect((await secretsManager.send(new DescribeSecretCommand({ SecretId }))).Name).toBe('netskope');
    await expect(secretsManager.send(new GetSecretValueCommand({ SecretId }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});

test('keeps an object as a file that a person can open, and nothing else beside it', async () => {
  await withAws(fillState);

  expect(filesBelow(join(stateDir, 's3'))).toEqual([join(stateDir, 's3/archive/dt=2026/a.ndjson.gz')]);
  expect(gunzipSync(readFileSync(join(stateDir, 's3/archive/dt=2026/a.ndjson.gz'))).toString()).toBe(
    '{"_id":"1"}\n',
  );
});

test('grants a conditional put only once, over a restart too', async () => {
  await withAws(fillState);

  await withAws(async ({ s3 }) => {
    await expect(
      s3.send(
        new PutObjectCommand({
          Bucket: 'archive',
          Key: 'dt=2026/a.ndjson.gz',
          Body: 'other',
          IfNoneMatch: '*',
        }),
      ),
    ).rejects.toMatchObject({ name: 'PreconditionFailed' });
  });
});

test('lets one of ten racing conditional puts win on disk, and tells the others why', async () => {
  await withAws(async (_, { objects }) => {
    await objects.createBucket('archive');
    const attributes = { contentType: 'text/plain', userMetadata: {} };
    const outcomes = await Promise.allSettled(
      Array.from({ length: 10 }, (_racer, index) =>
        objects.put({
          bucket: 'archive',
          key: 'a',
          body: Buffer.from(`${index}`),
          attributes,
          onlyIfAbsent: true,
        }),
      ),
    );

    const losers = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
    );
    expect(losers).toHaveLength(9);
    for (const loser of losers) expect(loser).toMatchObject({ code: 'PreconditionFailed' });
    expect((await objects.read('archive', 'a')).body.toString()).toBe('0');
  });
});

test('serves the file of an object as it lies there, whoever changed it', async () => {
  await withAws(fillState);
  writeFileSync(join(stateDir, 's3/archive/dt=2026/a.ndjson.gz'), 'changed');

  await withAws(async ({ s3 }) => {
    const object = await s3.send(new GetObjectCommand({ Bucket: 'archive', Key: 'dt=2026/a.ndjson.gz' }));
    expect(await object.Body?.transformToString()).toBe('changed');
    expect(object.Metadata).toEqual({ run: '1' });
  });
});

test('has an object for a file that was copied in, but none for what macOS leaves in a folder', async () => {
  await withAws(fillState);
  writeFileSync(join(stateDir, 's3/archive/dt=2026/copied.gz'), 'copied');
  writeFileSync(join(stateDir, 's3/archive/dt=2026/.DS_Store'), 'looked at');

  await withAws(async ({ s3 }, aws) => {
    expect(aws.objects.keys('archive')).toEqual(['dt=2026/a.ndjson.gz', 'dt=2026/copied.gz']);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'archive', Key: 'dt=2026/copied.gz' }));
    expect(await Body?.transformToString()).toBe('copied');
  });
});

test('has no object if the process died after its description and before its bytes', async () => {
  await withAws(fillState);
  rmSync(join(stateDir, 's3/archive/dt=2026/a.ndjson.gz'));

  await withAws(async ({ s3 }, aws) => {
    expect(aws.objects.keys('archive')).toEqual([]);
    await s3.send(
      new PutObjectCommand({
        Bucket: 'archive',
        Key: 'dt=2026/a.ndjson.gz',
        Body: 'again',
        IfNoneMatch: '*',
      }),
    );
    expect(aws.objects.keys('archive')).toEqual(['dt=2026/a.ndjson.gz']);
  });
});

test('refuses to overwrite a file that was copied in since it started', async () => {
  await withAws(fillState);

  await withAws(async ({ s3 }) => {
    writeFileSync(join(stateDir, 's3/archive/stray'), 'kept');
    await expect(
      s3.send(new PutObjectCommand({ Bucket: 'archive', Key: 'stray', Body: 'x' })),
    ).rejects.toMatchObject({ name: 'InternalError' });
  });
  expect(readFileSync(join(stateDir, 's3/archive/stray'), 'utf8')).toBe('kept');
});

test('drops a metric line that was cut by a killed process, and goes on after it', async () => {
  await withAws(fillState);
  appendFileSync(join(stateDir, 'metrics.ndjson'), '{"namespace":"N","metr');

  await withAws(({ cloudWatch }) =>
    cloudWatch.send(
      new PutMetricDataCommand({ Namespace: 'N', MetricData: [{ MetricName: 'M', Value: 4 }] }),
    ),
  );
  await withAws(async (_, aws) => {
    expect(aws.metrics.points('N', 'M', {}).map(({ sum }) => sum)).toEqual([3, 4]);
  });
});

test('refuses a folder that a living process uses, and takes over that of a dead one', async () => {
  await withAws(async () => {
    await expect(LocalAws.start({ stateDir })).rejects.toThrow('is in use by process');
  });

  writeFileSync(join(stateDir, 'in-use-by.pid'), '4194305\n');
  await withAws(async (_, aws) => {
    expect(aws.metrics.all()).toEqual([]);
  });
});

test("is its user's alone: folders 0700, files 0600, even if the folder was open before", async () => {
  const umask = process.umask(0o022);
  stateDir = join(stateDir, 'open');
  mkdirSync(stateDir);
  chmodSync(stateDir, 0o755);
  await withAws(async (clients) => {
    await fillState(clients);
    const found = readdirSync(stateDir, { recursive: true, withFileTypes: true });
    const modes = found.map((item) => {
      const mode = statSync(join(item.parentPath, item.name)).mode & 0o777;
      return `${item.isDirectory() ? 'folder' : 'file'} ${mode.toString(8)}`;
    });
    expect(new Set(modes)).toEqual(new Set(['folder 700', 'file 600']));
    expect(statSync(stateDir).mode & 0o777).toBe(0o700);
  });
  process.umask(umask);
});

describe('a state file that is broken is named, with what to do', () => {
  test.each([
    [
      'secrets.json',
      '{"name":',
      'holds no JSON (8 characters), expected a list of secrets. Delete it: it holds names only, and the next start makes them anew.',
    ],
    [
      'secrets.json',
      '{"name":"a"}',
      'holds other JSON, expected a list of secrets. Delete it: it holds names only, and the next start makes them anew.',
    ],
    [
      's3-metadata/archive/dt=2026/a.ndjson.gz',
      'not JSON',
      "holds no JSON (8 characters), expected an object's description. Restore it from a copy, or delete it together with ",
    ],
  ])('%s that holds %s', async (file, content, problem) => {
    await withAws(fillState);
    const path = join(stateDir, file);
    writeFileSync(path, content);
    await expect(LocalAws.start({ stateDir })).rejects.toThrow(
      `The state file ${path} is broken: it ${problem}`,
    );
    rmSync(path);
    await withAws(async () => undefined); // the folder is released again
  });

  test('a line of the metrics', async () => {
    await withAws(fillState);
    const path = join(stateDir, 'metrics.ndjson');
    appendFileSync(path, 'not JSON\n');
    await expect(LocalAws.start({ stateDir })).rejects.toThrow(
      `The state file ${path}, line 2, is broken: it holds no JSON (8 characters), expected a metric point. Delete the line, or the file: only metrics of earlier starts are lost.`,
    );
  });
});
