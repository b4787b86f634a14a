import { ListObjectsV2Command, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { LocalAws } from '../../../../lib/local/aws/local-aws';
import { AwsClients } from '../aws-clients';

const Bucket = 'archive';
let aws: LocalAws;
let clients: AwsClients;

beforeEach(async () => {
  aws = await LocalAws.start({ nowMs: () => Date.UTC(2026, 10, 22, 12, 0, 0) });
  clients = new AwsClients(aws);
  await aws.objects.createBucket(Bucket);
});

afterEach(async () => {
  clients.destroy();
  await aws.stop();
});

async function putAll(keys: readonly string[]): Promise<void> {
  const attributes = { contentType: 'text/plain', userMetadata: {} };
  for (const key of keys) {
    await aws.objects.put({ bucket: Bucket, key, body: Buffer.from('x'), attributes, onlyIfAbsent: false });
  }
}

async function list(options: Partial<ConstructorParameters<typeof ListObjectsV2Command>[0]> = {}) {
  const page = await clients.s3.send(new ListObjectsV2Command({ Bucket, ...options }));
  return {
    keys: page.Contents?.map(({ Key }) => Key) ?? [],
    prefixes: page.CommonPrefixes?.map(({ Prefix }) => Prefix) ?? [],
    page,
  };
}

test('pages through more than 1000 keys, each once and in order', async () => {
  const keys = Array.from({ length: 2345 }, (_, index) => `dt=2026/${String(index).padStart(4, '0')}`);
  await putAll(keys.toReversed());

  const pages: number[] = [];
  const seen: (string | undefined)[] = [];
  for await (const page of paginateListObjectsV2({ client: clients.s3 }, { Bucket })) {
    pages.push(page.KeyCount ?? 0);
    seen.push(...(page.Contents?.map(({ Key }) => Key) ?? []));
  }

  expect(pages).toEqual([1000, 1000, 345]);
  expect(seen).toEqual(keys);
});

test('describes each object', async () => {
  await putAll(['a']);

  expect((await list()).page).toMatchObject({
    Name: 'archive',
    KeyCount: 1,
    MaxKeys: 1000,
    IsTruncated: false,
    Contents: [
      {
        Key: 'a',
        ETag: '"9dd4e461268c8034f5c8564e155c67a6"',
        Size: 1,
        LastModified: new Date('2026-11-22T12:00:00Z'),
      },
    ],
  });
});

test('lists in the order of UTF-8 bytes, not of JavaScript strings', async () => {
  await putAll(['\u{1F600}', '\uFF5E', 'z', 'Z', 'é']);

  expect((await list()).keys).toEqual(['Z', 'z', 'é', '\uFF5E', '\u{1F600}']);
});

test('lists only keys with the prefix', async () => {
  await putAll(['a/1', 'b/1', 'b/2', 'c/1']);

  expect((await list({ Prefix: 'b/' })).keys).toEqual(['b/1', 'b/2']);
});

test('starts after a key, whether it exists or not', async () => {
  await putAll(['a', 'b', 'd']);

  expect((await list({ StartAfter: 'b' })).keys).toEqual(['d']);
  expect((await list({ StartAfter: 'c' })).keys).toEqual(['d']);
});

test('groups keys below a delimiter into common prefixes, which count towards the page size', async () => {
  await putAll(['a/1', 'a/2', 'b', 'c/1', 'd']);

  const first = await list({ Delimiter: '/', MaxKeys: 3 });
  const second = await list({
    Delimiter: '/',
    MaxKeys: 3,
    ContinuationToken: first.page.NextContinuationToken,
  });

  expect([first.prefixes, first.keys]).toEqual([['a/', 'c/'], ['b']]);
  expect([second.prefixes, second.keys, second.page.IsTruncated]).toEqual([[], ['d'], false]);
});

test('reduces max-keys to 1000, and answers 0 with an empty page', async () => {
  await putAll(['a', 'b']);

  expect((await list({ MaxKeys: 5000 })).page.MaxKeys).toBe(1000);
  expect((await list({ MaxKeys: 0, StartAfter: 'a' })).page).toMatchObject({
    KeyCount: 0,
    IsTruncated: false,
  });
});

test('escapes keys so that XML returns them unchanged', async () => {
  await putAll(['a & <b>" &lt;']);

  expect((await list()).keys).toEqual(['a & <b>" &lt;']);
});

test('encodes keys as S3 does on request', async () => {
  await putAll(['test file(3)/é.png']);

  expect((await list({ EncodingType: 'url' })).keys).toEqual(['test+file%283%29/%C3%A9.png']);
});

test('refuses a token that is not its own, and parameters it does not know', async () => {
  await expect(list({ ContinuationToken: 'abc' })).rejects.toMatchObject({ name: 'InvalidArgument' });
  await expect(list({ FetchOwner: true })).rejects.toMatchObject({ name: 'NotImplemented' });
});

test('lists the common prefixes after a start, in pages', async () => {
  await putAll(['s/dt=1/x', 's/dt=2/x', 's/dt=3/x', 's/dt=3/y', 's/dt=4/x', 's/z']);
  const after = { Prefix: 's/', Delimiter: '/', StartAfter: 's/dt=2', MaxKeys: 2 };

  const first = await list(after);
  const second = await list({ ...after, ContinuationToken: first.page.NextContinuationToken });

  expect([first.prefixes, first.page.IsTruncated]).toEqual([['s/dt=2/', 's/dt=3/'], true]);
  expect([second.prefixes, second.keys, second.page.IsTruncated]).toEqual([['s/dt=4/'], ['s/z'], false]);
});

test('refuses a start inside a common prefix, because it is not documented whether that is listed again', async () => {
  await putAll(['a/1', 'a/2', 'b/1']);

  await expect(list({ Delimiter: '/', StartAfter: 'a/1' })).rejects.toMatchObject({ name: 'NotImplemented' });
  await expect(list({ Delimiter: '/', StartAfter: 'a/' })).rejects.toMatchObject({ name: 'NotImplemented' });
  expect((await list({ Prefix: 'b/', Delimiter: '/', StartAfter: 'a/1/x' })).keys).toEqual(['b/1']);
});
