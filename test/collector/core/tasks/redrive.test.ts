import { gunzipSync, gzipSync } from 'node:zlib';
import type { CollectorTask, RedriveSummary } from '../../../../lambdas/contract/deployment/collector-event';
import type { AwsFault } from '../../../../lib/local/aws/wire/aws-call';
import { LOCAL_BUCKET } from '../../../../lib/local/local-deployment';
import { manifestLines, manifestProblems } from '../../../manifest-chain';
import { NOW_S, Pipeline } from '../../../pipeline';
import { quarantine, quarantinePage } from '../../../quarantine';
import { login, simulatedLogin } from '../../audit-events';

const TASK: CollectorTask = { kind: 'redrive', fromDay: '2026-11-16', toDay: '2026-11-18' };
const DENIED: AwsFault = { kind: 'error', status: 403, code: 'AccessDenied', message: 'no' };
/** Neither today's schema nor any other can place it. */
const HOPELESS = '{"_id":true}';
const NAMELESS = '{"user":"a@example.org"}';

let pipeline: Pipeline;
beforeEach(async () => {
  pipeline = await Pipeline.start();
  await pipeline.run({ startLookbackHours: 0 });
  pipeline.nextSchedule();
});
afterEach(() => pipeline.stop());

const text = (...event: Parameters<typeof login>): string => JSON.stringify(login(...event));

async function redrive(task = TASK): Promise<Omit<RedriveSummary, 'outcome'> & { outcome: string }> {
  const end = await pipeline.carryOut(task);
  if (end.kind !== 'returned') throw new Error(`the task did not return: ${JSON.stringify(end)}`);
  return end.value as RedriveSummary;
}

const pageOf = (...events: string[]): Buffer =>
  Buffer.from(`\ufeff{"ok":true,"result":[${events.join(',')}]}`);
const NO_PAGES = { redriven: 0, stillUnreadable: 0, archived: 0, quarantined: 0, alreadyHeld: 0 };
const NOTHING_REDRIVEN = {
  outcome: 'redriven',
  objects: 0,
  judged: 0,
  archived: 0,
  alreadyArchived: 0,
  stillRejected: 0,
  pages: NO_PAGES,
};

/** The archived events' own texts, by key. */
async function archivedTexts(): Promise<string[]> {
  const lines = await pipeline.archived();
  return lines.map(({ line }) => `${line.slice(0, line.lastIndexOf(',"p_log_type":'))}}`).sort();
}

const keysBelow = (prefix: string): string[] =>
  pipeline.aws.objects.keys(LOCAL_BUCKET).filter((key) => key.startsWith(prefix));

async function marks(): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const key of keysBelow('redriven/netskope_audit/')) {
    const { body } = await pipeline.aws.objects.read(LOCAL_BUCKET, key);
    for (const line of gunzipSync(body).toString().trimEnd().split('\n')) found.push(JSON.parse(line));
  }
  return found;
}

async function everyByte(prefix: string): Promise<Record<string, string>> {
  const bytes: Record<string, string> = {};
  for (const key of keysBelow(prefix))
    bytes[key] = (await pipeline.aws.objects.read(LOCAL_BUCKET, key)).body.toString('hex');
  return bytes;
}

test('what is acceptable now goes to the archive as it was received; the quarantine stays as it is, with marks beside it', async () => {
  const exact = text('e1', NOW_S - 3600, { count: 1, note: 'café \\/ 12345678901234567890' });
  const key = await quarantine(pipeline.aws, '2026-11-18/a', [exact, HOPELESS]);
  const before = await everyByte('quarantine/');
  expect(await redrive()).toEqual({
    outcome: 'redriven',
    objects: 1,
    judged: 2,
    archived: 1,
    alreadyArchived: 0,
    stillRejected: 1,
    pages: NO_PAGES,
  });
  expect(await archivedTexts()).toEqual([exact]);
  expect((await pipeline.archived())[0]).toMatchObject({
    key: expect.stringMatching(
      /^netskope_audit\/source=netskope\/dt=2026-11-18\/hour=11\/redrive-[0-9a-f]{12}-[0-9a-f]{32}\.ndjson\.gz$/,
    ) as unknown,
    metadata: {
      'run-id': 'run-2',
      'index-name': expect.stringMatching(/^redrive-[0-9a-f]{12}$/) as unknown,
      sequence: '0',
      'event-count': '1',
    },
  });
  expect(await everyByte('quarantine/')).toEqual(before);
  expect(await marks()).toEqual([
    {
      p_row_id: 'netskope:e1',
      quarantine_key: key,
      line: 0,
      redriven_at: '2026-11-18 12:15:00.000000000',
      run_id: 'run-2',
    },
  ]);
});

test('what was archived by a redrive stands in the manifest, then its marks; the checkpoint remembers the line', async () => {
  const key = await quarantine(pipeline.aws, '2026-11-18/a', [text('e1', NOW_S)]);
  await redrive();
  const [archived = ''] = keysBelow('netskope_audit/');
  const [mark = ''] = keysBelow('redriven/');
  const lines = await manifestLines(pipeline.aws.objects, LOCAL_BUCKET, 'netskope');
  const ofRedrive = {
    writtenAt: '2026-11-18T12:15:00.000Z',
    runId: 'run-2',
    indexName: expect.stringMatching(/^redrive-[0-9a-f]{12}$/) as unknown,
    sequence: 0,
  };
  expect(lines.slice(1)).toMatchObject([
    { ...ofRedrive, number: 2, received: 1, objects: [{ key: archived, events: 1 }] },
    { ...ofRedrive, number: 3, received: 0, objects: [{ key: mark, events: 0 }] },
  ]);
  expect((await pipeline.checkpoint()).manifest?.number).toBe(3);
  expect(await manifestProblems(pipeline.aws.objects, LOCAL_BUCKET, 'netskope')).toEqual([
    `${key} is not listed`, // the test has put it there
  ]);
});

test('a second redrive validates only what is still rejected, and stores nothing', async () => {
  await quarantine(pipeline.aws, '2026-11-18/a', [text('e1', NOW_S), HOPELESS]);
  await redrive();
  const before = await everyByte('');
  expect(await redrive()).toMatchObject({ judged: 1, archived: 0, alreadyArchived: 0, stillRejected: 1 });
  expect(await everyByte('')).toEqual(before);
});

test('what is acceptable only after the next fix is archived by the redrive after it', async () => {
  await quarantine(pipeline.aws, '2026-11-18/a', [text('e1', NOW_S), HOPELESS]);
  await redrive();
  await quarantine(pipeline.aws, '2026-11-18/b', [text('e2', NOW_S)]);
  expect(await redrive()).toMatchObject({ objects: 2, judged: 2, archived: 1, stillRejected: 1 });
  expect(await archivedTexts()).toEqual([text('e1', NOW_S), text('e2', NOW_S)]);
  expect(await marks()).toHaveLength(2);
});

describe('twins', () => {
  test('in one object are one event, and both lines are marked', async () => {
    await quarantine(pipeline.aws, '2026-11-18/a', [text('e1', NOW_S), text('e1', NOW_S)]);
    expect(await redrive()).toMatchObject({ judged: 2, archived: 1, alreadyArchived: 1 });
    expect(await archivedTexts()).toEqual([text('e1', NOW_S)]);
    expect(await marks()).toMatchObject([{ line: 0 }, { line: 1 }]);
  });

  test('in two objects are one event, be it in other words, and both lines are marked', async () => {
    await quarantine(pipeline.aws, '2026-11-17/a', [text('e1', NOW_S)]);
    await quarantine(pipeline.aws, '2026-11-18/a', [text('e1', NOW_S).replaceAll(',"', ' , "')]);
    expect(await redrive()).toMatchObject({ objects: 2, archived: 1, alreadyArchived: 1 });
    expect(await archivedTexts()).toEqual([text('e1', NOW_S)]);
    expect(await marks()).toHaveLength(2);
  });

  test('that share only their id are two events', async () => {
    await quarantine(pipeline.aws, '2026-11-18/a', [text('e1', NOW_S), text('e1', NOW_S, { user: 'b' })]);
    expect(await redrive()).toMatchObject({ archived: 2, alreadyArchived: 0 });
    expect(await archivedTexts()).toHaveLength(2);
  });

  test('that cannot be placed stay two', async () => {
    await quarantine(pipeline.aws, '2026-11-18/a', [HOPELESS, HOPELESS]);
    expect(await redrive()).toMatchObject({ judged: 2, stillRejected: 2 });
    expect(await marks()).toEqual([]);
  });
});

test('bytes that are no text stay in quarantine; bytes that are an event after all are archived', async () => {
  const notUtf8 = Buffer.from([0x7b, 0xff, 0x7d]);
  await quarantine(pipeline.aws, '2026-11-18/a', [notUtf8, Buffer.from(text('e1', NOW_S))]);
  expect(await redrive()).toMatchObject({ archived: 1, stillRejected: 1 });
  expect(await archivedTexts()).toEqual([text('e1', NOW_S)]);
  expect(await marks()).toMatchObject([{ line: 1 }]);
});

test('an event that the archive already holds is marked, and not stored again', async () => {
  pipeline.simulator.add([simulatedLogin('e1', NOW_S + 900)]);
  await pipeline.catchUp();
  const before = keysBelow('netskope_audit/');
  await quarantine(pipeline.aws, '2026-11-18/a', [text('e1', NOW_S + 900)]);
  expect(await redrive()).toMatchObject({ judged: 1, archived: 0, alreadyArchived: 1, stillRejected: 0 });
  expect(keysBelow('netskope_audit/')).toEqual(before);
  expect(await marks()).toMatchObject([{ p_row_id: 'netskope:e1' }]);
});

test('an event that Netskope delivers again after its redrive is not stored again', async () => {
  await quarantine(pipeline.aws, '2026-11-18/a', [text('e1', NOW_S + 900)]);
  await redrive();
  pipeline.simulator.add([simulatedLogin('e1', NOW_S + 900)]);
  await pipeline.catchUp();
  expect(await archivedTexts()).toEqual([text('e1', NOW_S + 900)]);
});

test('only the days asked for are touched, by day of arrival', async () => {
  await quarantine(pipeline.aws, '2026-11-15/a', [text('e1', NOW_S)]);
  await quarantine(pipeline.aws, '2026-11-16/a', [text('e2', NOW_S)]);
  await quarantine(pipeline.aws, '2026-11-18/a', [text('e3', NOW_S)]);
  await quarantine(pipeline.aws, '2026-11-19/a', [text('e4', NOW_S)]);
  expect(await redrive()).toMatchObject({ objects: 2, archived: 2 });
  expect(await archivedTexts()).toEqual([text('e2', NOW_S), text('e3', NOW_S)]);
});

test('neither the totals of the feed nor its metrics nor its position change', async () => {
  await quarantine(pipeline.aws, '2026-11-18/a', [text('e1', NOW_S)]);
  const { phase, sequence, watermarkS, totals, announced } = await pipeline.checkpoint();
  const pointsBefore = pipeline.aws.metrics.all().length;
  await redrive();
  expect(await pipeline.checkpoint()).toMatchObject({ phase, sequence, watermarkS, totals, announced });
  expect(await pipeline.checkpoint()).not.toHaveProperty('lease');
  expect(pipeline.aws.metrics.all()).toHaveLength(pointsBefore);
});

test('a source that has never run has nothing to redrive, and nothing is written', async () => {
  await pipeline.stop();
  pipeline = await Pipeline.start();
  expect(await redrive()).toEqual(NOTHING_REDRIVEN);
  expect(await pipeline.hasBegun()).toBe(false);
});

test('while a run holds the source, a redrive touches nothing and says when the run is surely over', async () => {
  await quarantine(pipeline.aws, '2026-11-18/a', [text('e1', NOW_S)]);
  const expiresAtMs = pipeline.clock.nowMs() + 1;
  await pipeline.checkpoints.save({
    ...(await pipeline.checkpoint()),
    lease: { runId: 'other', expiresAtMs },
  });
  const before = await pipeline.checkpoint();
  expect(await pipeline.carryOut(TASK)).toEqual({
    kind: 'returned',
    value: { outcome: 'already-running', leaseExpiresAtMs: expiresAtMs },
  });
  expect(await pipeline.checkpoint()).toEqual(before);
  expect(await archivedTexts()).toEqual([]);

  pipeline.clock.pass(1);
  expect(await redrive()).toMatchObject({ archived: 1 });
});

test('a redrive that takes the lease at the moment a run does looks again, and then does its work', async () => {
  await quarantine(pipeline.aws, '2026-11-18/a', [text('e1', NOW_S)]);
  let tries = 0;
  pipeline.interference = {
    beforeAws: ({ operation }) =>
      operation === 'PutItem' && ++tries === 1
        ? { kind: 'error', status: 400, code: 'ConditionalCheckFailedException', message: 'no' }
        : undefined,
  };
  expect(await redrive()).toMatchObject({ outcome: 'redriven', archived: 1 });
  expect(tries).toBe(3); // refused, the lease, and its end
  expect(await pipeline.checkpoint()).not.toHaveProperty('lease');
});

test('a redrive whose lease the table refuses touches nothing', async () => {
  await quarantine(pipeline.aws, '2026-11-18/a', [text('e1', NOW_S)]);
  pipeline.interference = {
    beforeAws: ({ operation }) =>
      operation === 'PutItem'
        ? { kind: 'error', status: 400, code: 'AccessDeniedException', message: 'no' }
        : undefined,
  };
  expect(await pipeline.carryOut(TASK)).toMatchObject({ error: { name: 'CheckpointError' } });
  expect(await archivedTexts()).toEqual([]);
});

test('a redrive without time for one object begins none', async () => {
  await quarantine(pipeline.aws, '2026-11-18/a', [text('of-a', NOW_S)]);
  await quarantinePage(pipeline.aws, '2026-11-18/p', pageOf(text('of-p', NOW_S)));
  expect(await pipeline.carryOut(TASK, { timeoutMs: 29_999 })).toMatchObject({
    value: { outcome: 'more-to-come', objects: 0, pages: NO_PAGES },
  });
  expect(await archivedTexts()).toEqual([]);
  expect(await pipeline.carryOut(TASK, { timeoutMs: 30_000 })).toMatchObject({
    value: { outcome: 'redriven', objects: 1, archived: 1, pages: { redriven: 1 } },
  });
});

test('a redrive that runs out of time says so; asked again it does the rest', async () => {
  for (const name of ['a', 'b', 'c'])
    await quarantine(pipeline.aws, `2026-11-18/${name}`, [text(`of-${name}`, NOW_S)]);
  pipeline.interference = {
    beforeAws: ({ operation, key = '' }) => {
      if (operation === 'GetObject' && key.endsWith('/b.ndjson.gz')) pipeline.clock.pass(570_001);
      return undefined;
    },
  };
  expect(await pipeline.carryOut(TASK)).toMatchObject({
    value: { outcome: 'more-to-come', objects: 1, archived: 1 },
  });
  expect(await pipeline.checkpoint()).not.toHaveProperty('lease');
  pipeline.interference = {};
  expect(await redrive()).toMatchObject({ outcome: 'redriven', archived: 2 });
  expect(await archivedTexts()).toHaveLength(3);
});

test.each([
  ['the archive', 'netskope_audit/'],
  ['the manifest', 'manifest/'],
  ['the marks', 'redriven/'],
])(
  'a bucket that refuses %s fails the task, gives the source free, and loses nothing',
  async (_what, prefix) => {
    await quarantine(pipeline.aws, '2026-11-18/a', [text('e1', NOW_S)]);
    pipeline.interference = {
      beforeAws: ({ operation, key = '' }) =>
        operation === 'PutObject' && key.startsWith(prefix) ? DENIED : undefined,
    };
    expect(await pipeline.carryOut(TASK)).toMatchObject({ error: { name: 'ArchiveError' } });
    expect(await pipeline.checkpoint()).not.toHaveProperty('lease');
    expect(await marks()).toEqual([]);
    pipeline.interference = {};
    await redrive();
    expect(await archivedTexts()).toEqual([text('e1', NOW_S)]);
    expect(await marks()).toHaveLength(1);
  },
);

describe('pages that could not be read when they came', () => {
  const E1 = text('e1', NOW_S - 3600, { note: 'café \\/ 12345678901234567890' });
  const E2 = text('e2', NOW_S);

  /** A page that today's version reads, for it skips the byte order mark. */

  async function rawQuarantined(): Promise<string[]> {
    return (await pipeline.quarantined()).map(({ line }) => (JSON.parse(line) as { raw: string }).raw);
  }

  test('give their events to archive and quarantine as soon as they can be read; the page stays, with a mark beside it', async () => {
    const key = await quarantinePage(pipeline.aws, '2026-11-18/a', gzipSync(pageOf(E1, HOPELESS, E2)), {
      contentEncoding: 'GZIP',
    });
    const before = await everyByte('quarantine/pages/');
    expect(await redrive()).toEqual({
      ...NOTHING_REDRIVEN,
      pages: { redriven: 1, stillUnreadable: 0, archived: 2, quarantined: 1, alreadyHeld: 0 },
    });
    expect(await archivedTexts()).toEqual([E1, E2].sort());
    expect(await rawQuarantined()).toEqual([HOPELESS]);
    expect(await everyByte('quarantine/pages/')).toEqual(before);
    const markKey = 'redriven/pages/netskope_audit/source=netskope/dt=2026-11-18/a.json';
    expect(keysBelow('redriven/')).toEqual([markKey]);
    const { body } = await pipeline.aws.objects.read(LOCAL_BUCKET, markKey);
    expect(JSON.parse(body.toString())).toEqual({
      quarantine_key: key,
      redriven_at: '2026-11-18 12:15:00.000000000',
      run_id: 'run-2',
      events: 3,
      archived: 2,
      quarantined: 1,
    });
  });

  test('have what was stored of them listed in the manifest, under the number of the page, then the mark', async () => {
    const key = await quarantinePage(pipeline.aws, '2026-11-18/a', pageOf(E1, HOPELESS, E2), {
      sequence: 41,
    });
    await redrive();
    const [mark = ''] = keysBelow('redriven/');
    const ofRedrive = {
      writtenAt: '2026-11-18T12:15:00.000Z',
      runId: 'run-2',
      indexName: expect.stringMatching(/^redrive-[0-9a-f]{12}$/) as unknown,
      sequence: 41,
    };
    expect((await manifestLines(pipeline.aws.objects, LOCAL_BUCKET, 'netskope')).slice(1)).toMatchObject([
      { ...ofRedrive, number: 2, received: 3, objects: [{ events: 1 }, { events: 1 }, { events: 1 }] },
      { ...ofRedrive, number: 3, received: 0, objects: [{ key: mark, events: 0 }] },
    ]);
    expect(await manifestProblems(pipeline.aws.objects, LOCAL_BUCKET, 'netskope')).toEqual([
      `${key} is not listed`, // the test has put it there
    ]);
  });

  test.each<[string, Buffer, string | undefined]>([
    ['is HTML', Buffer.from('<html></html>'), undefined],
    ['is cut', pageOf(E1).subarray(0, -1), undefined],
    ['is a cut gzip stream', gzipSync(pageOf(E1)).subarray(0, -1), 'gzip'],
    ['has an encoding nobody here knows', pageOf(E1), 'br'],
    ['says that something is wrong', Buffer.from('{"ok":0,"result":"busy"}'), undefined],
  ])('stay where the page still %s, and are tried again', async (_what, body, contentEncoding) => {
    await quarantinePage(pipeline.aws, '2026-11-18/a', body, { contentEncoding });
    const before = await everyByte('');
    for (let tries = 0; tries < 2; tries++)
      expect(await redrive()).toMatchObject({
        outcome: 'redriven',
        pages: { ...NO_PAGES, stillUnreadable: 1 },
      });
    expect(await everyByte('')).toEqual(before);
  });

  test.each([
    ['larger than anything that is decoded, and are not read', 33_554_433, 0],
    ['just as large, and nothing but zeros', 33_554_432, 1],
  ])('stay where they are %s', async (_what, bytes, reads) => {
    const key = await quarantinePage(pipeline.aws, '2026-11-18/a', Buffer.alloc(bytes));
    const read: string[] = [];
    pipeline.interference = {
      beforeAws: (call) => void (call.operation === 'GetObject' && read.push(call.key ?? '')),
    };
    expect(await redrive()).toMatchObject({ pages: { ...NO_PAGES, stillUnreadable: 1 } });
    expect(read).toEqual([key].slice(0, reads));
  });

  test('that are redriven are neither read nor stored again', async () => {
    await quarantinePage(pipeline.aws, '2026-11-18/a', pageOf(E1));
    await redrive();
    const before = await everyByte('');
    expect(await redrive()).toMatchObject({ pages: NO_PAGES });
    expect(await everyByte('')).toEqual(before);
  });

  test('without an event are redriven, and only the mark is listed', async () => {
    await quarantinePage(pipeline.aws, '2026-11-18/a', pageOf());
    expect(await redrive()).toMatchObject({ pages: { ...NO_PAGES, redriven: 1 } });
    expect(keysBelow('manifest/')).toHaveLength(2);
    expect(keysBelow('redriven/pages/')).toHaveLength(1);
  });

  test('store nothing that Netskope has delivered again since, in whatever pages', async () => {
    pipeline.simulator.add([
      simulatedLogin('e1', NOW_S + 900),
      { text: HOPELESS, id: 'hopeless', timestampS: NOW_S + 900, insertedAtS: NOW_S + 900 },
      { text: NAMELESS, timestampS: NOW_S + 900, insertedAtS: NOW_S + 900 },
    ]);
    await pipeline.catchUp();
    expect(await rawQuarantined()).toEqual([HOPELESS, NAMELESS]);
    const page = pageOf(text('e1', NOW_S + 900), HOPELESS, NAMELESS, E2);
    await quarantinePage(pipeline.aws, '2026-11-18/a', page);
    expect(await redrive()).toMatchObject({
      pages: { redriven: 1, archived: 1, quarantined: 0, alreadyHeld: 3 },
    });
    expect(await rawQuarantined()).toEqual([HOPELESS, NAMELESS]);
    expect(await archivedTexts()).toHaveLength(2);
  });

  test('keep events without an `_id` as often as one page has them', async () => {
    await quarantinePage(pipeline.aws, '2026-11-18/a', pageOf(HOPELESS, HOPELESS, E1, E1));
    expect(await redrive()).toMatchObject({
      pages: { redriven: 1, archived: 1, quarantined: 2, alreadyHeld: 1 },
    });
    expect(await rawQuarantined()).toEqual([HOPELESS, HOPELESS]);
  });

  test('of days that were not asked for stay', async () => {
    await quarantinePage(pipeline.aws, '2026-11-15/a', pageOf(E1));
    await quarantinePage(pipeline.aws, '2026-11-19/a', pageOf(E2));
    expect(await redrive()).toMatchObject({ pages: NO_PAGES });
  });

  test('are read one at a time, and no more of them where the time is spent', async () => {
    for (const name of ['a', 'b', 'c'])
      await quarantinePage(pipeline.aws, `2026-11-18/${name}`, pageOf(text(`of-${name}`, NOW_S)));
    const calls: string[] = [];
    pipeline.interference = {
      beforeAws: ({ operation, key = '' }) => {
        if (key.endsWith('/b.page')) pipeline.clock.pass(570_001);
        if (key.includes('/pages/')) calls.push(`${operation} ${key.slice(key.lastIndexOf('/') + 1)}`);
      },
    };
    expect(await pipeline.carryOut(TASK)).toMatchObject({
      value: { outcome: 'more-to-come', pages: { redriven: 2, archived: 2 } },
    });
    expect(calls).toEqual(['GetObject a.page', 'PutObject a.json', 'GetObject b.page', 'PutObject b.json']);
    pipeline.interference = {};
    expect(await redrive()).toMatchObject({ outcome: 'redriven', pages: { redriven: 1, archived: 1 } });
    expect(await archivedTexts()).toHaveLength(3);
  });

  test('whose mark is refused fail the task and give the source free; repeated on another day, they store nothing twice', async () => {
    await quarantinePage(pipeline.aws, '2026-11-18/a', pageOf(E1, HOPELESS));
    pipeline.interference = {
      beforeAws: ({ operation, key = '' }) =>
        operation === 'PutObject' && key.startsWith('redriven/pages/') ? DENIED : undefined,
    };
    expect(await pipeline.carryOut(TASK)).toMatchObject({ error: { name: 'ArchiveError' } });
    expect(await pipeline.checkpoint()).not.toHaveProperty('lease');
    pipeline.interference = {};
    pipeline.clock.pass(24 * 3_600_000);
    expect(await redrive()).toMatchObject({
      pages: { redriven: 1, archived: 0, quarantined: 0, alreadyHeld: 2 },
    });
    expect(await archivedTexts()).toEqual([E1]);
    expect(await rawQuarantined()).toEqual([HOPELESS]);
    expect(keysBelow('redriven/pages/')).toHaveLength(1);
  });
});
