import type { Page } from '../../../../lambdas/collector/core/page/envelope';
import type { Call } from '../../../../lambdas/collector/core/protocol/call';
import { newCheckpoint } from '../../../../lambdas/collector/core/protocol/checkpoint';
import { ITERATOR_PROTOCOL, phaseAfter } from '../../../../lambdas/collector/core/protocol/iterator';
import type { Checkpoint } from '../../../../lambdas/contract/storage/checkpoint-table';
import { pageOf } from '../../audit-events';

const NOON_S = 1_795_003_200;
const NOON_MS = NOON_S * 1000;
const NEXT: Call = { operation: 'next' };
const RESEND: Call = { operation: 'resend' };
const EPOCH: Call = { operation: 'epoch', epochS: NOON_S };

function checkpointWith(different: Partial<Checkpoint>): Checkpoint {
  return {
    ...newCheckpoint('netskope#audit', 'netskope', { startEpochS: NOON_S - 86_400, nowMs: NOON_MS }),
    ...different,
  };
}

function pageWith(eventCount: number, watermarkS?: number): Page {
  return { ...pageOf(Array.from({ length: eventCount }, () => '{}')), rawWatermarkS: watermarkS };
}

describe('the call that follows from what is remembered', () => {
  test.each<[Checkpoint['phase'], Call]>([
    ['unstarted', { operation: 'epoch', epochS: NOON_S - 86_400 }],
    ['settled', { operation: 'next' }],
    ['requested', { operation: 'resend' }],
  ])('%s', (phase, call) => {
    expect(ITERATOR_PROTOCOL.callFor(checkpointWith({ phase }), NOON_MS)).toEqual(call);
  });
});

test('the reaction to each outcome that is not a page', () => {
  expect(ITERATOR_PROTOCOL.reactions).toEqual({
    cut: { nextCall: 'resend', then: 'after-wait' },
    unreadable: { nextCall: 'resend', then: 'after-wait' },
    'not-served': { nextCall: 'same', then: 'after-wait' },
    failed: { nextCall: 'resend', then: 'after-wait' },
    doubtful: { nextCall: 'resend', then: 'rest' },
    refused: { nextCall: 'same', then: 'stop' },
    'bad-request': { nextCall: 'same', then: 'begin-again' },
    rejected: { nextCall: 'same', then: 'stop' },
  });
});

describe('the phase to remember after a call that brought no page', () => {
  test.each<[string, Call, 'same' | 'resend', Checkpoint['phase'], Checkpoint['phase']]>([
    ['a `next` that was not served is asked again', NEXT, 'same', 'requested', 'settled'],
    [
      'a `next` that may have been served is asked for with `resend`',
      NEXT,
      'resend',
      'requested',
      'requested',
    ],
    ['a `resend` stays one', RESEND, 'same', 'requested', 'requested'],
    ['an epoch is repeated when it was not served', EPOCH, 'same', 'unstarted', 'unstarted'],
    ['an epoch is repeated when it may have been served', EPOCH, 'resend', 'unstarted', 'unstarted'],
  ])('%s', (_what, call, nextCall, before, after) => {
    expect(phaseAfter(call, { nextCall, then: 'stop' }, before)).toBe(after);
  });
});

describe('with what a page is compared before it is stored', () => {
  test.each<
    [string, Call, Call['operation'] | undefined, { ids?: true; hours?: true; replayed?: true }, string]
  >([
    ['a `next` behind a `next`', NEXT, 'next', {}, 'none'],
    ['a `next` behind a `next`, into hours of other runs', NEXT, 'next', { hours: true }, 'hours-of-others'],
    ['a `next` behind a `next`, with ids met before', NEXT, 'next', { ids: true }, 'all'],
    ['a `next` behind a `next`, in a time range delivered before', NEXT, 'next', { replayed: true }, 'all'],
    ['a `next` behind nobody knows what', NEXT, undefined, {}, 'all'],
    ['a `next` behind a `resend`', NEXT, 'resend', {}, 'all'],
    ['a `next` behind an epoch', NEXT, 'epoch', {}, 'all'],
    ['a `resend`', RESEND, 'next', {}, 'all'],
    ['an epoch', EPOCH, undefined, {}, 'all'],
  ])('%s', (_what, call, previous, { ids, hours, replayed }, expected) => {
    const circumstances = {
      previous,
      mayRepeat: replayed === true,
      repeatsIds: ids === true,
      touchesHoursOfOthers: hours === true,
    };
    expect(ITERATOR_PROTOCOL.comparison(call, circumstances)).toBe(expected);
  });
});

test('an epoch is never older than what Netskope keeps: a stream that slept for 100 days begins where there is something', () => {
  const startEpochS = NOON_S - 100 * 86_400;
  expect(ITERATOR_PROTOCOL.callFor(checkpointWith({ startEpochS }), NOON_MS)).toEqual({
    operation: 'epoch',
    epochS: NOON_S - 90 * 86_400 + 3600,
  });
});

test.each([
  [undefined, 'netskope-1'],
  [0, 'netskope-1'],
  [1, 'netskope-1-b'],
  [2, 'netskope-1'],
  [3, 'netskope-1-b'],
])('generation %s asks Netskope under the name %s', (generation, name) => {
  expect(ITERATOR_PROTOCOL.indexName(checkpointWith({ indexName: 'netskope-1', generation }))).toBe(name);
});

test.each([
  ['while the time has not come', NOON_MS + 1, true],
  ['no more when it has', NOON_MS, false],
  ['never where none was written down', undefined, false],
])('a stream rests %s', (_when, restUntilMs, rests) => {
  expect(ITERATOR_PROTOCOL.isResting(checkpointWith({ restUntilMs }), NOON_MS)).toBe(rests);
});

describe('an index is silent', () => {
  const trustMs = 900_000;
  test.each<[string, Partial<Checkpoint>, boolean]>([
    ['a quarter of an hour after it was served', { servedAtMs: NOON_MS - 900_000, begunAtMs: 0 }, false],
    ['a millisecond later', { servedAtMs: NOON_MS - 900_001, begunAtMs: 0 }, true],
    ['but not where it has just begun', { servedAtMs: 0, begunAtMs: NOON_MS - 900_000 }, false],
    ['long after it began', { servedAtMs: undefined, begunAtMs: NOON_MS - 900_001 }, true],
    ['where nobody knows', { servedAtMs: undefined, begunAtMs: undefined }, true],
  ])('%s: %j', (_what, different, isSilent) => {
    expect(ITERATOR_PROTOCOL.isSilent(checkpointWith(different), { nowMs: NOON_MS, trustMs })).toBe(isSilent);
  });
});

describe('Netskope has forgotten the index', () => {
  const known = { rawWatermark: NOON_S };
  test.each<[string, Partial<Checkpoint>, Call, Page, boolean]>([
    ['an empty `resend` whose watermark is below the last', known, RESEND, pageWith(0, NOON_S - 1), true],
    ['an empty `resend` without a watermark', known, RESEND, pageWith(0), true],
    ['an empty `resend` with the last watermark', known, RESEND, pageWith(0, NOON_S), false],
    ['an empty `resend` where no watermark was known', {}, RESEND, pageWith(0), false],
    ['a `resend` with an event', known, RESEND, pageWith(1, NOON_S - 1), false],
    ['an empty `next`', known, NEXT, pageWith(0, NOON_S - 1), false],
    ['an empty epoch', known, EPOCH, pageWith(0, NOON_S - 1), false],
  ])('%s', (_what, different, call, page, isForgotten) => {
    expect(ITERATOR_PROTOCOL.isForgotten(checkpointWith(different), call, page)).toBe(isForgotten);
  });
});

describe('a page is given up', () => {
  const HOUR_MS = 3_600_000;
  const five = { count: 5, sinceMs: NOON_MS - HOUR_MS };
  const walk = { fromEpochS: 0, toEpochS: 1 };
  const backfill = { ...walk, state: 'open', filedAtMs: 0, alreadyHeld: 0 } as const;
  const today = { atMs: NOON_MS - 86_400_000 + 1, readSince: true };
  const other = { atMs: NOON_MS, readSince: false };
  const ahead = { pages: 2, met: 2, placeS: 0 };
  test.each<[string, Partial<Checkpoint>, boolean]>([
    ['after five tries in an hour', { unreadable: five }, true],
    ['not after four', { unreadable: { ...five, count: 4 } }, false],
    ['not before the hour is over', { unreadable: { ...five, sinceMs: five.sinceMs + 1 } }, false],
    ['never where none was unreadable', {}, false],
    ['by what reads the past, at once', { unreadable: { ...five, sinceMs: NOON_MS }, backfill }, true],
    ['by what reads the past, but not after four', { unreadable: { ...five, count: 4 }, backfill }, false],
    [
      'at once where another one was, and one read since, within a day',
      { unreadable: { ...five, sinceMs: NOON_MS }, lastGivenUp: today },
      true,
    ],
    [
      'at once where an earlier generation has given it up',
      { unreadable: { ...five, sinceMs: NOON_MS }, lastGivenUp: { ...other, ahead: { ...ahead, met: 1 } } },
      true,
    ],
    [
      'not at once behind all that were given up before',
      { unreadable: { ...five, sinceMs: NOON_MS }, lastGivenUp: { ...other, ahead } },
      false,
    ],
    [
      'not at once after a day',
      { unreadable: { ...five, sinceMs: NOON_MS }, lastGivenUp: { ...today, atMs: today.atMs - 1 } },
      false,
    ],
    [
      'not at once where none was read since: then it is no page, but Netskope, that is broken',
      { unreadable: { ...five, sinceMs: NOON_MS }, lastGivenUp: { ...today, readSince: false } },
      false,
    ],
  ])('%s', (_what, different, isGivenUp) => {
    expect(ITERATOR_PROTOCOL.isGivenUp(checkpointWith(different), NOON_MS)).toBe(isGivenUp);
  });
});
