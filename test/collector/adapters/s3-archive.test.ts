import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { S3Client } from '@aws-sdk/client-s3';
import { S3EventArchive } from '../../../lambdas/collector/adapters/s3-archive';
import type { ValidatedPage } from '../../../lambdas/collector/core/page/validated-page';
import { validatedPage } from '../../../lambdas/collector/core/page/validated-page';
import type { PageOrigin, ReceivedPage } from '../../../lambdas/collector/core/ports';
import { AUDIT_FEED } from '../../../lambdas/contract/feed/audit';
import type { ManifestObject } from '../../../lambdas/contract/storage/manifest';
import { LocalAws } from '../../../lib/local/aws/local-aws';
import type { AwsCall } from '../../../lib/local/aws/wire/aws-call';
import { TestClock } from '../../test-clock';
import { login, pageOf } from '../audit-events';
import { clientSettings } from './client-settings';

/** 2026-11-18T12:00:00Z */
const NOON_S = 1_795_003_200;
const BUCKET = 'archive';
const ORIGIN = { runId: 'run-1', indexName: 'netskope-0123456789abcdef', sequence: 7 };

let aws: LocalAws;
let client: S3Client;
let clock: TestClock;
beforeEach(async () => {
  aws = await LocalAws.start();
  await aws.objects.createBucket(BUCKET);
  clock = new TestClock((NOON_S + 300) * 1000);
  client = new S3Client(clientSettings(aws));
});
afterEach(async () => {
  client.destroy();
  await aws.stop();
});

function archive(): S3EventArchive {
  return new S3EventArchive(client, BUCKET, {
    feed: AUDIT_FEED,
    source: { sourceId: 'emea', label: 'EMEA' },
    clock,
  });
}

function validated(...events: string[]): ValidatedPage {
  return validatedPage(pageOf(events));
}

const text = (...event: Parameters<typeof login>): string => JSON.stringify(login(...event));
const keys = (): readonly string[] => aws.objects.keys(BUCKET);

async function linesOf(key: string | undefined): Promise<unknown[]> {
  const { body } = await aws.objects.read(BUCKET, key ?? 'no such key');
  const lines = gunzipSync(body).toString('utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as unknown);
}

async function measured(key: string): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const { body } = await aws.objects.read(BUCKET, key);
  return { bytes: body.length, sha256: createHash('sha256').update(body).digest('hex') };
}

test('events are stored under source, day and hour of the event, in UTC; rejected ones under the day of arrival', async () => {
  await archive().store(
    validated(text('e1', NOON_S), text('e2', NOON_S - 1), text('e3', NOON_S + 59), '"no event"'),
    ORIGIN,
  );
  expect(keys()).toEqual([
    expect.stringMatching(
      /^netskope_audit\/source=emea\/dt=2026-11-18\/hour=11\/netskope-0123456789abcdef-[0-9a-f]{32}\.ndjson\.gz$/,
    ),
    expect.stringMatching(
      /^netskope_audit\/source=emea\/dt=2026-11-18\/hour=12\/netskope-0123456789abcdef-[0-9a-f]{32}\.ndjson\.gz$/,
    ),
    expect.stringMatching(
      /^quarantine\/netskope_audit\/source=emea\/dt=2026-11-18\/netskope-0123456789abcdef-[0-9a-f]{32}\.ndjson\.gz$/,
    ),
  ]);
  expect(await linesOf(keys()[1])).toMatchObject([
    { _id: 'e1', p_source_label: 'EMEA', p_row_id: 'emea:e1' },
    { _id: 'e3', p_parse_time: '2026-11-18 12:05:00.000000000' },
  ]);
});

test('a quarantined line holds the exact text, the reasons, the arrival and the run', async () => {
  await archive().store(validated('{"_id" : true}'), ORIGIN);
  expect(await linesOf(keys()[0])).toEqual([
    {
      p_log_type: 'Netskope.Audit',
      p_source_id: 'emea',
      arrived_at: '2026-11-18 12:05:00.000000000',
      run_id: 'run-1',
      errors: [
        "the event must have required property 'timestamp'",
        "the event must have required property 'type'",
        "the event must have required property 'audit_log_event'",
        '_id must be string, received boolean true',
      ],
      raw: '{"_id" : true}',
    },
  ]);
});

test('an object says where it comes from, how much it contains, and which page it is from', async () => {
  await archive().store(validated(text('e1', NOON_S), text('e2', NOON_S, { severity_level: '2' })), ORIGIN);
  expect(aws.objects.describe(BUCKET, keys()[0] ?? '')).toMatchObject({
    contentType: 'application/gzip',
    userMetadata: {
      'run-id': 'run-1',
      'index-name': 'netskope-0123456789abcdef',
      sequence: '7',
      'event-count': '2',
      'drifted-count': '1',
      'page-sha256': 'sha256-of-the-body',
      'collector-version': '0.1.0',
    },
  });
});

test('an object is served as a gzip file, which no reader unpacks by default', async () => {
  await archive().store(validated(text('e1', NOON_S)), ORIGIN);
  expect(aws.objects.describe(BUCKET, keys()[0] ?? '')).not.toHaveProperty('contentEncoding');
});

test('every put requires that the object does not exist yet', async () => {
  const conditions: (string | undefined)[] = [];
  aws.hooks = { before: ({ headers }: AwsCall) => void conditions.push(headers['if-none-match']) };
  await archive().store(validated(text('e1', NOON_S), '7'), ORIGIN);
  expect(conditions).toEqual(['*', '*']);
});

test('a page that is stored again, later and by another run, finds its objects and changes nothing', async () => {
  const page = validated(text('e1', NOON_S), text('e2', NOON_S - 3600), '7');
  const stored = await archive().store(page, ORIGIN);
  const before = [...keys()];
  clock.pass(60_000);
  expect(await archive().store(page, { ...ORIGIN, runId: 'run-2' })).toEqual(stored);
  expect(keys()).toEqual(before);
  expect(before).toHaveLength(3);
  expect(aws.objects.describe(BUCKET, before[0] ?? '').userMetadata['run-id']).toBe('run-1');
});

test('every stored object is reported: key, events, and size and SHA-256 of its bytes in the bucket', async () => {
  const stored = await archive().store(validated(text('e1', NOON_S), text('e2', NOON_S), '7'), ORIGIN);
  const [archived = '', quarantined = ''] = keys();
  expect(stored).toEqual([
    { key: archived, events: 2, ...(await measured(archived)) },
    { key: quarantined, events: 1, ...(await measured(quarantined)) },
  ]);
});

test('pages that differ in any event never share a key', async () => {
  await archive().store(validated(text('e1', NOON_S), text('e2', NOON_S)), ORIGIN);
  await archive().store(validated(text('e1', NOON_S), text('e3', NOON_S)), ORIGIN);
  await archive().store(validated(text('e1', NOON_S)), ORIGIN);
  expect(keys()).toHaveLength(3);
});

describe('two byte-identical pages whose events have no `_id`', () => {
  test('are two deliveries, and both are kept', async () => {
    await archive().store(validated('7'), ORIGIN);
    await archive().store(validated('7'), { ...ORIGIN, sequence: 8 });
    expect(keys()).toHaveLength(2);
    expect(
      keys()
        .map((key) => aws.objects.describe(BUCKET, key).userMetadata.sequence)
        .sort(),
    ).toEqual(['7', '8']);
  });

  test('with the same number are one page, and find their object', async () => {
    const stored = await archive().store(validated('7'), ORIGIN);
    expect(await archive().store(validated('7'), { ...ORIGIN, runId: 'run-2' })).toEqual(stored);
    expect(keys()).toHaveLength(1);
  });

  test('find the object of an event with an `_id`, whatever their number', async () => {
    await archive().store(validated(text('e1', NOON_S)), ORIGIN);
    await archive().store(validated(text('e1', NOON_S)), { ...ORIGIN, sequence: 8 });
    expect(keys()).toHaveLength(1);
  });
});

describe('a page of many hours', () => {
  const HOURS = 20;
  const page = (): ValidatedPage =>
    validated(
      ...Array.from({ length: HOURS }, (_, hour) =>
        text(`e${hour}`, NOON_S - hour * 3600, { user: `u${hour}` }),
      ),
      '7',
    );

  /** Holds back every put until the test releases it. */
  function heldPuts(): { waiting: (() => void)[]; most: number } {
    const alreadyStored = { waiting: [] as (() => void)[], most: 0 };
    aws.hooks = {
      before: () =>
        new Promise<undefined>((resolve) => {
          alreadyStored.waiting.push(() => resolve(undefined));
          alreadyStored.most = Math.max(alreadyStored.most, alreadyStored.waiting.length);
        }),
    };
    return alreadyStored;
  }

  test('is stored eight objects at a time, each with its own lines', async () => {
    const alreadyStored = heldPuts();
    const storing = archive().store(page(), ORIGIN);
    const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    for (let done = 0; done < HOURS + 1;) {
      const awaited = Math.min(8, HOURS + 1 - done);
      while (alreadyStored.waiting.length < awaited) await turn();
      for (let more = 0; more < 50; more++) await turn(); // in which a ninth would come
      for (const release of alreadyStored.waiting.splice(0)) {
        release();
        done++;
      }
    }
    const stored = await storing;
    expect(alreadyStored.most).toBe(8);
    expect(stored).toHaveLength(21);
    expect(stored.map(({ key }) => key).sort()).toEqual([...keys()].sort());
    for (const [hour, { key }] of stored.slice(0, HOURS).entries())
      expect(await linesOf(key)).toMatchObject([{ _id: `e${hour}`, user: `u${hour}` }]);
  });

  test('starts no further put once one is refused, and ends when none is under way', async () => {
    let puts = 0;
    let underWay = 0;
    aws.hooks = {
      before: async () => {
        const isRefused = ++puts === 3;
        underWay++;
        await new Promise((resolve) => setTimeout(resolve, isRefused ? 0 : 300));
        underWay--;
        return isRefused ? { kind: 'error', status: 403, code: 'AccessDenied', message: 'no' } : undefined;
      },
    };
    await expect(archive().store(page(), ORIGIN)).rejects.toMatchObject({ name: 'ArchiveError' });
    expect(underWay).toBe(0);
    expect(puts).toBeLessThanOrEqual(9);
    expect(keys()).toHaveLength(puts - 1);
  });
});

describe('a page that could not be read', () => {
  const BYTES = Buffer.from([0x1f, 0x8b, 0xff, 0x00, 0x0a]);
  const UNREADABLE = { bytes: BYTES, contentEncoding: 'gzip', reason: 'the body is text/html, not JSON' };

  const keep = (page: ReceivedPage, origin: PageOrigin): Promise<ManifestObject | undefined> =>
    archive().keepPage(page, origin, archive().keyOfPage(page, origin));

  test('is kept byte for byte, under its day of arrival, with its reason and encoding', async () => {
    const sha256 = createHash('sha256').update(BYTES).digest('hex');
    const key = `quarantine/pages/netskope_audit/source=emea/dt=2026-11-18/netskope-0123456789abcdef-${sha256.slice(0, 32)}.page`;
    expect(await keep(UNREADABLE, ORIGIN)).toEqual({ key, events: 0, bytes: 5, sha256 });
    const { object, body } = await aws.objects.read(BUCKET, key);
    expect(body).toEqual(BYTES);
    expect(object).toMatchObject({
      contentType: 'application/octet-stream',
      userMetadata: {
        'run-id': 'run-1',
        'index-name': 'netskope-0123456789abcdef',
        sequence: '7',
        'page-sha256': sha256,
        'received-encoding': 'gzip',
        reason: 'the%20body%20is%20text%2Fhtml%2C%20not%20JSON',
        'collector-version': '0.1.0',
      },
    });
    expect(object).not.toHaveProperty('contentEncoding');
  });

  test('is kept once, however often the put is repeated', async () => {
    const conditions: (string | undefined)[] = [];
    aws.hooks = { before: ({ headers }: AwsCall) => void conditions.push(headers['if-none-match']) };
    const kept = await keep(UNREADABLE, ORIGIN);
    clock.pass(60_000);
    expect(await keep(UNREADABLE, { ...ORIGIN, runId: 'run-2' })).toEqual(kept);
    expect(keys()).toEqual([kept?.key]);
    expect(conditions.slice(0, 2)).toEqual(['*', '*']);
  });

  test('is kept beside another page of the same number', async () => {
    await keep(UNREADABLE, ORIGIN);
    await keep({ ...UNREADABLE, bytes: Buffer.from('x') }, ORIGIN);
    expect(keys()).toHaveLength(2);
  });

  test('is kept once a day: the same bytes under another number are the same page, and are not listed again', async () => {
    const kept = await keep(UNREADABLE, ORIGIN);
    expect(await keep(UNREADABLE, { ...ORIGIN, sequence: 8 })).toBeUndefined();
    expect(keys()).toEqual([kept?.key]);
    clock.pass(86_400_000);
    expect((await keep(UNREADABLE, { ...ORIGIN, sequence: 9 }))?.key).toContain('dt=2026-11-19/');
    expect(keys()).toHaveLength(2);
  });

  test('is found again by its key, for its own number and for one that was abandoned, and for no other', async () => {
    const kept = await keep(UNREADABLE, ORIGIN);
    const key = archive().keyOfPage(UNREADABLE, ORIGIN);
    expect(kept?.key).toBe(key);
    const found = [{ object: kept, totals: { archived: 0, quarantined: 0, drifted: 0 } }];
    expect(await archive().keptPages([key, `${key}x`, key.slice(0, -1)], ORIGIN)).toMatchObject(found);
    const later = { ...ORIGIN, sequence: 9 };
    expect(await archive().keptPages([key], later)).toEqual([]);
    const abandoned = { sequences: [7], countedKeys: [] };
    expect(await archive().keptPages([key], { ...later, abandoned })).toMatchObject(found);
    expect(await archive().keptPages([key], { ...ORIGIN, indexName: 'other' })).toEqual([]);
  });

  test('may have no encoding, and no bytes', async () => {
    const kept = await keep({ bytes: Buffer.alloc(0), reason: 'the body is empty' }, ORIGIN);
    const key = String(kept?.key);
    const { object, body } = await aws.objects.read(BUCKET, key);
    expect(body).toHaveLength(0);
    expect(object.userMetadata).not.toHaveProperty('received-encoding');
  });

  test.each([
    ['cut to 500 characters', 'x'.repeat(501), 'x'.repeat(500)],
    ['never cut within a character', `${'x'.repeat(495)}é!`, 'x'.repeat(495)],
    ['encoded, if a header cannot hold its characters', 'é\n\ud800', '%C3%A9%0A%EF%BF%BD'],
  ])('has a reason that is %s', async (_what, reason, stored) => {
    const kept = await keep({ ...UNREADABLE, reason }, ORIGIN);
    expect(aws.objects.describe(BUCKET, String(kept?.key)).userMetadata.reason).toBe(stored);
  });

  test('is named with the bucket if the bucket refuses it', async () => {
    aws.hooks = { before: () => ({ kind: 'error', status: 403, code: 'AccessDenied', message: 'no' }) };
    await expect(keep(UNREADABLE, ORIGIN)).rejects.toMatchObject({
      name: 'ArchiveError',
      message: expect.stringMatching(
        /^object quarantine\/pages\/.*\.page could not be written to bucket archive$/,
      ) as unknown,
    });
  });
});

test('a page without events writes nothing', async () => {
  expect(await archive().store(validated(), ORIGIN)).toEqual([]);
  expect(keys()).toEqual([]);
});

test('a refused put names object and bucket', async () => {
  aws.hooks = { before: () => ({ kind: 'error', status: 403, code: 'AccessDenied', message: 'no' }) };
  await expect(archive().store(validated(text('e1', NOON_S)), ORIGIN)).rejects.toMatchObject({
    name: 'ArchiveError',
    message: expect.stringMatching(
      /^object netskope_audit\/source=emea\/dt=2026-11-18\/hour=12\/.{58}\.ndjson\.gz could not be written to bucket archive$/,
    ) as unknown,
  });
});

test('an existing object that cannot be read is named with its bucket', async () => {
  await archive().store(validated(text('e1', NOON_S)), ORIGIN);
  aws.hooks = {
    before: ({ operation }) =>
      operation === 'GetObject'
        ? { kind: 'error', status: 403, code: 'AccessDenied', message: 'no' }
        : undefined,
  };
  await expect(archive().store(validated(text('e1', NOON_S)), ORIGIN)).rejects.toMatchObject({
    name: 'ArchiveError',
    message: expect.stringMatching(
      /^object netskope_audit\/.* could not be read from bucket archive$/,
    ) as unknown,
  });
});
