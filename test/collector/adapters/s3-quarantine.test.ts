import { gunzipSync, gzipSync } from 'node:zlib';
import { S3Client } from '@aws-sdk/client-s3';
import { S3Quarantine } from '../../../lambdas/collector/adapters/s3-quarantine';
import type { QuarantinedPage, QuarantineObject } from '../../../lambdas/collector/core/ports';
import { AUDIT_FEED } from '../../../lambdas/contract/feed/audit';
import type { RedrivenMark, RedrivenPageMark } from '../../../lambdas/contract/storage/event-record';
import { LocalAws } from '../../../lib/local/aws/local-aws';
import type { AwsFault } from '../../../lib/local/aws/wire/aws-call';
import { clientSettings } from './client-settings';

const BUCKET = 'archive';
const FOLDER = 'quarantine/netskope_audit/source=emea';
const DENIED: AwsFault = { kind: 'error', status: 403, code: 'AccessDenied', message: 'no' };

let aws: LocalAws;
let client: S3Client;
let quarantine: S3Quarantine;
beforeEach(async () => {
  aws = await LocalAws.start();
  await aws.objects.createBucket(BUCKET);
  client = new S3Client(clientSettings(aws));
  quarantine = new S3Quarantine(client, { bucket: BUCKET, feed: AUDIT_FEED, sourceId: 'emea' });
});
afterEach(async () => {
  client.destroy();
  await aws.stop();
});

/** Puts lines as an object, as the collector does. */
async function put(key: string, ...lines: unknown[]): Promise<void> {
  await aws.objects.put({
    bucket: BUCKET,
    key,
    body: gzipSync(lines.map((line) => `${JSON.stringify(line)}\n`).join('')),
    attributes: { contentType: 'application/gzip', userMetadata: {} },
    onlyIfAbsent: true,
  });
}

async function objectsOf(fromDay: string, toDay: string): Promise<QuarantineObject[]> {
  const objects: QuarantineObject[] = [];
  for await (const object of quarantine.objects(fromDay, toDay)) objects.push(object);
  return objects;
}

function mark(line: number): RedrivenMark {
  return {
    p_row_id: `emea:e${line}`,
    quarantine_key: `${FOLDER}/dt=2026-11-18/a.ndjson.gz`,
    line,
    redriven_at: '2026-11-20 12:00:00.000000000',
    run_id: 'run-1',
  };
}

const markKeys = (): readonly string[] =>
  aws.objects.keys(BUCKET).filter((key) => key.startsWith('redriven/'));

test('the objects of the requested days come oldest first, both days included, and only of this source', async () => {
  await put(`${FOLDER}/dt=2026-11-21/d.ndjson.gz`, { raw: '4' });
  await put(`${FOLDER}/dt=2026-11-20/c.ndjson.gz`, { raw: '3' });
  await put(`${FOLDER}/dt=2026-11-18/a.ndjson.gz`, { raw: '1' }, { raw: '2' });
  await put(`${FOLDER}/dt=2026-11-17/z.ndjson.gz`, { raw: '0' });
  await put('quarantine/netskope_audit/source=apac/dt=2026-11-18/a.ndjson.gz', { raw: '9' });
  expect(await objectsOf('2026-11-18', '2026-11-20')).toEqual([
    {
      key: `${FOLDER}/dt=2026-11-18/a.ndjson.gz`,
      records: [{ raw: '1' }, { raw: '2' }],
      redrivenLines: new Set(),
    },
    { key: `${FOLDER}/dt=2026-11-20/c.ndjson.gz`, records: [{ raw: '3' }], redrivenLines: new Set() },
  ]);
});

test('days without quarantine have no objects, even over the end of a year', async () => {
  await put(`${FOLDER}/dt=2027-01-01/a.ndjson.gz`, { raw: '1' });
  expect((await objectsOf('2026-12-30', '2027-01-02')).map(({ key }) => key)).toEqual([
    `${FOLDER}/dt=2027-01-01/a.ndjson.gz`,
  ]);
  expect(await objectsOf('2027-01-02', '2027-01-01')).toEqual([]);
});

describe('marks', () => {
  const key = `${FOLDER}/dt=2026-11-18/a.ndjson.gz`;
  let object: QuarantineObject;
  beforeEach(async () => {
    await put(key, { raw: '0' }, { raw: '1' }, { raw: '2' });
    object = { key, records: [], redrivenLines: new Set() };
  });

  test('are stored beside the quarantine and name event, object, line, time and run', async () => {
    await quarantine.mark(object, [mark(0), mark(2)]);
    expect(markKeys()).toEqual([
      expect.stringMatching(
        /^redriven\/netskope_audit\/source=emea\/dt=2026-11-18\/a\/[0-9a-f]{32}\.ndjson\.gz$/,
      ),
    ]);
    const { body } = await aws.objects.read(BUCKET, markKeys()[0] ?? '');
    const lines = gunzipSync(body).toString().trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([mark(0), mark(2)]);
  });

  test('are read with their object, however often it was redriven', async () => {
    await quarantine.mark(object, [mark(0)]);
    await quarantine.mark(object, [mark(2)]);
    expect(markKeys()).toHaveLength(2);
    expect(await objectsOf('2026-11-18', '2026-11-18')).toMatchObject([{ redrivenLines: new Set([0, 2]) }]);
  });

  test('never belong to an object whose name only begins the same', async () => {
    await put(`${FOLDER}/dt=2026-11-18/ab.ndjson.gz`, { raw: '0' });
    await quarantine.mark({ ...object, key: `${FOLDER}/dt=2026-11-18/ab.ndjson.gz` }, [mark(0)]);
    expect(await objectsOf('2026-11-18', '2026-11-18')).toMatchObject([
      { key, redrivenLines: new Set() },
      { redrivenLines: new Set([0]) },
    ]);
  });

  test('that are written again, at another time and by another run, change nothing', async () => {
    await quarantine.mark(object, [mark(0)]);
    const before = await aws.objects.read(BUCKET, markKeys()[0] ?? '');
    await quarantine.mark(object, [
      { ...mark(0), redriven_at: '2026-11-21 12:00:00.000000000', run_id: 'run-2' },
    ]);
    expect(markKeys()).toHaveLength(1);
    expect((await aws.objects.read(BUCKET, markKeys()[0] ?? '')).body).toEqual(before.body);
  });

  test('that the bucket refuses are named with the bucket', async () => {
    aws.hooks = { before: () => DENIED };
    await expect(quarantine.mark(object, [mark(0)])).rejects.toMatchObject({
      name: 'ArchiveError',
      message: expect.stringMatching(
        /^marks redriven\/.* could not be written to bucket archive$/,
      ) as unknown,
    });
  });
});

test.each([
  ['ListObjectsV2', `the objects below ${FOLDER}/dt=2026-11-18/ could not be listed in bucket archive`],
  ['GetObject', `object ${FOLDER}/dt=2026-11-18/a.ndjson.gz could not be read from bucket archive`],
])('a bucket that refuses %s is named', async (refused, message) => {
  await put(`${FOLDER}/dt=2026-11-18/a.ndjson.gz`, { raw: '1' });
  aws.hooks = { before: ({ operation }) => (operation === refused ? DENIED : undefined) };
  await expect(objectsOf('2026-11-18', '2026-11-18')).rejects.toMatchObject({
    name: 'ArchiveError',
    message,
  });
});

test.each<[string, Buffer, string]>([
  [
    'not gzip',
    Buffer.from('not gzip'),
    'could not be read from bucket archive: the gzip body of 8 bytes cannot be unpacked: incorrect header check',
  ],
  ['not NDJSON', gzipSync('{"raw":"1"}\nnot JSON\n'), 'of bucket archive is not NDJSON'],
])('an object that is %s is named, and not taken for an empty one', async (_what, body, message) => {
  const key = `${FOLDER}/dt=2026-11-18/a.ndjson.gz`;
  await aws.objects.put({
    bucket: BUCKET,
    key,
    body,
    attributes: { contentType: 'application/gzip', userMetadata: {} },
    onlyIfAbsent: true,
  });
  await expect(objectsOf('2026-11-18', '2026-11-18')).rejects.toMatchObject({
    name: 'ArchiveError',
    message: `object ${key} ${message}`,
  });
});

describe('pages', () => {
  const PAGES = 'quarantine/pages/netskope_audit/source=emea';
  const key = `${PAGES}/dt=2026-11-18/a.page`;
  const MARK: RedrivenPageMark = {
    quarantine_key: key,
    redriven_at: '2026-11-20 12:00:00.000000000',
    run_id: 'run-1',
    events: 3,
    archived: 2,
    quarantined: 1,
  };

  async function putPage(
    pageKey: string,
    userMetadata: Record<string, string> = {},
    body = Buffer.from('<html>'),
  ): Promise<void> {
    const attributes = { contentType: 'application/octet-stream', userMetadata };
    await aws.objects.put({ bucket: BUCKET, key: pageKey, body, attributes, onlyIfAbsent: true });
  }

  async function pagesOf(fromDay: string, toDay: string): Promise<QuarantinedPage[]> {
    const pages: QuarantinedPage[] = [];
    for await (const page of quarantine.pages(fromDay, toDay)) pages.push(page);
    return pages;
  }

  test('of the requested days come oldest first, only of this source, and without being loaded', async () => {
    const operations: (string | undefined)[] = [];
    aws.hooks = { before: ({ operation }) => void operations.push(operation) };
    await putPage(`${PAGES}/dt=2026-11-19/b.page`, {}, Buffer.from('longer'.repeat(100)));
    await putPage(key);
    await putPage(`${PAGES}/dt=2026-11-17/z.page`);
    await putPage(`${PAGES}/dt=2026-11-20/c.page`);
    await putPage('quarantine/pages/netskope_audit/source=apac/dt=2026-11-18/a.page');
    expect(await pagesOf('2026-11-18', '2026-11-19')).toEqual([
      { key, day: '2026-11-18', bytes: 6, isRedriven: false },
      { key: `${PAGES}/dt=2026-11-19/b.page`, day: '2026-11-19', bytes: 600, isRedriven: false },
    ]);
    expect(new Set(operations)).toEqual(new Set(['ListObjectsV2']));
  });

  test('are not returned as events, nor events as pages', async () => {
    await putPage(key);
    await put(`${FOLDER}/dt=2026-11-18/a.ndjson.gz`, { raw: '1' });
    expect(await objectsOf('2026-11-18', '2026-11-18')).toHaveLength(1);
    expect(await pagesOf('2026-11-18', '2026-11-18')).toHaveLength(1);
  });

  test('are read as received, with their metadata', async () => {
    const bytes = Buffer.from([0x1f, 0x8b, 0xff]);
    await putPage(
      key,
      { 'run-id': 'run-9', sequence: '7', 'received-encoding': 'gzip%2C%20br', reason: 'caf%C3%A9' },
      bytes,
    );
    const [page] = await pagesOf('2026-11-18', '2026-11-18');
    const description = {
      contentEncoding: 'gzip, br',
      reason: 'café',
      runId: 'run-9',
      sequence: 7,
      keptAtMs: expect.any(Number) as unknown,
    };
    expect(await quarantine.readPage(page as QuarantinedPage)).toEqual({ bytes, ...description });
    expect(await quarantine.describePage(page as QuarantinedPage)).toEqual(description);
  });

  test('that others have written, without or with unusual metadata, are read as well', async () => {
    await putPage(key);
    await putPage(`${PAGES}/dt=2026-11-18/b.page`, { sequence: 'x', reason: '100 %' });
    const [plain, odd] = await pagesOf('2026-11-18', '2026-11-18');
    expect(await quarantine.readPage(plain as QuarantinedPage)).toMatchObject({
      reason: 'the object does not say why',
      runId: '',
      sequence: 0,
    });
    expect(await quarantine.describePage(odd as QuarantinedPage)).toMatchObject({
      reason: '100 %',
      sequence: 0,
    });
  });

  test('that are redriven are marked beside the quarantine, once', async () => {
    await putPage(key);
    await putPage(`${PAGES}/dt=2026-11-18/ab.page`);
    const page = { key, day: '2026-11-18', bytes: 6, isRedriven: false };
    await quarantine.markPage(page, MARK);
    await quarantine.markPage(page, { ...MARK, run_id: 'run-2' });
    expect(markKeys()).toEqual(['redriven/pages/netskope_audit/source=emea/dt=2026-11-18/a.json']);
    const { body } = await aws.objects.read(BUCKET, markKeys()[0] ?? '');
    expect(JSON.parse(body.toString())).toEqual(MARK);
    expect(await pagesOf('2026-11-18', '2026-11-18')).toMatchObject([
      { key, isRedriven: true },
      { isRedriven: false },
    ]);
  });

  test.each([
    ['ListObjectsV2', `the objects below ${PAGES}/dt=2026-11-18/ could not be listed in bucket archive`],
    ['GetObject', `object ${key} could not be read from bucket archive`],
    ['HeadObject', `object ${key} could not be read from bucket archive`],
    [
      'PutObject',
      'marks redriven/pages/netskope_audit/source=emea/dt=2026-11-18/a.json could not be written to bucket archive',
    ],
  ])('a bucket that refuses %s is named', async (refused, message) => {
    await putPage(key);
    aws.hooks = { before: ({ operation }) => (operation === refused ? DENIED : undefined) };
    const everything = async (): Promise<void> => {
      for (const page of await pagesOf('2026-11-18', '2026-11-18')) {
        await quarantine.describePage(page);
        await quarantine.readPage(page);
        await quarantine.markPage(page, MARK);
      }
    };
    await expect(everything()).rejects.toMatchObject({ name: 'ArchiveError', message });
  });
});
