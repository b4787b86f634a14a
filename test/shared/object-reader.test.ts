import { gzipSync } from 'node:zlib';
import { S3Client } from '@aws-sdk/client-s3';
import { MAX_OBJECT_BYTES, ObjectReader } from '../../lambdas/shared/object-reader';
import { LocalAws } from '../../lib/local/aws/local-aws';
import { clientSettings } from '../collector/adapters/client-settings';

const BUCKET = 'archive';
/** The time at which the test writes its objects. */
const NOW_MS = 1_795_003_200_000;

let aws: LocalAws;
let client: S3Client;
let reader: ObjectReader;
beforeEach(async () => {
  aws = await LocalAws.start({ nowMs: () => NOW_MS });
  await aws.objects.createBucket(BUCKET);
  client = new S3Client(clientSettings(aws));
  reader = new ObjectReader(client, BUCKET);
});
afterEach(async () => {
  client.destroy();
  await aws.stop();
});

async function put(body: Buffer): Promise<void> {
  const attributes = { contentType: 'application/octet-stream', userMetadata: { 'run-id': 'run-1' } };
  await aws.objects.put({ bucket: BUCKET, key: 'a', body, attributes, onlyIfAbsent: true });
}

test('an object comes with its metadata and its time', async () => {
  await put(Buffer.from([0xff, 0x00]));
  expect(await reader.read('a')).toEqual({
    bytes: Buffer.from([0xff, 0x00]),
    metadata: { 'run-id': 'run-1' },
    lastModifiedMs: NOW_MS,
  });
});

test('empty lines are left out', async () => {
  await put(gzipSync('1\n\n2\n'));
  expect(await reader.lines('a')).toEqual(['1', '2']);
});

describe('the size limit', () => {
  test('is 64 MiB', () => {
    expect(MAX_OBJECT_BYTES).toBe(67_108_864);
  });

  test('of an object is exact to the byte', async () => {
    await put(Buffer.alloc(1_000));
    expect((await reader.read('a', 1_000)).bytes).toHaveLength(1_000);
    await expect(reader.read('a', 999)).rejects.toMatchObject({
      name: 'ArchiveError',
      message: 'object a could not be read from bucket archive: it has 1000 bytes, 999 at most are read',
    });
  });

  test('applies to the unpacked size', async () => {
    await put(gzipSync('x'.repeat(1_001)));
    expect(await reader.lines('a', 1_001)).toHaveLength(1);
    await expect(reader.lines('a', 1_000)).rejects.toMatchObject({
      name: 'ArchiveError',
      message: expect.stringMatching(
        /^object a could not be read from bucket archive: the gzip body of \d+ bytes unpacks to more than 1000 bytes$/,
      ) as unknown,
    });
  });

  test('leaves the client able to read on', async () => {
    await put(Buffer.alloc(100_000));
    await expect(reader.read('a', 10)).rejects.toMatchObject({ name: 'ArchiveError' });
    expect((await reader.read('a')).bytes).toHaveLength(100_000);
  });
});

test('an object that does not exist is named with its bucket', async () => {
  await expect(reader.read('a')).rejects.toMatchObject({
    name: 'ArchiveError',
    message: 'object a could not be read from bucket archive',
    cause: { name: 'NoSuchKey' },
  });
});
