import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { LocalAws } from '../../../../lib/local/aws/local-aws';
import { AwsClients } from '../aws-clients';

const Bucket = 'archive';
let aws: LocalAws;
let clients: AwsClients;

beforeEach(async () => {
  aws = await LocalAws.start({ nowMs: () => Date.UTC(2026, 10, 22, 12, 0, 0) });
  clients = new AwsClients(aws);
  await clients.s3.send(new CreateBucketCommand({ Bucket }));
});

afterEach(async () => {
  clients.destroy();
  await aws.stop();
});

async function stored(Key: string): Promise<Buffer> {
  const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket, Key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

test('returns an object byte for byte, with everything that was stored about it', async () => {
  const body = gzipSync('{"_id":"1"}\n');

  await clients.s3.send(
    new PutObjectCommand({
      Bucket,
      Key: 'source=netskope/dt=2026-11-22/a b+c.ndjson.gz',
      Body: body,
      ContentType: 'application/x-ndjson',
      ContentEncoding: 'gzip',
      Metadata: { 'Run-Id': 'run-1' },
    }),
  );

  const answer = await clients.s3.send(
    new GetObjectCommand({ Bucket, Key: 'source=netskope/dt=2026-11-22/a b+c.ndjson.gz' }),
  );
  expect(Buffer.from((await answer.Body?.transformToByteArray()) ?? [])).toEqual(body);
  expect(answer).toMatchObject({
    ContentType: 'application/x-ndjson',
    ContentEncoding: 'gzip',
    ContentLength: body.length,
    Metadata: { 'run-id': 'run-1' },
    LastModified: new Date('2026-11-22T12:00:00Z'),
  });
});

test('answers with the MD5 as ETag and with the checksum that was verified', async () => {
  const put = await clients.s3.send(
    new PutObjectCommand({ Bucket, Key: 'a', Body: Buffer.from('123456789') }),
  );
  const head = await clients.s3.send(new HeadObjectCommand({ Bucket, Key: 'a', ChecksumMode: 'ENABLED' }));

  const expected = { ETag: '"25f9e794323b453885f5181f1b624d0b"', ChecksumCRC32: 'y/Q5Jg==' };
  expect(put).toMatchObject({ ...expected, ChecksumType: 'FULL_OBJECT' });
  expect(head).toMatchObject({ ...expected, ContentLength: 9 });
});

test.each([
  ['CRC32C', 'ChecksumCRC32C', '4waSgw=='],
  ['SHA1', 'ChecksumSHA1', '98O8HYCOBHMq32eZZczDTKeuNEE='],
  ['SHA256', 'ChecksumSHA256', 'FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU='],
] as const)('verifies %s when the client asks for it', async (ChecksumAlgorithm, member, value) => {
  const put = await clients.s3.send(
    new PutObjectCommand({ Bucket, Key: 'a', Body: Buffer.from('123456789'), ChecksumAlgorithm }),
  );

  expect(put[member]).toBe(value);
});

test('stores a streamed upload without its framing, and its own content encoding', async () => {
  const body = Buffer.alloc(300_000, 'netskope');
  const chunks = [body.subarray(0, 100_001), body.subarray(100_001)];

  await clients.s3.send(
    new PutObjectCommand({
      Bucket,
      Key: 'streamed',
      Body: Readable.from(chunks),
      ContentLength: body.length,
      ContentEncoding: 'gzip',
    }),
  );

  expect((await stored('streamed')).equals(body)).toBe(true);
  const head = await clients.s3.send(new HeadObjectCommand({ Bucket, Key: 'streamed' }));
  expect(head.ContentEncoding).toBe('gzip');
});

test('lets exactly one of ten racing conditional puts win, and keeps what that one sent', async () => {
  const bodies = Array.from({ length: 10 }, (_, racer) => `racer ${racer}`);

  const outcomes = await Promise.allSettled(
    bodies.map((Body) => clients.s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body, IfNoneMatch: '*' }))),
  );

  const winners = outcomes.flatMap(({ status }, racer) => (status === 'fulfilled' ? [racer] : []));
  expect(winners).toHaveLength(1);
  expect((await stored('a')).toString()).toBe(`racer ${winners[0]}`);
});

test('refuses a conditional put of a key that exists, with the code the SDK knows', async () => {
  await clients.s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'first' }));

  await expect(
    clients.s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'second', IfNoneMatch: '*' })),
  ).rejects.toMatchObject({ name: 'PreconditionFailed', $metadata: { httpStatusCode: 412 } });
  expect((await stored('a')).toString()).toBe('first');
});

test('replaces an object when the put has no condition', async () => {
  await clients.s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'first' }));
  await clients.s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'second' }));

  expect((await stored('a')).toString()).toBe('second');
});

test('says which of key and bucket is missing', async () => {
  await expect(clients.s3.send(new GetObjectCommand({ Bucket, Key: 'none' }))).rejects.toMatchObject({
    name: 'NoSuchKey',
  });
  await expect(clients.s3.send(new HeadObjectCommand({ Bucket, Key: 'none' }))).rejects.toMatchObject({
    name: 'NotFound',
  });
  await expect(
    clients.s3.send(new PutObjectCommand({ Bucket: 'elsewhere', Key: 'a', Body: 'x' })),
  ).rejects.toMatchObject({ name: 'NoSuchBucket' });
});

test('keeps the objects of a bucket that is created again, as us-east-1 does', async () => {
  await clients.s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'kept' }));
  await clients.s3.send(new CreateBucketCommand({ Bucket }));

  expect((await stored('a')).toString()).toBe('kept');
});

test('creates a bucket in the region it is asked for, once, and in no other', async () => {
  const abroad = new S3Client({
    endpoint: aws.url,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'TEST', secretAccessKey: 'test' },
  });
  const create = (LocationConstraint: 'eu-central-1' | 'eu-west-1') =>
    abroad.send(
      new CreateBucketCommand({ Bucket: 'abroad', CreateBucketConfiguration: { LocationConstraint } }),
    );

  await expect(create('eu-west-1')).rejects.toMatchObject({ name: 'IllegalLocationConstraintException' });
  await create('eu-central-1');
  await expect(create('eu-central-1')).rejects.toMatchObject({ name: 'BucketAlreadyOwnedByYou' });
  abroad.destroy();
});

test.each(['ab', 'Archive', 'a..b', '192.168.0.1', 'archive-'])(
  'refuses the bucket name %j',
  async (name) => {
    await expect(aws.objects.createBucket(name)).rejects.toMatchObject({ code: 'InvalidBucketName' });
  },
);

test.each(['../escape', 'a/../../b', 'a//b', 'folder/', './a', 'a\\..\\b', 'bell\u0007', 'x'.repeat(256)])(
  'refuses the key %j, which cannot safely be a file',
  async (Key) => {
    await expect(clients.s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }))).rejects.toMatchObject({
      name: 'NotImplemented',
    });
  },
);

test('refuses a key longer than 1024 bytes', async () => {
  const Key = `${'a/'.repeat(512)}b`;

  await expect(clients.s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }))).rejects.toMatchObject({
    name: 'KeyTooLongError',
  });
});

test.each([
  ['dt=2026', 'dt=2026/hour=01'],
  ['dt=2026/hour=01', 'dt=2026'],
])('with the key %j refuses %j, because a file cannot be a folder as well', async (first, second) => {
  await clients.s3.send(new PutObjectCommand({ Bucket, Key: first, Body: 'x' }));

  await expect(
    clients.s3.send(new PutObjectCommand({ Bucket, Key: second, Body: 'x' })),
  ).rejects.toMatchObject({ name: 'NotImplemented' });
});

test('refuses user metadata above 2 KB', async () => {
  const Metadata = { note: 'x'.repeat(2045) };

  await expect(
    clients.s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x', Metadata })),
  ).rejects.toMatchObject({ name: 'MetadataTooLarge' });
});
