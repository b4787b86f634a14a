import { S3Client } from '@aws-sdk/client-s3';
import { AUDIT_FEED } from '../../lambdas/contract/feed/audit';
import { S3ManifestStore } from '../../lambdas/shared/s3-manifest-store';
import { LocalAws } from '../../lib/local/aws/local-aws';
import type { AwsFault } from '../../lib/local/aws/wire/aws-call';

const BUCKET = 'archive';
const KEY = 'manifest/netskope_audit/source=emea/000000000012.json';
const DENIED: AwsFault = { kind: 'error', status: 403, code: 'AccessDenied', message: 'no' };

let aws: LocalAws;
let client: S3Client;
let store: S3ManifestStore;
beforeEach(async () => {
  aws = await LocalAws.start();
  await aws.objects.createBucket(BUCKET);
  client = new S3Client({
    endpoint: aws.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'TEST', secretAccessKey: 'test' },
  });
  store = new S3ManifestStore(client, { bucket: BUCKET, feed: AUDIT_FEED, sourceId: 'emea' });
});
afterEach(async () => {
  client.destroy();
  await aws.stop();
});

async function stored(): Promise<string> {
  return (await aws.objects.read(BUCKET, KEY)).body.toString();
}

/** The fault for every call of this operation, before or instead of the answer. */
function refuse(refused: string, fault: AwsFault): void {
  aws.hooks = { before: ({ operation }) => (operation === refused ? fault : undefined) };
}

test('a line is an object of its own, whose key sorts by its number', async () => {
  expect(await store.put(12, '{"number":12}\n')).toBeUndefined();
  expect(aws.objects.keys(BUCKET)).toEqual([KEY]);
  expect(await stored()).toBe('{"number":12}\n');
  expect(aws.objects.describe(BUCKET, KEY).contentType).toBe('application/json');
});

test('an existing line is never replaced, and the second writer gets its content', async () => {
  await store.put(12, 'the first\n');
  expect(await store.put(12, 'the second\n')).toBe('the first\n');
  expect(await stored()).toBe('the first\n');
});

test('a put whose answer is lost is repeated, and finds its own line', async () => {
  let lost = 0;
  aws.hooks = {
    after: ({ operation }) => (operation === 'PutObject' && lost++ === 0 ? { kind: 'reset' } : undefined),
  };
  expect(await store.put(12, 'the line\n')).toBe('the line\n');
  expect(await stored()).toBe('the line\n');
});

test('a line that may not be written is named with its bucket', async () => {
  refuse('PutObject', DENIED);
  await expect(store.put(12, 'the line\n')).rejects.toMatchObject({
    name: 'ArchiveError',
    message: `manifest line ${KEY} could not be written to bucket archive`,
  });
});

test('an existing line that may not be read is named with its bucket', async () => {
  await store.put(12, 'the first\n');
  refuse('GetObject', DENIED);
  await expect(store.put(12, 'the second\n')).rejects.toMatchObject({
    name: 'ArchiveError',
    message: `manifest line ${KEY} could not be read from bucket archive`,
  });
});

test('a line that was removed reads as empty, although S3 refuses to say that it is not there', async () => {
  refuse('GetObject', DENIED);
  expect(await store.read(12)).toBe('');
});
