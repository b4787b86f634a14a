import { randomBytes } from 'node:crypto';
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

describe('the lines of an object that is read as it comes in', () => {
  async function streamed(): Promise<readonly string[]> {
    const lines: string[] = [];
    for await (const some of reader.streamedLines('a')) lines.push(...some);
    return lines;
  }

  test.each<[string, string, readonly string[]]>([
    ['with a line end after the last one', '1\n2\n', ['1', '2']],
    ['without one', '1\n2', ['1', '2']],
    ['empty ones, which are corruption', '1\n\n2\n', ['1', '', '2']],
    ['none', '', []],
  ])('%s', async (_what, text, lines) => {
    await put(gzipSync(text));
    expect(await streamed()).toEqual(lines);
  });

  test('are whole, wherever the object is divided', async () => {
    const lines = Array.from(
      { length: 3_000 },
      (_, place) => `${place} ${'äöü€😀'.repeat(40 + (place % 7))}`,
    );
    await put(gzipSync(lines.join('\n')));
    expect(await streamed()).toEqual(lines);
  });

  test('may be more than can be read at once', async () => {
    const line = 'x'.repeat(2 ** 20 - 1);
    await put(gzipSync(`${line}\n`.repeat(70)));
    await expect(reader.lines('a')).rejects.toMatchObject({ name: 'ArchiveError' });
    expect((await streamed()).filter((other) => other === line)).toHaveLength(70);
  });

  test.each<[string, Buffer, string]>([
    ['an object that is no gzip', Buffer.from('1\n2\n'), 'incorrect header check'],
    ['one that is cut', gzipSync('1\n2\n').subarray(0, -9), 'unexpected end of file'],
    [
      'one with an endless line',
      gzipSync(Buffer.alloc(MAX_OBJECT_BYTES + 1, 'x')),
      'a line has more than 67108864 characters',
    ],
  ])('%s cannot be read', async (_what, body, reason) => {
    await put(body);
    await expect(streamed()).rejects.toMatchObject({
      name: 'ArchiveError',
      message: `object a could not be read from bucket archive: ${reason}`,
    });
  });

  test('a connection that breaks is a failure, and no end', async () => {
    await put(gzipSync(randomBytes(100_000)));
    aws.hooks = { after: () => ({ kind: 'reset' }) };
    await expect(streamed()).rejects.toMatchObject({ name: 'ArchiveError' });
  });

  test('who wants no more of them leaves the client able to read on', async () => {
    await put(gzipSync(randomBytes(1_000_000).toString('hex').replaceAll('0', '\n')));
    for await (const some of reader.streamedLines('a')) if (some.length > 0) break;
    expect((await reader.read('a')).bytes.length).toBeGreaterThan(100_000);
  });
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
