import { gunzipSync, gzipSync } from 'node:zlib';
import { S3Client } from '@aws-sdk/client-s3';
import { S3Quarantine } from '../../../lambdas/collector/adapters/s3-quarantine';
import type { QuarantineObject } from '../../../lambdas/collector/core/ports';
import type { RedrivenMark } from '../../../lambdas/contract/audit-record';
import type { AwsFault } from '../../../lib/local/aws/aws-hooks';
import { LocalAws } from '../../../lib/local/aws/local-aws';

const BUCKET = 'archive';
const FOLDER = 'quarantine/netskope_audit/source=emea';
const DENIED: AwsFault = { kind: 'error', status: 403, code: 'AccessDenied', message: 'no' };

let aws: LocalAws;
let client: S3Client;
let quarantine: S3Quarantine;
beforeEach(async () => {
  aws = await LocalAws.start();
  await aws.objects.createBucket(BUCKET);
  client = new S3Client({
    endpoint: aws.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'TEST', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  quarantine = new S3Quarantine(client, { bucket: BUCKET, sourceId: 'emea' });
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

test('the objects of the days asked for come oldest first, both days included, of this source alone', async () => {
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

test('days without a quarantine are no objects, over the end of a year, too', async () => {
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

  test('lie beside the quarantine and name event, object, line, time and run', async () => {
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

  test('are read with their object, from as many times as it was redriven', async () => {
    await quarantine.mark(object, [mark(0)]);
    await quarantine.mark(object, [mark(2)]);
    expect(markKeys()).toHaveLength(2);
    expect(await objectsOf('2026-11-18', '2026-11-18')).toMatchObject([{ redrivenLines: new Set([0, 2]) }]);
  });

  test('never belong to an object whose name only begins alike', async () => {
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

  test('of nothing are not written', async () => {
    await quarantine.mark(object, []);
    expect(markKeys()).toEqual([]);
  });

  test('that the bucket refuses are named with it', async () => {
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

test('an object that is not gzip NDJSON is named, and not taken for an empty one', async () => {
  const key = `${FOLDER}/dt=2026-11-18/a.ndjson.gz`;
  await aws.objects.put({
    bucket: BUCKET,
    key,
    body: Buffer.from('not gzip'),
    attributes: { contentType: 'application/gzip', userMetadata: {} },
    onlyIfAbsent: true,
  });
  await expect(objectsOf('2026-11-18', '2026-11-18')).rejects.toMatchObject({
    name: 'ArchiveError',
    message: `object ${key} could not be read from bucket archive`,
  });
});
