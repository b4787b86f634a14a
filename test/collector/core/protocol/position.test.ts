import type { Call } from '../../../../lambdas/collector/core/protocol/call';
import { newCheckpoint } from '../../../../lambdas/collector/core/protocol/checkpoint';
import type { PageFacts } from '../../../../lambdas/collector/core/protocol/position';
import {
  believedWatermarkS,
  catchesUp,
  epochWithinRetentionS,
  isReplaying,
  jumps,
  nextEmptyToS,
  reliableToS,
  replayStartS,
} from '../../../../lambdas/collector/core/protocol/position';
import type { Checkpoint } from '../../../../lambdas/contract/storage/checkpoint-table';
import { pageOf } from '../../audit-events';

/** 2026-11-18T12:00:00Z */
const NOON_S = 1_795_003_200;
const HOUR_S = 3600;
const NEXT: Call = { operation: 'next' };
const RESEND: Call = { operation: 'resend' };
const EPOCH: Call = { operation: 'epoch', epochS: NOON_S - HOUR_S };

function checkpointWith(different: Partial<Checkpoint>): Checkpoint {
  return {
    ...newCheckpoint('netskope#audit', 'netskope', { startEpochS: NOON_S - 86_400, nowMs: NOON_S * 1000 }),
    phase: 'requested',
    ...different,
  };
}

/** A page asked for at noon. */
function factsWith({
  count = 0,
  watermarkS,
  ...different
}: Partial<PageFacts> & { readonly count?: number; readonly watermarkS?: number }): PageFacts {
  const believedS = believedWatermarkS(watermarkS, NOON_S);
  return {
    call: NEXT,
    page: { ...pageOf(Array.from({ length: count }, () => '{}')), rawWatermarkS: watermarkS },
    oldestS: undefined,
    askedAtS: NOON_S,
    believedS,
    highS: believedS ?? NOON_S - 86_400,
    smallestFullPage: 100,
    ...different,
  };
}

describe('clamp: what is believed of a watermark', () => {
  test.each<[string, number | undefined, number | undefined]>([
    ['of the past, all of it', NOON_S - 1, NOON_S - 1],
    ['of the very second, all of it', NOON_S, NOON_S],
    ['a second ahead, as much as the present', NOON_S + 1, NOON_S],
    ['ten minutes ahead, as much as the present', NOON_S + 600, NOON_S],
    ['more than ten minutes ahead, nothing', NOON_S + 601, undefined],
    ['three years ahead, nothing', NOON_S + 94_608_000, undefined],
    ['where there is none, nothing', undefined, undefined],
  ])('%s', (_what, rawS, believedS) => {
    expect(believedWatermarkS(rawS, NOON_S)).toBe(believedS);
  });
});

describe('creep: how far the stream can be relied on', () => {
  const fromS = NOON_S - 10 * HOUR_S;
  test.each<[string, Parameters<typeof factsWith>[0], boolean, Partial<Checkpoint>, number]>([
    ['caught up, as far as the watermark', { watermarkS: NOON_S - 900 }, true, {}, NOON_S - 900],
    [
      'caught up far from the present, no further than an hour beyond where the page began',
      { watermarkS: NOON_S - 901 },
      true,
      {},
      fromS + HOUR_S,
    ],
    [
      'behind, an hour beyond the oldest event',
      { count: 2, watermarkS: NOON_S, oldestS: fromS + 100 },
      false,
      {},
      fromS + 100 + HOUR_S,
    ],
    [
      'behind, no further than the watermark',
      { count: 2, watermarkS: fromS + 200, oldestS: fromS + 100 },
      false,
      {},
      fromS + 200,
    ],
    [
      'behind, never back behind where the page began: the oldest event is a late one',
      { count: 2, watermarkS: NOON_S, oldestS: fromS - 86_400 },
      false,
      {},
      fromS,
    ],
    [
      'behind, an hour further after an empty page',
      { watermarkS: NOON_S },
      false,
      { rawWatermark: 1 },
      fromS + HOUR_S,
    ],
    [
      'behind, no further than the watermark after an empty page',
      { watermarkS: fromS + 10 },
      false,
      { rawWatermark: 1 },
      fromS + 10,
    ],
    [
      'behind, not at all after an empty page that says nothing',
      { watermarkS: NOON_S },
      false,
      { rawWatermark: NOON_S },
      fromS,
    ],
    ['behind, not at all after an empty page without a watermark', { highS: NOON_S }, false, {}, fromS],
  ])('%s', (_what, page, caughtUp, different, expected) => {
    expect(reliableToS(checkpointWith(different), factsWith(page), { caughtUp, fromS })).toBe(expected);
  });
});

describe('a jump of the cursor: whether Netskope seems to have forgotten the index', () => {
  const behind: Partial<Checkpoint> = { highS: NOON_S - 50_000, watermarkS: NOON_S - 50_000 };
  test.each<[string, Partial<Checkpoint>, Call, number | undefined, boolean]>([
    ['more than two windows in a backlog', behind, NEXT, NOON_S - 42_799, true],
    ['two windows', behind, NEXT, NOON_S - 42_800, false],
    ['of a `resend`', behind, RESEND, NOON_S, true],
    ['after everything was collected', { ...behind, caughtUp: true }, NEXT, NOON_S, false],
    ['of an epoch', behind, EPOCH, NOON_S, false],
    ['a page without a watermark', behind, NEXT, undefined, false],
    ['a watermark that is not believed', behind, NEXT, NOON_S + 601, false],
    ['no watermark to compare with', {}, NEXT, NOON_S, false],
    ['from an item that knows no high watermark', { watermarkS: NOON_S - 50_000 }, NEXT, NOON_S, true],
    ['up to two windows behind a replay', { ...behind, replayedToS: NOON_S - 7_200 }, NEXT, NOON_S, false],
    ['more than that behind a replay', { ...behind, replayedToS: NOON_S - 7_201 }, NEXT, NOON_S, true],
  ])('%s', (_what, different, call, watermarkS, expected) => {
    expect(jumps(checkpointWith(different), factsWith({ call, watermarkS }))).toBe(expected);
  });
});

describe('whether nothing is left for now', () => {
  const servedAtMs = (NOON_S - 300) * 1000;
  /** An idle tenant whose watermark trails the clock by 300 s. */
  const trailing: Partial<Checkpoint> = { highS: NOON_S - 600, rawWatermark: NOON_S - 600, servedAtMs };
  /** A tenant in which nothing happened for six hours before the last call. */
  const paused: Partial<Checkpoint> = { highS: NOON_S - 6 * HOUR_S, caughtUp: true, servedAtMs };
  test.each<[string, Partial<Checkpoint>, Parameters<typeof factsWith>[0], boolean]>([
    ['short page, watermark a minute from the present', {}, { count: 99, watermarkS: NOON_S - 60 }, true],
    ['short page, watermark a second further', {}, { count: 99, watermarkS: NOON_S - 61 }, false],
    ['empty page, watermark of the present', {}, { watermarkS: NOON_S }, true],
    ['full page', {}, { count: 100, watermarkS: NOON_S }, false],
    ['page as large as the largest', { largestPage: 500 }, { count: 500, watermarkS: NOON_S }, false],
    ['page smaller than the largest', { largestPage: 500 }, { count: 499, watermarkS: NOON_S }, true],
    ['`resend`', {}, { call: RESEND, watermarkS: NOON_S }, false],
    ['epoch that reaches the present', {}, { call: EPOCH, watermarkS: NOON_S }, true],

    ['steady: as fast as the clock', trailing, { watermarkS: NOON_S - 300 }, true],
    ['steady: five seconds faster', trailing, { watermarkS: NOON_S - 295 }, true],
    ['steady: six seconds faster', trailing, { watermarkS: NOON_S - 294 }, false],
    [
      'steady: a quarter of an hour behind',
      { ...trailing, highS: NOON_S - 1200 },
      { watermarkS: NOON_S - 900 },
      true,
    ],
    [
      'steady: a second further behind',
      { ...trailing, highS: NOON_S - 1201 },
      { watermarkS: NOON_S - 901 },
      false,
    ],
    ['steady: with a short page', trailing, { count: 3, watermarkS: NOON_S - 300 }, true],
    ['steady: never of an epoch', trailing, { call: EPOCH, watermarkS: NOON_S - 300 }, false],
    ['steady: not of the first page', { servedAtMs }, { watermarkS: NOON_S - 300 }, false],

    ['pause: however fast, where nothing was left', paused, { count: 3, watermarkS: NOON_S - 300 }, true],
    ['pause: as far as a quarter of an hour behind', paused, { count: 3, watermarkS: NOON_S - 900 }, true],
    ['pause: a second further behind', paused, { count: 3, watermarkS: NOON_S - 901 }, false],
    ['pause: not with a full page', paused, { count: 100, watermarkS: NOON_S - 300 }, false],
    [
      'pause: where something was left',
      { ...paused, caughtUp: false },
      { count: 3, watermarkS: NOON_S - 300 },
      false,
    ],
    [
      'pause: an hour ago nothing was left',
      { ...paused, servedAtMs: (NOON_S - HOUR_S) * 1000 },
      { count: 3, watermarkS: NOON_S - 300 },
      true,
    ],
    [
      'pause: a second earlier nothing was left',
      { ...paused, servedAtMs: (NOON_S - HOUR_S - 1) * 1000 },
      { count: 3, watermarkS: NOON_S - 300 },
      false,
    ],

    [
      'count: an hour before where empty pages have walked to the present',
      { watermarkS: NOON_S - 900 - HOUR_S },
      {},
      true,
    ],
    ['count: a second more is left', { watermarkS: NOON_S - 901 - HOUR_S }, {}, false],
    [
      'count: earlier empty pages count',
      { watermarkS: 0, startEpochS: 0, emptyToS: NOON_S - 900 - HOUR_S },
      {},
      true,
    ],
    ['count: from the start, where nothing is relied on', { startEpochS: NOON_S - 900 - HOUR_S }, {}, true],
    [
      'count: an unmoved watermark says nothing',
      { rawWatermark: NOON_S - 7200, watermarkS: NOON_S - 7200 },
      { watermarkS: NOON_S - 7200 },
      false,
    ],
    [
      'count: an unmoved watermark of the present says nothing, either',
      { rawWatermark: NOON_S - 30, watermarkS: NOON_S - 86_400 },
      { watermarkS: NOON_S - 30 },
      false,
    ],
    [
      'count: so does one ahead of the clock',
      { rawWatermark: 1, watermarkS: NOON_S - 900 - HOUR_S },
      { watermarkS: NOON_S + 601 },
      true,
    ],
    [
      'count: an epoch has no watermark before it',
      { rawWatermark: NOON_S - 30, watermarkS: NOON_S - 86_400 },
      { call: EPOCH, watermarkS: NOON_S - 30 },
      true,
    ],
    ['a page with events and without a watermark', {}, { count: 3, highS: NOON_S - 61 }, false],
    ['the same, whose newest event is of the present', {}, { count: 3, highS: NOON_S - 60 }, true],
  ])('%s', (_what, different, page, expected) => {
    expect(catchesUp(checkpointWith(different), factsWith(page))).toBe(expected);
  });

  test('an empty page that says nothing is one hour, from the later of what is known', () => {
    expect(nextEmptyToS(checkpointWith({ startEpochS: 10 }))).toBe(3610);
    expect(nextEmptyToS(checkpointWith({ startEpochS: 10, watermarkS: 20 }))).toBe(3620);
    expect(nextEmptyToS(checkpointWith({ startEpochS: 10, watermarkS: 20, emptyToS: 30 }))).toBe(3630);
    expect(nextEmptyToS(checkpointWith({ startEpochS: 10, watermarkS: 40, emptyToS: 30 }))).toBe(3640);
  });
});

describe('whether the next page lies in a range that was delivered before', () => {
  test.each<[string, Partial<Checkpoint>, boolean]>([
    ['before the end of a replay', { watermarkS: NOON_S - 1, replayedToS: NOON_S }, true],
    ['in its last second', { watermarkS: NOON_S, replayedToS: NOON_S }, true],
    ['behind it', { watermarkS: NOON_S + 1, replayedToS: NOON_S }, false],
    ['without a replay', { watermarkS: NOON_S }, false],
    ['before anything was delivered', { replayedToS: NOON_S }, false],
  ])('%s', (_what, different, expected) => {
    expect(isReplaying(checkpointWith(different))).toBe(expected);
  });
});

test('a replay begins an hour before the watermark, where late events lie', () => {
  expect(replayStartS(1_795_003_200)).toBe(1_794_999_600);
});

describe('horizon: the epoch that is asked for', () => {
  const oldestS = NOON_S - 90 * 86_400 + HOUR_S;
  test.each([
    ['within what Netskope keeps, is the start', NOON_S - 86_400, NOON_S - 86_400],
    ['an hour within 90 days, is the start', oldestS, oldestS],
    ['before that, lies an hour within 90 days', oldestS - 1, oldestS],
    ['of the present, is the present', NOON_S, NOON_S],
    ['after it, is the present', NOON_S + 1, NOON_S],
  ])('%s', (_what, startEpochS, epochS) => {
    expect(epochWithinRetentionS(startEpochS, NOON_S * 1000 + 999)).toBe(epochS);
  });
});
