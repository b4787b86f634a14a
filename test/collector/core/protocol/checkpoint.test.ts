import type { UncountedObject } from '../../../../lambdas/collector/core/page/already-stored';
import {
  abandonedAfter,
  addTotals,
  adopted,
  beginAgain,
  beginningAfterDoubtS,
  hoursOfOpenPage,
  isAbandonedOver,
  isExpectedHour,
  lagOf,
  mayHaveOpenPage,
  mayRepeat,
  newCheckpoint,
  placeOfS,
  quarantineStart,
  silentSinceMs,
  subtractTotals,
  wasGivenUp,
} from '../../../../lambdas/collector/core/protocol/checkpoint';
import type { Checkpoint } from '../../../../lambdas/contract/storage/checkpoint-table';
import { BACKFILL, HOUR_S, NOW_S, settledFeed } from './settled-feed';

test('a stream that nobody has collected begins at its start time, and has nothing to its name', () => {
  expect(
    newCheckpoint('netskope#audit', 'netskope', { startEpochS: 1_794_916_800, nowMs: 1_795_003_200_500 }),
  ).toEqual({
    streamId: 'netskope#audit',
    indexName: expect.stringMatching(/^netskope-[0-9a-f]{16}$/) as unknown,
    phase: 'unstarted',
    startEpochS: 1_794_916_800,
    begunAtMs: 1_795_003_200_500,
    begunAfterSequence: 0,
    sequence: 0,
    caughtUp: false,
    totals: { archived: 0, quarantined: 0, drifted: 0 },
    announced: { archived: 0, quarantined: 0, drifted: 0 },
    version: 0,
  });
});

test('two deployments of one source never share an index, or each would get every other page', () => {
  const names = Array.from(
    { length: 1_000 },
    () => newCheckpoint('s#audit', 's', { startEpochS: 0, nowMs: 0 }).indexName,
  );
  expect(new Set(names).size).toBe(1_000);
});

test('totals add up and subtract part by part', () => {
  const one = { archived: 10, quarantined: 2, drifted: 3 };
  const other = { archived: 1, quarantined: 1, drifted: 2 };
  expect(addTotals(one, other)).toEqual({ archived: 11, quarantined: 3, drifted: 5 });
  expect(subtractTotals(one, other)).toEqual({ archived: 9, quarantined: 1, drifted: 1 });
  const rare = { ...one, editions: 5, conflicting: 7 };
  expect(addTotals(rare, { ...other, editions: 2, conflicting: 3 })).toMatchObject({
    editions: 7,
    conflicting: 10,
  });
  expect(subtractTotals(rare, { ...other, editions: 2, conflicting: 3 })).toMatchObject({
    editions: 3,
    conflicting: 4,
  });
  expect(subtractTotals(rare, rare)).toEqual({ archived: 0, quarantined: 0, drifted: 0 });
});

describe('where a feed stands, and the hours in which its next page has events', () => {
  const NOW_HOUR = NOW_S / HOUR_S;

  test('a feed stands at its watermark, or at its beginning while it is unstarted', () => {
    expect(placeOfS(settledFeed())).toBe(NOW_S);
    expect(placeOfS(settledFeed({ phase: 'unstarted' }))).toBe(NOW_S - 24 * HOUR_S);
    expect(placeOfS(settledFeed({ watermarkS: undefined }))).toBe(NOW_S - 24 * HOUR_S);
  });

  test('events are expected from the hour before to two hours after', () => {
    const around = [-2, -1, 0, 1, 2, 3].filter((step) => isExpectedHour(settledFeed(), NOW_HOUR + step));
    expect(around).toEqual([-1, 0, 1, 2]);
  });

  test('in a backfill they are expected in no hour behind its end', () => {
    const backfill = { ...BACKFILL, toEpochS: NOW_S + HOUR_S };
    const around = [-1, 0, 1, 2].filter((step) => isExpectedHour(settledFeed({ backfill }), NOW_HOUR + step));
    expect(around).toEqual([-1, 0]);
  });

  test('an open page may have stored events in those, and in what the checkpoint has noted', () => {
    const hours = hoursOfOpenPage(settledFeed({ openHours: [498_000] }));
    expect(hours).toEqual([NOW_HOUR - 1, NOW_HOUR, NOW_HOUR + 1, NOW_HOUR + 2, 498_000]);
    const backfill = { ...BACKFILL, toEpochS: NOW_S };
    expect(hoursOfOpenPage(settledFeed({ backfill }))).toEqual([NOW_HOUR - 1]);
  });
});

test('a page was given up before while the feed has met fewer of those that were than it will', () => {
  const met = (count: number) => ({
    atMs: 5,
    readSince: true,
    ahead: { pages: 3, met: count, placeS: NOW_S },
  });
  expect(wasGivenUp(settledFeed({ lastGivenUp: met(2) }))).toBe(true);
  expect(wasGivenUp(settledFeed({ lastGivenUp: met(3) }))).toBe(false);
  expect(wasGivenUp(settledFeed({ lastGivenUp: { atMs: 5, readSince: true } }))).toBe(false);
  expect(wasGivenUp(settledFeed())).toBe(false);
});

test('an index is silent since it was last served, or since the feed began again on it', () => {
  expect(silentSinceMs(settledFeed({ servedAtMs: 8, begunAtMs: 7 }))).toBe(8);
  expect(silentSinceMs(settledFeed({ servedAtMs: 8, begunAtMs: 9 }))).toBe(9);
});

describe('the lag of a feed', () => {
  const NOW_MS = (NOW_S + 90) * 1000;
  test.each<[string, Partial<Checkpoint>, number]>([
    ['counts from the watermark', {}, 90],
    [
      'counts from the beginning where there is no watermark yet',
      { watermarkS: undefined },
      24 * HOUR_S + 90,
    ],
    ['counts from when nothing was left, where that is later', { caughtUpAtMs: (NOW_S + 60) * 1000 }, 30],
    ['is no less than nothing', { watermarkS: NOW_S + 600 }, 0],
    ['is rounded to seconds', { caughtUpAtMs: (NOW_S + 60) * 1000 + 501 }, 29],
  ])('%s', (_what, different, lagS) => {
    expect(lagOf(settledFeed(different), NOW_MS)).toBe(lagS);
  });
});

describe('a stream that begins again', () => {
  const again = (different: Partial<Checkpoint>): Checkpoint =>
    beginAgain(settledFeed(different), { startEpochS: NOW_S - HOUR_S, nowMs: 7 });

  test('is asked for from there on its other index name, and has not caught up', () => {
    expect(again({ generation: 3, caughtUp: true, emptyToS: NOW_S, restUntilMs: undefined })).toMatchObject({
      phase: 'unstarted',
      startEpochS: NOW_S - HOUR_S,
      generation: 4,
      begunAtMs: 7,
      begunAfterSequence: 9,
      sequence: 9,
      caughtUp: false,
      emptyToS: undefined,
    });
    expect(again({}).generation).toBe(1);
  });

  test('comes again to the pages that it gave up and has not got beyond', () => {
    const lastGivenUp = { atMs: 5, readSince: true, ahead: { pages: 3, met: 2, placeS: NOW_S } };
    expect(again({ lastGivenUp }).lastGivenUp).toEqual({
      atMs: 5,
      readSince: true,
      ahead: { pages: 3, met: 0, placeS: NOW_S },
    });
    expect(again({ lastGivenUp: { atMs: 5, readSince: true } }).lastGivenUp).toEqual({
      atMs: 5,
      readSince: true,
    });
  });

  test.each<[string, Partial<Checkpoint>, number]>([
    ['the watermark', { watermarkS: NOW_S, highS: NOW_S - 1, replayedToS: NOW_S - 2 }, NOW_S],
    ["Netskope's watermark", { watermarkS: NOW_S - 1, highS: NOW_S, replayedToS: NOW_S - 2 }, NOW_S],
    ['the replay before', { watermarkS: NOW_S - 2, highS: NOW_S - 1, replayedToS: NOW_S }, NOW_S],
    ['nothing', { watermarkS: undefined }, 0],
  ])('was delivered up to the furthest of all: %s', (_what, different, replayedToS) => {
    expect(again(different).replayedToS).toBe(replayedToS);
  });

  test.each<[string, Partial<Checkpoint>]>([
    ['that was asked for', { phase: 'requested' }],
    ['over whose call it rests', { restUntilMs: NOW_S * 1000 }],
  ])('abandons the page %s: none of its events is later than the present', (_what, different) => {
    const toS = 1 + 600; // seven milliseconds are a second begun, and ten minutes the clocks may differ
    expect(again({ ...different, abandoned: { sequences: [4], countedKeys: ['key'] } })).toMatchObject({
      sequence: 10,
      begunAfterSequence: 10,
      replayedToS: NOW_S,
      restUntilMs: undefined,
      abandoned: { sequences: [4, 10], countedKeys: ['key'], sinceMs: 7, toS },
    });
    expect(again(different).abandoned).toEqual({ sequences: [10], countedKeys: [], sinceMs: 7, toS });
    const earlier = { sequences: [4], countedKeys: [], sinceMs: 3, toS: 4 };
    expect(again({ ...different, abandoned: earlier }).abandoned).toMatchObject({ sinceMs: 3, toS });
  });
});

describe('after a doubt a stream begins', () => {
  test.each<[string, Partial<Checkpoint>, number]>([
    ['an hour before its watermark', {}, NOW_S - HOUR_S],
    ['where it was to begin, while it has not', { phase: 'unstarted' }, NOW_S - 24 * HOUR_S],
    ['an hour before its beginning, without a watermark', { watermarkS: undefined }, NOW_S - 25 * HOUR_S],
  ])('%s', (_what, different, epochS) => {
    expect(beginningAfterDoubtS(settledFeed(different))).toBe(epochS);
  });

  test.each<[string, { readonly stepS?: number }, number]>([
    ['at its first hour', {}, 7200],
    ['at the hour it is reading', { stepS: 10_800 }, 10_800],
  ])('%s, where it reads the past', (_what, step, epochS) => {
    expect(beginningAfterDoubtS(settledFeed({ backfill: { ...BACKFILL, ...step } }))).toBe(epochS);
  });
});

describe('a page may be stored in part and not settled', () => {
  test.each<[string, Partial<Checkpoint>, boolean]>([
    ['after it was asked for', { phase: 'requested' }, true],
    ['while its call may still be running', { restUntilMs: 1 }, true],
    [
      'where an earlier version began, which did not say so',
      { phase: 'unstarted', begunAtMs: undefined },
      true,
    ],
    ['but not before the first call', { phase: 'unstarted', begunAtMs: 1 }, false],
    ['nor once it is settled', { begunAtMs: undefined }, false],
  ])('%s', (_what, different, expected) => {
    expect(mayHaveOpenPage(settledFeed(different))).toBe(expected);
  });
});

describe('pages that were given up', () => {
  const object = (key: string) => ({ object: { key } }) as UncountedObject;
  const abandoned = { sequences: [9], countedKeys: ['a'] };

  test('are kept in mind, with what of them was counted', () => {
    const uncounted = [object('b'), object('c')];
    expect(abandonedAfter(settledFeed({ abandoned }), { uncounted })).toEqual({
      sequences: [9],
      countedKeys: ['a', 'b', 'c'],
    });
  });

  test.each<[string, Partial<Checkpoint> & { readonly toS?: number }, boolean]>([
    ['remembered while the replay goes on', { replayedToS: NOW_S + 1 }, false],
    ['remembered while the feed is not past the time at which they were abandoned', { toS: NOW_S }, false],
    ['remembered while more is left to fetch', { caughtUp: false }, false],
    ['over once nothing is left to fetch behind both', {}, true],
  ])('are %s', (_when, { toS = NOW_S - 1, ...place }, expected) => {
    const past = { abandoned: { ...abandoned, toS }, replayedToS: NOW_S - 1, caughtUp: true };
    expect(isAbandonedOver(settledFeed({ ...past, ...place }))).toBe(expected);
  });

  test('are over behind the replay alone, in an item of an earlier version', () => {
    const replayed = { abandoned, replayedToS: NOW_S - 1, caughtUp: true };
    expect(isAbandonedOver(settledFeed(replayed))).toBe(true);
  });

  test('are none where none were', () => {
    expect(abandonedAfter(settledFeed(), { uncounted: [] })).toBeUndefined();
    expect(isAbandonedOver(settledFeed({ caughtUp: true, watermarkS: NOW_S }))).toBe(false);
  });

  test.each<[string, Partial<Checkpoint>, boolean]>([
    ['in a replay', { replayedToS: NOW_S }, true],
    ['after a page that was abandoned', { abandoned }, true],
    ['in a backfill', { backfill: BACKFILL }, true],
    ['not otherwise', { replayedToS: NOW_S - 1 }, false],
  ])('and other stored pages may be repeated by the next one %s', (_when, different, expected) => {
    expect(mayRepeat(settledFeed(different))).toBe(expected);
  });
});

test('what a page repeated lies further back in the quarantine than the page itself', () => {
  const advance = { sequence: 9, settledAtMs: 900, isReplayed: false };
  expect(quarantineStart(advance)).toEqual({ sequence: 9, settledAtMs: 900 });
  const repeatsFrom = { sequence: 4, settledAtMs: 400 };
  expect(quarantineStart({ ...advance, repeatsFrom })).toEqual(repeatsFrom);
});

describe('an item of the first edition', () => {
  const old = (different: Partial<Checkpoint>): Checkpoint =>
    settledFeed({ begunAtMs: undefined, highS: undefined, ...different });

  test('whose watermark its call could know is taken at its word', () => {
    const item = old({});
    expect(adopted(item)).toEqual({ ...item, highS: NOW_S });
  });

  test('whose watermark lay ahead of its call relies on the moment at which nothing was left', () => {
    const ahead = old({ watermarkS: NOW_S + 1, caughtUpAtMs: (NOW_S - 500) * 1000 + 999 });
    expect(adopted(ahead)).toEqual({ ...ahead, watermarkS: NOW_S - 500, highS: NOW_S });
  });

  test('that never caught up relies on its beginning', () => {
    const ahead = old({ watermarkS: NOW_S + 1 });
    expect(adopted(ahead)).toEqual({ ...ahead, watermarkS: NOW_S - 24 * HOUR_S, highS: NOW_S });
  });

  test('that was to begin had caught up before, and gives up no page it knows of', () => {
    const unstarted = old({ phase: 'unstarted', caughtUpAtMs: 5000 });
    expect(adopted(unstarted)).toMatchObject({ begunAtMs: 5001, begunAfterSequence: 9 });
    expect(adopted(old({ phase: 'unstarted' })).begunAtMs).toBe(1);
  });

  test('without a page, and one of this edition, stay as they are', () => {
    for (const item of [
      old({ watermarkS: undefined }),
      old({ servedAtMs: undefined }),
      settledFeed({ highS: 1 }),
    ])
      expect(adopted(item)).toBe(item);
  });
});
