import { fileBackfill, storedBackfill } from '../../../faults/backfill-job';
import { NOW_S, Pipeline } from '../../../pipeline';
import { login, simulatedLogin } from '../../audit-events';

/** The hour that most backfills read, 09:00 to 10:00, by its first second and by that of the next hour. */
const HOUR_S = 1_794_992_400;
const NEXT_HOUR_S = 1_794_996_000;
/** Of that hour the first 45 minutes: reading ends with the hour, 15 minutes past the range. */
const ONE_HOUR = { from: 3, to: 2.25 };

let pipeline: Pipeline;
afterEach(() => pipeline.stop());

type Text = string;
const at = (timestampS: number): Text => JSON.stringify(login(`at ${timestampS}`, timestampS));
/** For the quarantine: without an `_id`. */
const namelessAt = (timestamp: unknown): Text => JSON.stringify(login('', 0, { _id: undefined, timestamp }));

/**
 * A run in which Netskope answers a backfill's calls with these pages, and with empty ones after them.
 * @returns what it was asked for
 */
async function walk(
  range: Parameters<typeof fileBackfill>[1],
  pages: readonly (readonly Text[])[] = [],
): Promise<string[]> {
  await pipeline.run({ startLookbackHours: 0 });
  const { indexName } = await fileBackfill(pipeline, range);
  const asked: string[] = [];
  pipeline.interference = {
    netskope: ({ index, operation }) => {
      if (index !== indexName) return undefined;
      const events = pages[asked.push(operation) - 1] ?? [];
      return { kind: 'body', bytes: Buffer.from(`{"ok":1,"wait_time":0,"result":[${events.join(',')}]}`) };
    },
  };
  expect(await pipeline.run()).toMatchObject({ summary: { backfill: { state: 'done' } } });
  return asked;
}

describe('which hours a walk through the past asks for', () => {
  test.each([
    ['every hour that begins before 15 minutes past the range', { from: 3, to: 8_099 / 3600 }, 2],
    ['none that begins at 15 minutes past the range', { from: 3, to: 8_100 / 3600 }, 1],
    ['none that begins at the present, where the range reaches up to it', { from: 3, to: 0 }, 3],
  ])('%s', async (_which, range, hours) => {
    pipeline = await Pipeline.start();
    expect(await walk(range)).toEqual(['1794992400', '1794996000', '1794999600'].slice(0, hours));
  });

  test('what lies before the retention in one step, and then hour by hour', async () => {
    pipeline = await Pipeline.start();
    // The range begins a day before the 90 days of the retention, of which an hour is the margin.
    expect(await walk({ from: 91 * 24, to: 90 * 24 - 2.75 })).toEqual(['1787230800', '1787234400']);
  });
});

describe('an hour is over', () => {
  test.each<[string, Text[][], number]>([
    ['with an empty page', [[]], 1],
    ['with a page of the first second of the next hour', [[at(NEXT_HOUR_S)]], 1],
    ['not with a page of its own last second', [[at(NEXT_HOUR_S - 1)]], 2],
    [
      'not with a page that has an event of it beside later ones',
      [[at(NEXT_HOUR_S), at(NEXT_HOUR_S - 1)]],
      2,
    ],
    ['not with a page of rejected events alone', [[namelessAt(NEXT_HOUR_S)]], 2],
  ])('%s', async (_when, pages, calls) => {
    pipeline = await Pipeline.start();
    const asked = await walk(ONE_HOUR, pages);
    expect(asked).toEqual(['1794992400', 'next'].slice(0, calls));
  });

  const FULL_AND_LATER = [at(NEXT_HOUR_S + 1), at(NEXT_HOUR_S + 2)];
  const FULL_AND_WITHIN = [at(HOUR_S), at(HOUR_S + 1)];
  test.each<[string, Text[][], number]>([
    ['two in a row', [FULL_AND_LATER, FULL_AND_LATER], 2],
    ['two that a page of the hour parts do not count', [FULL_AND_LATER, FULL_AND_WITHIN, FULL_AND_LATER], 4],
    ['one, and one that is not full', [FULL_AND_LATER, [at(NEXT_HOUR_S)]], 2],
  ])('with full pages of later events, which may be misdated: %s', async (_when, pages, calls) => {
    pipeline = await Pipeline.start({ pageSize: 2 });
    const asked = await walk(ONE_HOUR, pages);
    expect(asked).toEqual(['1794992400', 'next', 'next', 'next'].slice(0, calls));
  });

  test.each([
    ['with events of the last ten minutes, which belong to the live feed', NOW_S - 600, 1],
    ['not with older ones', NOW_S - 601, 2],
  ])('before its end, where it is the present one, %s', async (_when, timestampS, calls) => {
    pipeline = await Pipeline.start();
    const asked = await walk({ from: 1, to: 0 }, [[at(timestampS)]]);
    expect(asked).toEqual(['1794999600', 'next'].slice(0, calls));
  });
});

describe('of a page are stored', () => {
  const TO_S = 1_794_995_100;

  test('events from before the end of the range, and those dated after the call, which no other stream keeps', async () => {
    pipeline = await Pipeline.start();
    await walk(ONE_HOUR, [[at(TO_S - 1), at(TO_S), at(NOW_S), at(NOW_S + 1)]]);
    expect(await pipeline.storedTexts()).toEqual([at(TO_S - 1), at(NOW_S + 1)]);
  });

  test('rejected events by the same rule, where they have a time', async () => {
    pipeline = await Pipeline.start();
    await walk(ONE_HOUR, [[TO_S - 1, TO_S, NOW_S, NOW_S + 1].map(namelessAt)]);
    expect(await pipeline.storedTexts()).toEqual([namelessAt(TO_S - 1), namelessAt(NOW_S + 1)]);
  });

  test.each([
    ['where all others are', TO_S - 1, ['null', namelessAt('noon'), at(TO_S - 1)]],
    ['not where another one is not', TO_S, []],
  ])('rejected events without a time %s', async (_when, timestampS, stored) => {
    pipeline = await Pipeline.start();
    await walk(ONE_HOUR, [['null', namelessAt('noon'), at(timestampS)]]);
    expect((await pipeline.storedTexts()).sort()).toEqual([...stored].sort());
  });
});

test('a walk that is over leaves the stream unstarted at the hour it has come to', async () => {
  pipeline = await Pipeline.start();
  await walk(ONE_HOUR, [[at(HOUR_S)], []]);
  const stored = await storedBackfill(pipeline);
  expect(stored).toMatchObject({
    phase: 'unstarted',
    startEpochS: NEXT_HOUR_S,
    caughtUp: false,
    backfill: { stepS: NEXT_HOUR_S, fromEpochS: HOUR_S },
  });
  for (const forgotten of ['watermarkS', 'highS', 'rawWatermark', 'emptyToS'])
    expect(stored).not.toHaveProperty(forgotten);
});

test('between two hours a walk waits as Netskope asks', async () => {
  pipeline = await Pipeline.start({ waitTimeS: 3 });
  await pipeline.run({ startLookbackHours: 0 });
  await fileBackfill(pipeline, { from: 3, to: 1.25 });
  expect(await pipeline.run()).toMatchObject({ summary: { backfill: { state: 'done', pages: 2 } } });
  expect(pipeline.clock.slept).toEqual([3_000]);
});

test('an hour after which Netskope asks to wait longer than the run lasts is the last one of the run, and is not read again', async () => {
  pipeline = await Pipeline.start({ waitTimeS: 3_600 });
  await pipeline.run({ startLookbackHours: 0 });
  const { indexName } = await fileBackfill(pipeline, { from: 3, to: 1.25 });
  const asked: string[] = [];
  pipeline.interference = {
    netskope: ({ index, operation }) => {
      if (index === indexName) asked.push(operation);
      return undefined;
    },
  };
  expect(await pipeline.run()).toMatchObject({ summary: { backfill: { state: 'open', pages: 1 } } });
  expect(asked).toEqual(['1794992400']);
  expect(pipeline.clock.slept).toEqual([]);
  expect(await pipeline.run()).toMatchObject({ summary: { backfill: { state: 'done', pages: 1 } } });
  expect(asked).toEqual(['1794992400', '1794996000']);
});

test('a walk whose time is spent within an hour goes on there in the next run', async () => {
  pipeline = await Pipeline.start({ pageSize: 1 });
  pipeline.simulator.add(
    [HOUR_S, HOUR_S + 1].map((timestampS) => simulatedLogin(`${timestampS}`, timestampS)),
  );
  await pipeline.run({ startLookbackHours: 0 });
  const { indexName } = await fileBackfill(pipeline, ONE_HOUR);
  const asked: string[] = [];
  pipeline.interference = {
    netskope: ({ index, operation }) => {
      if (index === indexName && asked.push(operation) === 1) pipeline.clock.pass(240_001);
      return undefined;
    },
  };
  expect(await pipeline.run()).toMatchObject({
    summary: { backfill: { state: 'open', pages: 1, archived: 1 } },
  });
  expect(await pipeline.run()).toMatchObject({ summary: { backfill: { state: 'done', archived: 1 } } });
  expect(asked.slice(0, 2)).toEqual(['1794992400', 'next']);
});

test('a walk that fails stays open and remembers when and why', async () => {
  pipeline = await Pipeline.start();
  await pipeline.run({ startLookbackHours: 0 });
  const { indexName } = await fileBackfill(pipeline, ONE_HOUR);
  pipeline.interference = {
    netskope: ({ index }) => (index === indexName ? { kind: 'not-found' } : undefined),
  };
  expect(await pipeline.run()).toMatchObject({ error: { name: 'UpstreamContractError' } });
  expect((await storedBackfill(pipeline)).backfill).toMatchObject({
    state: 'open',
    fromEpochS: HOUR_S,
    failure: {
      atMs: 1_795_003_200_000,
      reason: 'HTTP 404: {"message":"no Route matched with those values"}',
    },
  });
});
