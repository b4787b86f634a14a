import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { LocalAws } from '../../../../lib/local/aws/local-aws';
import { AwsClients, sendRaw } from '../aws-clients';

const Bucket = 'archive';
const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
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

async function put(path: string, headers: Readonly<Record<string, string>> = {}) {
  const signed = { 'x-amz-content-sha256': EMPTY_SHA256, ...headers };
  const { status, text } = await sendRaw(aws, { service: 's3', method: 'PUT', path, headers: signed });
  return { status, text };
}

test('accepts the plain request that the refused ones below differ from', async () => {
  expect(await put('/archive/a?x-id=PutObject')).toMatchObject({ status: 200 });
});

test.each([
  ['x-amz-acl', 'public-read'],
  ['x-amz-storage-class', 'GLACIER'],
  ['x-amz-server-side-encryption', 'aws:kms'],
  ['x-amz-tagging', 'a=b'],
  ['x-amz-object-lock-mode', 'GOVERNANCE'],
  ['x-amz-checksum-crc64nvme', 'AAAAAAAAAAA='],
  ['x-amz-copy-source', '/archive/b'],
  ['if-match', '"25f9e794323b453885f5181f1b624d0b"'],
  ['if-none-match', '"25f9e794323b453885f5181f1b624d0b"'],
  ['cache-control', 'no-store'],
])('refuses a put with the header %s, by name, and stores nothing', async (header, value) => {
  const { status, text } = await put('/archive/a', { [header]: value });

  expect(status).toBe(501);
  expect(text.toLowerCase()).toContain(header);
  expect(aws.objects.keys(Bucket)).toEqual([]);
});

test.each([
  'acl',
  'tagging',
  'uploadId=1&partNumber=1',
  'versionId=1',
  'x-id=GetObject',
  'X-Amz-Signature=00',
])('refuses a put with the query %s, and stores nothing', async (query) => {
  expect(await put(`/archive/a?${query}`)).toMatchObject({ status: 501 });
  expect(aws.objects.keys(Bucket)).toEqual([]);
});

test('refuses operations it does not have', async () => {
  await expect(clients.s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }))).rejects.toMatchObject({
    name: 'NotImplemented',
  });
  await expect(clients.s3.send(new ListBucketsCommand())).rejects.toMatchObject({ name: 'NotImplemented' });
});

test('refuses ranges and conditions on a get', async () => {
  await clients.s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: '123' }));

  for (const option of [{ Range: 'bytes=0-1' }, { IfNoneMatch: '"x"' }, { VersionId: '1' }]) {
    await expect(
      clients.s3.send(new GetObjectCommand({ Bucket, Key: 'a', ...option })),
    ).rejects.toMatchObject({ name: 'NotImplemented' });
  }
});

test('does not resolve dots in a path, but refuses them', async () => {
  expect(await put('/archive/a/../../other/b')).toMatchObject({ status: 501 });
  expect(await put('/archive/%2e%2e/%2e%2e/b')).toMatchObject({ status: 501 });
});

test('answers a path that is not percent-encoded UTF-8 with InvalidURI', async () => {
  const { status, text } = await put('/archive/%ff');

  expect(status).toBe(400);
  expect(text).toContain('<Code>InvalidURI</Code>');
});

test('writes errors as escaped XML', async () => {
  const { text } = await sendRaw(aws, { service: 's3', method: 'GET', path: '/archive/a%3Cb?x-id=<&>' });

  expect(text).toContain('<Code>NotImplemented</Code>');
  expect(text).not.toContain('<&>');
});
