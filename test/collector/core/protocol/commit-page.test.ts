import type { AlreadyStored, UncountedObject } from '../../../../lambdas/collector/core/page/already-stored';
import type { Call } from '../../../../lambdas/collector/core/protocol/call';
import type { StoredPage } from '../../../../lambdas/collector/core/protocol/commit-page';
import {
  committed,
  committedWithoutEvents,
  countsOf,
  withoutAbandoned,
} from '../../../../lambdas/collector/core/protocol/commit-page';
import { ITERATOR_PROTOCOL } from '../../../../lambdas/collector/core/protocol/iterator';
import type { Checkpoint, Totals } from '../../../../lambdas/contract/storage/checkpoint-table';
import { login, NOTHING_STORED, validated } from '../../audit-events';
import { BACKFILL, HOUR_S, NOW_S, settledFeed } from './settled-feed';

const NEXT: Call = { operation: 'next' };
const RESEND: Call = { operation: 'resend' };
/** A quarter of an hour after the last page was committed, and a half second. */
const ASKED_S = NOW_S + 900;
const ASKED_AT_MS = ASKED_S * 1000 + 500;
const COMMITTED_AT_MS = ASKED_AT_MS + 2_000;
/** An event without an `_id` is rejected. */
const REJECTED = login('', NOW_S, { _id: undefined });
const DRIFTED = { severity_level: '2' };

/** The feed whose tenth page was asked for. */
function askedFeed(different: Partial<Checkpoint> = {}): Checkpoint {
  return settledFeed({ phase: 'requested', highS: NOW_S, restUntilMs: ASKED_AT_MS + 540_000, ...different });
}

/** One that stands ten hours before the present. */
function feedBehind(different: Partial<Checkpoint> = {}): Checkpoint {
  return askedFeed({ watermarkS: BEHIND_S, highS: BEHIND_S, ...different });
}

const BEHIND_S = ASKED_S - 10 * HOUR_S;

/** A recheck of the day that ended six hours ago. */
const RECHECK = {
  state: 'open',
  fromEpochS: NOW_S - 24 * HOUR_S,
  toEpochS: NOW_S - 6 * HOUR_S,
  doneAtMs: 0,
  notBeforeS: 0,
  checkedToS: 0,
  claimedToS: NOW_S - 6 * HOUR_S,
  recovered: 10,
  unannounced: 20,
} as const;

function alreadyStored(different: Partial<AlreadyStored>): AlreadyStored {
  return { ...NOTHING_STORED, ...different };
}

function leftBehind(key: string, totals: Totals, timestampsS: readonly number[] = []): UncountedObject {
  return { object: { key, events: 1, bytes: 100, sha256: 'ab12' }, storedAtMs: 0, totals, timestampsS };
}

/** A page of a `next` that is stored, with these events. */
function storedPage({
  events = [],
  watermarkS,
  ...different
}: Partial<StoredPage> & {
  readonly events?: readonly object[];
  readonly watermarkS?: number;
} = {}): StoredPage {
  const page = validated(...events);
  return {
    call: NEXT,
    askedAtMs: ASKED_AT_MS,
    validated: { ...page, page: { ...page.page, rawWatermarkS: watermarkS } },
    alreadyStored: NOTHING_STORED,
    keptPages: 0,
    bytesIn: 700,
    bytesOut: 300,
    ...different,
  };
}

function commit(before: Checkpoint, page: Parameters<typeof storedPage>[0] = {}): Checkpoint {
  const circumstances = { protocol: ITERATOR_PROTOCOL, nowMs: COMMITTED_AT_MS };
  return committed(before, storedPage(page), circumstances).checkpoint;
}

describe('the commit of a page', () => {
  const before = askedFeed({
    unreadable: { count: 2, sinceMs: 7 },
    openPageKeys: ['quarantine/pages/a.page'],
    totals: { archived: 20, quarantined: 3, drifted: 1 },
    announced: { archived: 18, quarantined: 3, drifted: 1 },
  });
  const page = storedPage({
    events: [login('e1', NOW_S + 60), login('e2', NOW_S + 30, DRIFTED), REJECTED],
    watermarkS: ASKED_S - 60,
  });

  test('closes its call, and remembers where the stream stands and what the page added', () => {
    expect(committed(before, page, { protocol: ITERATOR_PROTOCOL, nowMs: COMMITTED_AT_MS })).toEqual({
      counts: { archived: 2, quarantined: 1, drifted: 1 },
      checkpoint: {
        streamId: 'netskope#audit',
        indexName: before.indexName,
        startEpochS: NOW_S - 24 * HOUR_S,
        begunAtMs: 0,
        begunAfterSequence: 0,
        version: 0,
        phase: 'settled',
        sequence: 10,
        watermarkS: ASKED_S - 60,
        highS: ASKED_S - 60,
        rawWatermark: ASKED_S - 60,
        emptyToS: ASKED_S,
        largestPage: 3,
        servedAtMs: ASKED_AT_MS,
        settledBy: 'next',
        lastAdvance: { sequence: 10, settledAtMs: COMMITTED_AT_MS, isReplayed: false },
        caughtUp: true,
        caughtUpAtMs: ASKED_AT_MS,
        totals: { archived: 22, quarantined: 4, drifted: 2 },
        announced: { archived: 18, quarantined: 3, drifted: 1 },
      },
    });
  });

  test('of a feed that is still behind does not say that it has caught up', () => {
    const { caughtUp, caughtUpAtMs } = commit(feedBehind({ caughtUp: true, caughtUpAtMs: 5 }), {
      events: [login('e1', BEHIND_S + 60)],
      watermarkS: BEHIND_S + 60,
    });
    expect({ caughtUp, caughtUpAtMs }).toEqual({ caughtUp: false, caughtUpAtMs: 5 });
  });

  test.each([
    ['of the page, where none was larger', 1, 2],
    ['of a page before, where that was larger', 3, 3],
  ])('remembers the largest size: that %s', (_what, largestPage, expected) => {
    const events = [login('e1', NOW_S), login('e2', NOW_S)];
    expect(commit(askedFeed({ largestPage }), { events }).largestPage).toBe(expected);
  });

  test.each([
    ['the generation that met them has now read the page', 2, ASKED_S, undefined],
    [
      'an earlier generation met them an hour before at most: the page may be still to come',
      1,
      ASKED_S - 3_660,
      'kept',
    ],
    [
      'an earlier generation met them more than an hour before: the page has been passed',
      1,
      ASKED_S - 3_661,
      undefined,
    ],
    ['an item of an earlier version does not say where', undefined, undefined, undefined],
  ])(
    'ends the count of unreadable answers, except on the way back to them: %s',
    (_what, generation, placeS, left) => {
      const unreadable = { count: 2, sinceMs: 7, generation, placeS };
      const after = commit(askedFeed({ generation: 2, unreadable }), { watermarkS: ASKED_S - 60 });
      expect(after.watermarkS).toBe(ASKED_S - 60);
      expect(after.unreadable).toEqual(left === 'kept' ? unreadable : undefined);
    },
  );

  test('notes that a page was read since one was given up', () => {
    const lastGivenUp = { atMs: 5, readSince: false };
    expect(commit(askedFeed({ lastGivenUp })).lastGivenUp).toStrictEqual({ atMs: 5, readSince: true });
  });

  test('forgets pages that were given up once the stream is more than an hour beyond their place', () => {
    const at = (placeS: number) => ({ atMs: 5, readSince: true, ahead: { pages: 2, met: 1, placeS } });
    const after = (placeS: number) =>
      commit(askedFeed({ lastGivenUp: at(placeS) }), { watermarkS: ASKED_S - 60 }).lastGivenUp;
    expect(after(ASKED_S - 3_660)).toStrictEqual(at(ASKED_S - 3_660));
    expect(after(ASKED_S - 3_661)).toStrictEqual({ atMs: 5, readSince: true });
  });

  test('leaves each answer that its attempts kept to be announced as one quarantined event', () => {
    const announced = { archived: 18, quarantined: 3, drifted: 1 };
    expect(commit(askedFeed({ announced }), { keptPages: 2 }).announced).toEqual({
      archived: 18,
      quarantined: 1,
      drifted: 1,
    });
  });
});

describe('what a page adds to the totals', () => {
  test('names the further editions of an event, and those that contradict an earlier one', () => {
    const page = validated(
      login('e1', NOW_S),
      login('e1', NOW_S, { appended: 1 }),
      login('e2', NOW_S),
      login('e2', NOW_S, { user: 'other@example.org' }),
      login('e3', NOW_S),
    );
    expect(countsOf(page, NOTHING_STORED)).toEqual({
      archived: 5,
      quarantined: 0,
      drifted: 0,
      editions: 1,
      conflicting: 1,
    });
  });

  const page = validated(
    login('e1', NOW_S),
    login('e2', NOW_S, DRIFTED),
    REJECTED,
    login('e3', NOW_S, DRIFTED),
    REJECTED,
  );
  const left = [
    leftBehind('a', { archived: 10, quarantined: 0, drifted: 4 }),
    leftBehind('b', { archived: 0, quarantined: 20, drifted: 0 }),
  ];
  test.each<[string, Partial<AlreadyStored>, Totals]>([
    ['all its events, where none was stored', {}, { archived: 3, quarantined: 2, drifted: 2 }],
    [
      'no event that an earlier page delivered',
      { earlier: new Set([1, 2]) },
      { archived: 2, quarantined: 1, drifted: 1 },
    ],
    [
      'no event that an unfinished attempt stored',
      { unfinished: new Set([3, 4]) },
      { archived: 2, quarantined: 1, drifted: 1 },
    ],
    [
      'but all of the objects that unfinished attempts left, whatever the page still has of them',
      { unfinished: new Set([0, 1, 2, 3, 4]), uncounted: left },
      { archived: 10, quarantined: 20, drifted: 4 },
    ],
  ])('%s', (_what, different, counts) => {
    expect(countsOf(page, alreadyStored(different))).toEqual(counts);
  });
});

describe('without a watermark the stream stands at the newest event of the page', () => {
  test.each<[string, readonly number[], number]>([
    ['wherever it is in the page', [BEHIND_S + 100, BEHIND_S + 300, BEHIND_S + 200], BEHIND_S + 300],
    ['up to the second of the call', [ASKED_S, BEHIND_S + 100], ASKED_S],
    ['passing over those dated after the call', [BEHIND_S + 100, ASKED_S + 1], BEHIND_S + 100],
    ['never before where the page began', [BEHIND_S - 100], BEHIND_S],
  ])('%s', (_what, times, highS) => {
    const events = times.map((timestampS, place) => login(`e${place}`, timestampS));
    expect(commit(feedBehind(), { events }).highS).toBe(highS);
  });

  test.each<[string, Partial<Checkpoint>, Call, number]>([
    ['the watermark', {}, NEXT, BEHIND_S],
    ['the start of the stream, before it has a watermark', { watermarkS: undefined }, NEXT, 7200],
    ['the time that was asked for, after an epoch', {}, { operation: 'epoch', epochS: 10_800 }, 10_800],
  ])('or, without events, at %s', (_what, different, call, highS) => {
    expect(commit(feedBehind({ startEpochS: 7200, ...different }), { call }).highS).toBe(highS);
  });
});

test('while it is behind, the stream relies on an hour beyond the oldest event of the page', () => {
  const times = [BEHIND_S + 300, BEHIND_S + 100, BEHIND_S + 200];
  const events = times.map((timestampS, place) => login(`e${place}`, timestampS));
  expect(commit(feedBehind(), { events, watermarkS: BEHIND_S + 7200 })).toMatchObject({
    watermarkS: BEHIND_S + 3700,
    highS: BEHIND_S + 7200,
  });
});

describe('how far empty pages have walked', () => {
  const emptyToS = BEHIND_S + HOUR_S;
  test.each<[string, Checkpoint, Parameters<typeof storedPage>[0], number]>([
    ['an hour further, with one more', feedBehind({ emptyToS }), {}, BEHIND_S + 2 * HOUR_S],
    ['no further, with events', feedBehind({ emptyToS }), { events: [login('e1', BEHIND_S)] }, emptyToS],
    ['to the call, once caught up', askedFeed({ emptyToS }), { watermarkS: ASKED_S }, ASKED_S],
  ])('%s', (_what, before, page, expected) => {
    expect(commit(before, page).emptyToS).toBe(expected);
  });
});

describe('the last page with events that moved the cursor is', () => {
  const lastAdvance = { sequence: 8, settledAtMs: 800, isReplayed: false };
  const events = [login('e1', NOW_S + 60), REJECTED, REJECTED];
  const repeatsRejected = alreadyStored({ earlier: new Set([1]) });
  const repeatsAccepted = alreadyStored({ earlier: new Set([0]) });
  const unfinished = alreadyStored({ unfinished: new Set([1]) });
  const epoch: Call = { operation: 'epoch', epochS: NOW_S };
  const thisOne = { sequence: 10, settledAtMs: COMMITTED_AT_MS, isReplayed: false };
  const replayed = { ...thisOne, isReplayed: true };
  const repeating = { ...thisOne, repeatsFrom: { sequence: 8, settledAtMs: 800 } };
  type Row = [string, Partial<Checkpoint>, Partial<StoredPage>, Checkpoint['lastAdvance']];
  test.each<Row>([
    ['this page, of a `next`', {}, {}, thisOne],
    ['still the one before, after a `resend`, which moves nothing', {}, { call: RESEND }, lastAdvance],
    ['this page, replayed, after an epoch', {}, { call: epoch }, replayed],
    ['this page, replayed, before the end of a replay', { replayedToS: NOW_S }, {}, replayed],
    [
      'this page, which repeats the one before where one of its rejected events is already stored',
      {},
      { alreadyStored: repeatsRejected },
      repeating,
    ],
    [
      'this page, which repeats what the one before repeats',
      { lastAdvance: { ...lastAdvance, repeatsFrom: { sequence: 5, settledAtMs: 500 } } },
      { alreadyStored: repeatsRejected },
      { ...thisOne, repeatsFrom: { sequence: 5, settledAtMs: 500 } },
    ],
    [
      'this page, which repeats none that is known, where it is the first',
      { lastAdvance: undefined },
      { alreadyStored: repeatsRejected },
      thisOne,
    ],
    [
      'this page, which repeats none where only an accepted event is already stored',
      {},
      { alreadyStored: repeatsAccepted },
      thisOne,
    ],
    [
      'this page, which repeats none where only its own unfinished attempt stored an event',
      {},
      { alreadyStored: unfinished },
      thisOne,
    ],
  ])('%s', (_what, different, page, expected) => {
    const { lastAdvance: advance } = commit(askedFeed({ lastAdvance, ...different }), { events, ...page });
    expect(advance).toEqual(expected);
  });

  test('still the one before, after an empty page', () => {
    expect(commit(askedFeed({ lastAdvance })).lastAdvance).toEqual(lastAdvance);
  });
});

test('a cursor jump begins the stream again an hour before it, and nothing of the page moves it', () => {
  const before = feedBehind({ caughtUpAtMs: 5, emptyToS: BEHIND_S + HOUR_S });
  const page = { events: [login('e1', ASKED_S - 60)], watermarkS: ASKED_S };
  expect(commit(before, page)).toEqual({
    ...before,
    phase: 'unstarted',
    generation: 1,
    startEpochS: BEHIND_S - HOUR_S,
    begunAtMs: COMMITTED_AT_MS,
    begunAfterSequence: 10,
    replayedToS: ASKED_S,
    sequence: 10,
    restUntilMs: undefined,
    watermarkS: BEHIND_S,
    highS: ASKED_S,
    rawWatermark: ASKED_S,
    emptyToS: undefined,
    largestPage: 1,
    servedAtMs: ASKED_AT_MS,
    settledBy: 'next',
    lastAdvance: { sequence: 10, settledAtMs: COMMITTED_AT_MS, isReplayed: false },
    totals: { archived: 1, quarantined: 0, drifted: 0 },
  });
});

describe('pages that were abandoned, and the hours that are open because of them', () => {
  const abandoned = { sequences: [7], countedKeys: ['a'] };
  const left = [leftBehind('b', { archived: 1, quarantined: 0, drifted: 0 })];
  const page = { watermarkS: ASKED_S, alreadyStored: alreadyStored({ uncounted: left }) };

  test.each([ASKED_S, ASKED_S - 1])(
    'stay, with the objects that are counted now (replayed to %d)',
    (replayedToS) => {
      const before = askedFeed({ abandoned, openHours: [498_000], replayedToS });
      expect(commit(before, page)).toMatchObject({
        abandoned: { sequences: [7], countedKeys: ['a', 'b'] },
        openHours: [498_000],
      });
    },
  );

  test('are none where no page was abandoned', () => {
    const after = commit(askedFeed({ openHours: [498_000], replayedToS: ASKED_S }), page);
    expect([after.abandoned, after.openHours]).toEqual([undefined, undefined]);
  });

  test('are forgotten when they are over, and what no page has counted is counted as one', () => {
    const before = askedFeed({ abandoned, openHours: [498_000], sequence: 9 });
    expect(withoutAbandoned(before, left)).toEqual({
      sequence: 10,
      totals: { archived: 1, quarantined: 0, drifted: 0 },
      abandoned: undefined,
      openHours: undefined,
    });
    expect(withoutAbandoned(before, [])).toEqual({
      sequence: 9,
      totals: { archived: 0, quarantined: 0, drifted: 0 },
      abandoned: undefined,
      openHours: undefined,
    });
  });
});

describe('a stream that reads the past', () => {
  const failure = { atMs: 5, reason: 'a run failed' };

  test('counts in a backfill what it delivers again, and forgets that a run failed', () => {
    const page = { ...validated(login('e1', 7300), login('e2', 7300)), repeated: 3 };
    const after = commit(settledFeed({ backfill: { ...BACKFILL, alreadyHeld: 10, failure } }), {
      validated: page,
      alreadyStored: alreadyStored({ earlier: new Set([1]) }),
    });
    expect(after.backfill).toEqual({ ...BACKFILL, alreadyHeld: 14 });
  });

  describe('counts in a recheck as recovered', () => {
    const { claimedToS } = RECHECK;
    const archived = { archived: 2, quarantined: 0, drifted: 0 };
    const quarantined = { archived: 0, quarantined: 3, drifted: 0 };
    test.each<[string, readonly object[], Partial<AlreadyStored>, number]>([
      ['an event that the live feed should have delivered', [login('e1', claimedToS - 1)], {}, 1],
      ['no event that the live feed may yet deliver', [login('e1', claimedToS)], {}, 0],
      [
        'an event once, however many editions it has',
        [login('e1', claimedToS - 1), login('e1', claimedToS - 1, { appended: 1 })],
        {},
        1,
      ],
      ['no event that is already stored', [login('e1', claimedToS - 1)], { earlier: new Set([0]) }, 0],
      [
        'an event that an unfinished attempt of its own stored',
        [login('e1', claimedToS - 1)],
        {
          unfinished: new Set([0]),
          uncounted: [leftBehind('a', { ...archived, archived: 1 }, [claimedToS - 1])],
        },
        1,
      ],
      [
        'an event that it stored before it began again',
        [login('e1', claimedToS - 1)],
        {
          earlier: new Set([0]),
          uncounted: [leftBehind('a', { ...archived, archived: 1 }, [claimedToS - 1])],
        },
        1,
      ],
      [
        'what its attempts stored and the page no longer has, by the same rule',
        [],
        {
          uncounted: [leftBehind('a', archived, [claimedToS - 1, claimedToS]), leftBehind('b', quarantined)],
        },
        4,
      ],
      ['a rejected event, whose time is not known', [REJECTED, REJECTED], {}, 2],
      ['no rejected event that is already stored', [REJECTED, REJECTED], { earlier: new Set([1]) }, 1],
    ])('%s', (_what, events, stored, recovered) => {
      const before = settledFeed({ recheck: { ...RECHECK, failure } });
      expect(commit(before, { events, alreadyStored: alreadyStored(stored) }).recheck).toEqual({
        ...RECHECK,
        recovered: 10 + recovered,
        unannounced: 20 + recovered,
      });
    });
  });

  test('is not the live feed, which counts neither', () => {
    expect(commit(askedFeed())).not.toHaveProperty('backfill');
    expect(commit(askedFeed())).not.toHaveProperty('recheck');
  });
});

describe('the commit of a page that was given up', () => {
  const totals = { archived: 20, quarantined: 3, drifted: 1 };
  const left = [
    leftBehind('a', { archived: 1, quarantined: 0, drifted: 1 }),
    leftBehind('b', { archived: 0, quarantined: 2, drifted: 0 }),
  ];
  const givenUp = { keptPages: 2, left, nowMs: COMMITTED_AT_MS };

  test('closes its call, moves no watermark, and counts what its attempts left', () => {
    const before = feedBehind({ watermarkS: BEHIND_S - 1, totals, announced: totals, openHours: [498_000] });
    expect(committedWithoutEvents(before, givenUp)).toStrictEqual({
      phase: 'settled',
      sequence: 10,
      restUntilMs: undefined,
      unreadable: undefined,
      lastGivenUp: {
        atMs: COMMITTED_AT_MS,
        readSince: false,
        ahead: { pages: 1, met: 1, placeS: BEHIND_S - 1 },
      },
      settledBy: 'resend',
      caughtUp: false,
      watermarkS: BEHIND_S - 1,
      highS: BEHIND_S,
      totals: { archived: 21, quarantined: 5, drifted: 2 },
      abandoned: undefined,
      openHours: undefined,
      openPageKeys: undefined,
      announced: { archived: 20, quarantined: 1, drifted: 1 },
    });
  });

  test.each([
    ['behind those given up before: one more, whose answers are counted no further', 2, 2, 3, undefined],
    ['again, as the first of them: the answers with a page behind them stay counted', 2, 0, 2, 'kept'],
    ['again, as the last of them', 2, 1, 2, 'kept'],
  ])('%s', (_what, pages, met, pagesAfter, left) => {
    const unreadable = { count: 6, sinceMs: 7, generation: 1, placeS: BEHIND_S };
    const lastGivenUp = { atMs: 5, readSince: true, ahead: { pages, met, placeS: BEHIND_S + 60 } };
    const after = committedWithoutEvents(feedBehind({ unreadable, lastGivenUp }), givenUp);
    expect(after.lastGivenUp).toEqual({
      atMs: COMMITTED_AT_MS,
      readSince: false,
      ahead: { pages: pagesAfter, met: met + 1, placeS: BEHIND_S + 60 },
    });
    expect(after.unreadable).toEqual(left === 'kept' ? unreadable : undefined);
  });

  test('counts in a recheck as recovered what its attempts left', () => {
    const object = leftBehind('a', { ...totals, quarantined: 2 }, [NOW_S - 7 * HOUR_S, NOW_S]);
    const after = committedWithoutEvents(feedBehind({ recheck: RECHECK }), { ...givenUp, left: [object] });
    expect(after.recheck).toEqual({ ...RECHECK, recovered: 13, unannounced: 23 });
  });

  test('remembers the abandoned pages whose replay is not over', () => {
    const abandoned = { sequences: [7], countedKeys: [] };
    const before = feedBehind({ abandoned, replayedToS: BEHIND_S, openHours: [498_000] });
    expect(committedWithoutEvents(before, givenUp)).toMatchObject({
      abandoned: { sequences: [7], countedKeys: ['a', 'b'] },
      openHours: [498_000],
    });
  });

  test('leaves a stream without a watermark where it was to begin', () => {
    const before = askedFeed({ startEpochS: 7200, watermarkS: undefined, highS: undefined });
    expect(committedWithoutEvents(before, givenUp)).toMatchObject({ watermarkS: 7200, highS: 7200 });
  });
});
