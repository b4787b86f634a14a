import { gzipSync } from 'node:zlib';
import { S3Client } from '@aws-sdk/client-s3';
import { S3EventArchive } from '../../../lambdas/collector/adapters/s3-archive';
import type { ValidatedPage } from '../../../lambdas/collector/core/page/validated-page';
import { marked, validatedPage } from '../../../lambdas/collector/core/page/validated-page';
import type { SearchScope } from '../../../lambdas/collector/core/ports';
import { AUDIT_FEED } from '../../../lambdas/contract/feed/audit';
import { LocalAws } from '../../../lib/local/aws/local-aws';
import { TestClock } from '../../test-clock';
import { login, pageOf } from '../audit-events';
import { clientSettings } from './client-settings';

/** 2026-11-18T12:00:00Z, the 498,612th hour since 1970. */
const NOON_S = 1_795_003_200;
const HOUR = 498_612;
const DAY_MS = 86_400_000;
const BUCKET = 'archive';

let aws: LocalAws;
let client: S3Client;
let archive: S3EventArchive;
let clock: TestClock;
beforeEach(async () => {
  aws = await LocalAws.start();
  await aws.objects.createBucket(BUCKET);
  client = new S3Client(clientSettings(aws));
  clock = new TestClock(NOON_S * 1000);
  archive = newRun();
});
afterEach(async () => {
  client.destroy();
  await aws.stop();
});

/** The archive as a run sees it that begins now. */
function newRun(): S3EventArchive {
  const source = { sourceId: 'emea', label: 'EMEA' };
  return new S3EventArchive(client, BUCKET, { feed: AUDIT_FEED, source, clock });
}

function validated(...events: (string | Buffer)[]): ValidatedPage {
  return validatedPage(pageOf(events));
}

const text = (...event: Parameters<typeof login>): string => JSON.stringify(login(...event));

/** What a later run, working on page 8, finds already stored. */
async function storedOf(
  page: ValidatedPage,
  scope: SearchScope = { hours: new Set([HOUR]) },
  run: S3EventArchive = newRun(),
) {
  const origin = { runId: 'run-2', indexName: 'emea-0123456789abcdef', sequence: 8 };
  const { earlier, unfinished, standings, emptyHours, foreign } = await run.alreadyStored(
    page,
    origin,
    scope,
  );
  return {
    earlier: [...earlier].sort(),
    unfinished: [...unfinished].sort(),
    conflicting: [...standings]
      .flatMap(([index, { isConflicting }]) => (isConflicting === true ? [index] : []))
      .sort(),
    editions: [...standings].flatMap(([index, { edition }]) =>
      edition === undefined ? [] : [[index, edition]],
    ),
    emptyHours: [...emptyHours],
    foreign: [...foreign],
  };
}

async function store(sequence: number, ...events: (string | Buffer)[]): Promise<void> {
  await archive.store(validated(...events), { runId: 'run-1', indexName: 'emea-0123456789abcdef', sequence });
}

const NOTHING = {
  earlier: [],
  unfinished: [],
  conflicting: [],
  editions: [],
  emptyHours: [],
  foreign: [],
};

test('an empty archive holds nothing, and says which hours are empty', async () => {
  expect(await storedOf(validated(text('e1', NOON_S)))).toEqual({ ...NOTHING, emptyHours: [HOUR] });
});

test('an event of an earlier page is already stored, whatever else the pages contain, in whatever order', async () => {
  await store(7, text('e1', NOON_S), text('e2', NOON_S));
  expect(await storedOf(validated(text('e3', NOON_S), text('e2', NOON_S), text('e1', NOON_S)))).toEqual({
    ...NOTHING,
    earlier: [1, 2],
  });
});

test('an event that an unfinished attempt at the same page has stored is distinguished: it is not counted yet', async () => {
  await store(8, text('e1', NOON_S));
  expect(await storedOf(validated(text('e1', NOON_S)))).toEqual({ ...NOTHING, unfinished: [0] });
});

test('a page of another stream with the same number is an earlier one, not an unfinished attempt', async () => {
  const origin = { runId: 'run-1', indexName: 'emea-fedcba9876543210', sequence: 8 };
  await archive.store(validated(text('e1', NOON_S), '7'), origin);
  const scope: SearchScope = {
    hours: new Set([HOUR]),
    quarantine: {
      sinceMs: NOON_S * 1000,
      anewToSequence: Infinity,
      repeatedFromSequence: 0,
      onlyWithId: false,
    },
  };
  expect(await storedOf(validated(text('e1', NOON_S), '7'), scope)).toEqual({ ...NOTHING, earlier: [0, 1] });
});

test('an event in different JSON is the same event; one with different content is a conflict', async () => {
  await store(7, text('e1', NOON_S), text('e2', NOON_S));
  const reworded = text('e1', NOON_S).replaceAll(',', ' , ');
  const changed = text('e2', NOON_S, { user: 'mallory@example.org' });
  expect(await storedOf(validated(reworded, changed))).toEqual({
    ...NOTHING,
    earlier: [0],
    conflicting: [1],
  });
});

describe('of an event whose `_id` is stored', () => {
  const FIRST = text('e1', NOON_S);
  const SECOND = text('e1', NOON_S, { record_type: 'audit' });
  const THIRD = text('e1', NOON_S, { record_type: 'audit', record_version: 2 });
  const OTHER = text('e1', NOON_S, { record_type: 'other' });

  test.each<[string, string[], string, object]>([
    ['more fields are the next edition', [FIRST], SECOND, { editions: [[0, 2]] }],
    ['more fields than a later edition are the one after it', [FIRST, SECOND], THIRD, { editions: [[0, 3]] }],
    ['fewer fields are nothing new', [SECOND], FIRST, { earlier: [0] }],
    ['fewer fields than the latest edition are nothing new', [FIRST, THIRD], SECOND, { earlier: [0] }],
    ['another value is a conflict', [SECOND], OTHER, { conflicting: [0] }],
    [
      'another value than the latest edition is a conflict beside it',
      [FIRST, SECOND],
      OTHER,
      { conflicting: [0], editions: [[0, 2]] },
    ],
  ])('%s', async (_what, stored, event, found) => {
    await store(7, ...stored);
    expect(await storedOf(validated(event))).toEqual({ ...NOTHING, ...found });
  });

  test('an edition stands beside its first one in a page, and is compared with both in the archive', async () => {
    await store(7, FIRST);
    expect(await storedOf(validated(FIRST, SECOND))).toEqual({
      ...NOTHING,
      earlier: [0],
      editions: [[1, 2]],
    });
  });

  test('a number is an id, too', async () => {
    const event = text('', NOON_S, { _id: 66_483 });
    await store(7, event);
    expect(await storedOf(validated(event))).toEqual({ ...NOTHING, earlier: [0] });
  });

  test('what an unfinished attempt left is counted with its editions and conflicts, and with times of first editions alone', async () => {
    const page = marked(validated(FIRST, SECOND, text('e2', NOON_S + 1)), {
      standings: new Map([[2, { isConflicting: true }]]),
    });
    await archive.store(page, { runId: 'run-1', indexName: 'emea-0123456789abcdef', sequence: 8 });
    const origin = { runId: 'run-2', indexName: 'emea-0123456789abcdef', sequence: 8 };
    const { uncounted } = await archive.alreadyStored(page, origin, { hours: new Set([HOUR]) });
    expect(uncounted).toMatchObject([
      {
        totals: { archived: 3, quarantined: 0, drifted: 0, editions: 1, conflicting: 1 },
        timestampsS: [NOON_S, NOON_S + 1],
      },
    ]);
  });
});

test('only the requested hours are searched', async () => {
  await store(7, text('e1', NOON_S), text('e2', NOON_S - 3600));
  const page = validated(text('e1', NOON_S), text('e2', NOON_S - 3600));
  expect(await storedOf(page, { hours: new Set([HOUR - 1]) })).toEqual({ ...NOTHING, earlier: [1] });
});

describe('in the quarantine', () => {
  const searched = (sinceMs: number, repeatedFromSequence: number): SearchScope => ({
    hours: new Set(),
    quarantine: { sinceMs, repeatedFromSequence, onlyWithId: false },
  });

  test('an event is found by its exact text, or its exact bytes', async () => {
    const binary = Buffer.from([0x22, 0xff, 0x22]);
    await store(7, '{"a":1}', binary);
    const page = validated('{"a": 1}', '{"a":1}', binary, Buffer.from([0x22, 0xfe, 0x22]));
    expect(await storedOf(page, searched(NOON_S * 1000, 0))).toEqual({ ...NOTHING, earlier: [1, 2] });
  });

  test('each line accounts for one event: two identical ones may be two events', async () => {
    await store(7, '7', '7');
    const { earlier } = await storedOf(validated('7', '7', '7'), searched(NOON_S * 1000, 0));
    expect(earlier).toHaveLength(2);
  });

  test('only days since a given day, and pages from a given page on, are searched', async () => {
    await store(6, '6');
    clock.pass(2 * DAY_MS);
    await store(7, '7');
    const page = validated('6', '7');
    expect((await storedOf(page, searched(NOON_S * 1000, 0))).earlier).toEqual([0, 1]);
    expect((await storedOf(page, searched(NOON_S * 1000 + DAY_MS, 0))).earlier).toEqual([1]);
    expect((await storedOf(page, searched(NOON_S * 1000, 7))).earlier).toEqual([1]);
  });

  test('events without an `_id` are left out if the page is not a repetition', async () => {
    await store(7, '{"_id":"e1"}', '{"a":1}');
    const scope = searched(NOON_S * 1000, 0);
    const page = validated('{"_id":"e1"}', '{"a":1}');
    expect((await storedOf(page, scope)).earlier).toEqual([0, 1]);
    const onlyWithId = { hours: new Set<number>(), quarantine: { ...scope.quarantine!, onlyWithId: true } };
    expect((await storedOf(page, onlyWithId)).earlier).toEqual([0]);
  });

  test('nothing is searched unless requested', async () => {
    await store(7, '7');
    expect(await storedOf(validated('7'), { hours: new Set() })).toEqual(NOTHING);
  });
});

test('a refused listing names prefix and bucket', async () => {
  aws.hooks = { before: () => ({ kind: 'error', status: 403, code: 'AccessDenied', message: 'no' }) };
  await expect(storedOf(validated(text('e1', NOON_S)))).rejects.toMatchObject({
    name: 'ArchiveError',
    message:
      'the objects below netskope_audit/source=emea/dt=2026-11-18/hour=12/ could not be read from bucket archive',
  });
});

describe('an object that the collector did not write is skipped and named, and hides no event', () => {
  const notGzip = Buffer.from('plain');
  const gzipOf = (lines: string): Buffer => gzipSync(lines);
  test.each<[string, string, Buffer]>([
    ['a folder marker', '_$folder$', Buffer.alloc(0)],
    ["somebody's notes", 'notes.txt', notGzip],
    ['no gzip', 'foreign.ndjson.gz', notGzip],
    ['damaged gzip', 'cut.ndjson.gz', gzipOf('{"_id":"e2"}\n').subarray(0, 12)],
    ['no JSON', 'text.ndjson.gz', gzipOf('plain\n')],
    ['a line that is no object', 'null.ndjson.gz', gzipOf('null\n')],
    ['a line that is a number', 'seven.ndjson.gz', gzipOf('7\n')],
    ['what unpacks to more than a page', 'bomb.ndjson.gz', gzipSync(Buffer.alloc(64 * 2 ** 20 + 1, '\n'))],
    ['what is larger than a page', 'large.ndjson.gz', Buffer.alloc(64 * 2 ** 20 + 1)],
  ])('%s', async (_what, name, body) => {
    const key = `netskope_audit/source=emea/dt=2026-11-18/hour=12/${name}`;
    await put(key, body);
    await store(7, text('e1', NOON_S));
    expect(await storedOf(validated(text('e1', NOON_S)))).toEqual({
      ...NOTHING,
      earlier: [0],
      foreign: [key],
    });
  });

  test('in the quarantine as well', async () => {
    const key = 'quarantine/netskope_audit/source=emea/dt=2026-11-18/null.ndjson.gz';
    await put(key, gzipOf('null\n'));
    await store(7, '7');
    const quarantine = { sinceMs: NOON_S * 1000, repeatedFromSequence: 0, onlyWithId: false };
    expect(await storedOf(validated('7'), { hours: new Set(), quarantine })).toEqual({
      ...NOTHING,
      earlier: [0],
      foreign: [key],
    });
  });
});

describe('hours and days that follow each other are listed together', () => {
  const HOUR_S = 3600;
  const DAY = 'netskope_audit/source=emea/dt=2026-11-18';
  /** The listings made meanwhile. */
  async function listingsOf(work: () => Promise<unknown>): Promise<string[]> {
    const listings: string[] = [];
    aws.hooks = {
      before: ({ operation, query }) => {
        if (operation === 'ListObjectsV2') listings.push(query.get('prefix') ?? '');
      },
    };
    await work();
    aws.hooks = {};
    return listings;
  }

  test('of the hours around midnight, the events of those that were asked for are found, and the empty ones named', async () => {
    // From 10:00 to the next day's 02:00, and as the source next to it by name.
    for (const hours of [-2, -1, 0, 11, 12, 13, 14])
      await store(7, text(`e${hours}`, NOON_S + hours * HOUR_S));
    await put('netskope_audit/source=emea2/dt=2026-11-18/hour=23/notes.txt', Buffer.from('notes'));
    const page = validated(
      ...[-2, -1, 0, 11, 12, 13, 14].map((hours) => text(`e${hours}`, NOON_S + hours * HOUR_S)),
    );
    let found: unknown;
    const hours = new Set([11, 9, 10, 12, 13, -1].map((later) => HOUR + later)); // 21:00 to 01:00, and 11:00
    const listings = await listingsOf(async () => (found = await storedOf(page, { hours })));
    expect(found).toEqual({ ...NOTHING, earlier: [1, 3, 4, 5], emptyHours: [HOUR + 9, HOUR + 10] });
    expect(listings).toEqual([`${DAY}/hour=11/`, 'netskope_audit/source=emea/dt=2026-11-1']);
  });

  test('foreign objects of these hours are named, those of the hours beside them are not', async () => {
    for (const hour of [10, 11, 12, 13]) await put(`${DAY}/hour=${hour}/!`, Buffer.alloc(0));
    expect(await storedOf(validated(), { hours: new Set([HOUR - 1, HOUR]) })).toEqual({
      ...NOTHING,
      foreign: [`${DAY}/hour=11/!`, `${DAY}/hour=12/!`],
    });
  });

  test('of more objects than one listing has, all of these hours are read, and none before or after them', async () => {
    for (const hour of [11, 12, 15])
      for (let place = 0; place < 1_001; place++)
        await put(`${DAY}/hour=${hour}/note-${String(place).padStart(4, '0')}`, Buffer.alloc(0));
    await store(7, text('e1', NOON_S + HOUR_S));
    let found: Awaited<ReturnType<typeof storedOf>> | undefined;
    const scope = { hours: new Set([HOUR, HOUR + 1]) };
    const listings = await listingsOf(
      async () => (found = await storedOf(validated(text('e1', NOON_S + HOUR_S)), scope)),
    );
    expect(found).toMatchObject({ earlier: [0], emptyHours: [] });
    expect(found?.foreign).toHaveLength(1_001);
    expect(listings).toHaveLength(2);
  });

  test('days that are still to come take none', async () => {
    await store(7, '7');
    const quarantine = { sinceMs: NOON_S * 1000 + DAY_MS, repeatedFromSequence: 0, onlyWithId: false };
    const scope = { hours: new Set<number>(), quarantine };
    let found: unknown;
    const listings = await listingsOf(async () => (found = await storedOf(validated('7'), scope)));
    expect(found).toEqual(NOTHING);
    expect(listings).toEqual([]);
  });

  test('a quarter of a year of the quarantine takes one listing', async () => {
    await store(7, '7');
    clock.pass(90 * DAY_MS);
    const quarantine = { sinceMs: NOON_S * 1000, repeatedFromSequence: 0, onlyWithId: false };
    let found: unknown;
    const listings = await listingsOf(
      async () => (found = await storedOf(validated('7'), { hours: new Set(), quarantine })),
    );
    expect(found).toEqual({ ...NOTHING, earlier: [0] });
    expect(listings).toEqual(['quarantine/netskope_audit/source=emea/dt=202']);
  });
});

async function put(key: string, body: Buffer): Promise<void> {
  await aws.objects.put({
    bucket: BUCKET,
    key,
    body,
    attributes: { contentType: 'application/octet-stream', userMetadata: {} },
    onlyIfAbsent: false,
  });
}

describe('what a run knows', () => {
  /** How many objects are read meanwhile. */
  async function readsOf(work: () => Promise<unknown>): Promise<number> {
    let reads = 0;
    aws.hooks = { before: ({ operation }) => void (reads += operation === 'GetObject' ? 1 : 0) };
    await work();
    aws.hooks = {};
    return reads;
  }
  const QUARANTINE: SearchScope = {
    hours: new Set(),
    quarantine: { sinceMs: NOON_S * 1000, repeatedFromSequence: 0, onlyWithId: false },
  };

  beforeEach(async () => {
    for (const sequence of [1, 2, 3])
      await store(sequence, text(`e${sequence}`, NOON_S), `"raw ${sequence}"`);
  });

  test('objects of other runs are read once', async () => {
    const run = newRun();
    expect(await readsOf(() => storedOf(validated(text('new', NOON_S)), undefined, run))).toBe(3);
    expect(await readsOf(() => storedOf(validated(text('newer', NOON_S)), undefined, run))).toBe(0);
    expect(await readsOf(() => storedOf(validated('"new"'), QUARANTINE, run))).toBe(3);
    expect(await readsOf(() => storedOf(validated('"newer"'), QUARANTINE, run))).toBe(0);
  });

  test('one is read again for an event that it holds, and the event is found', async () => {
    const run = newRun();
    await storedOf(validated(text('new', NOON_S), '"new"'), { ...QUARANTINE, hours: new Set([HOUR]) }, run);
    let found: unknown;
    const page = validated(text('newer', NOON_S), text('e2', NOON_S));
    expect(await readsOf(async () => (found = await storedOf(page, undefined, run)))).toBe(1);
    expect(found).toEqual({ ...NOTHING, earlier: [1] });
    const rejected = validated('"raw 3"', '"newer"');
    expect(await readsOf(async () => (found = await storedOf(rejected, QUARANTINE, run)))).toBe(1);
    expect(found).toEqual({ ...NOTHING, earlier: [0] });
  });

  test('its own objects are not read, except for an event that they hold', async () => {
    let found: unknown;
    expect(
      await readsOf(async () => (found = await storedOf(validated(text('new', NOON_S)), undefined, archive))),
    ).toBe(0);
    expect(found).toEqual(NOTHING);
    const repeated = validated(text('e1', NOON_S));
    expect(await readsOf(async () => (found = await storedOf(repeated, undefined, archive)))).toBe(1);
    expect(found).toEqual({ ...NOTHING, earlier: [0] });
  });

  test('what an attempt at the page left behind is read for its counts, whatever it holds', async () => {
    await store(8, text('e8', NOON_S), '"raw 8"');
    const run = newRun();
    const origin = { runId: 'run-2', indexName: 'emea-0123456789abcdef', sequence: 8 };
    const scope = { ...QUARANTINE, hours: new Set([HOUR]) };
    for (const id of ['new', 'newer']) {
      const { uncounted } = await run.alreadyStored(validated(text(id, NOON_S), `"${id}"`), origin, scope);
      expect(uncounted.map(({ totals }) => totals)).toMatchObject([
        { archived: 1, quarantined: 0 },
        { archived: 0, quarantined: 1 },
      ]);
    }
  });

  test('what the collector has not written is named each time, and read once', async () => {
    const key = `netskope_audit/source=emea/dt=2026-11-18/hour=12/note.ndjson.gz`;
    const attributes = { contentType: 'text/plain', userMetadata: {} };
    await aws.objects.put({
      bucket: BUCKET,
      key,
      body: Buffer.from('a note'),
      attributes,
      onlyIfAbsent: true,
    });
    const run = newRun();
    const page = validated(text('new', NOON_S));
    expect(await storedOf(page, undefined, run)).toEqual({ ...NOTHING, foreign: [key] });
    let found: unknown;
    expect(await readsOf(async () => (found = await storedOf(page, undefined, run)))).toBe(0);
    expect(found).toEqual({ ...NOTHING, foreign: [key] });
  });

  test('many small objects are read at the same time, eight at most', async () => {
    for (let sequence = 10; sequence < 30; sequence++) await store(sequence, text(`e${sequence}`, NOON_S));
    let running = 0;
    let most = 0;
    aws.hooks = {
      before: async ({ operation }) => {
        if (operation !== 'GetObject') return;
        most = Math.max(most, ++running);
        await new Promise(setImmediate);
        running--;
      },
    };
    await storedOf(validated(text('new', NOON_S)));
    expect(most).toBe(8);
  });
});
