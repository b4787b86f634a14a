import { newCheckpoint } from '../../../lambdas/collector/core/checkpoint';
import type { Checkpoint } from '../../../lambdas/contract/checkpoint-table';
import {
  ITERATOR_PROTOCOL,
  catchesUp,
  isReplaying,
  leaps,
  phaseAfter,
  replayStartS,
} from '../../../lambdas/collector/core/iterator';
import type { Call } from '../../../lambdas/collector/core/iterator';
import type { Page } from '../../../lambdas/collector/core/envelope';

const NOON_S = 1_795_003_200;
const NOON_MS = NOON_S * 1000;
const NEXT: Call = { operation: 'next' };
const RESEND: Call = { operation: 'resend' };
const EPOCH: Call = { operation: 'epoch', epochS: NOON_S };

function checkpointWith(different: Partial<Checkpoint>): Checkpoint {
  return { ...newCheckpoint('netskope#audit', 'netskope', NOON_S - 86_400), ...different };
}

function pageWith(eventCount: number, watermarkS?: number): Page {
  const values = Array.from({ length: eventCount }, () => ({}));
  return { body: Buffer.alloc(0), sha256: '', spans: [], values, hasLineBreaks: false, watermarkS };
}

describe('the call that follows from what is remembered', () => {
  test.each<[Checkpoint['phase'], Call]>([
    ['unstarted', { operation: 'epoch', epochS: NOON_S - 86_400 }],
    ['settled', { operation: 'next' }],
    ['requested', { operation: 'resend' }],
  ])('%s', (phase, call) => {
    expect(ITERATOR_PROTOCOL.callFor(checkpointWith({ phase }))).toEqual(call);
  });
});

test('the reaction to each outcome that is not a page', () => {
  expect(ITERATOR_PROTOCOL.reactions).toEqual({
    undecodable: { nextCall: 'resend', then: 'at-once' },
    'not-served': { nextCall: 'same', then: 'after-wait' },
    failed: { nextCall: 'resend', then: 'after-wait' },
    doubtful: { nextCall: 'resend', then: 'rest' },
    refused: { nextCall: 'same', then: 'stop' },
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
    ['a `next` behind a `next`, into hours of other runs', NEXT, 'next', { hours: true }, 'foreign-hours'],
    ['a `next` behind a `next`, with ids met before', NEXT, 'next', { ids: true }, 'all'],
    ['a `next` behind a `next`, in a stretch delivered before', NEXT, 'next', { replayed: true }, 'all'],
    ['a `next` that begins a run', NEXT, undefined, {}, 'all'],
    ['a `next` behind a `resend`', NEXT, 'resend', {}, 'all'],
    ['a `next` behind an epoch', NEXT, 'epoch', {}, 'all'],
    ['a `resend`', RESEND, 'next', {}, 'all'],
    ['an epoch', EPOCH, undefined, {}, 'all'],
  ])('%s', (_what, call, previous, { ids, hours, replayed }, expected) => {
    const circumstances = {
      previous,
      isReplayed: replayed === true,
      repeatsIds: ids === true,
      touchesForeignHours: hours === true,
    };
    expect(ITERATOR_PROTOCOL.comparison(call, circumstances)).toBe(expected);
  });
});

describe('whether nothing is left for now', () => {
  const before = checkpointWith({ phase: 'settled', watermarkS: NOON_S - 7200 });
  test.each<[string, Call, Page, boolean]>([
    ['an empty page that moved no watermark', NEXT, pageWith(0, NOON_S - 7200), true],
    ['an empty page that tells no watermark', NEXT, pageWith(0), true],
    ['an empty page with a moving watermark is an empty window', NEXT, pageWith(0, NOON_S - 3600), false],
    ['a short page behind the present', NEXT, pageWith(9_999, NOON_S - 61), false],
    ['a short page that reaches the present', NEXT, pageWith(9_999, NOON_S - 60), true],
    ['a full page that reaches the present', NEXT, pageWith(10_000, NOON_S), false],
    ['a page with events that tells no watermark', NEXT, pageWith(3), false],
    ['an epoch that reaches the present', EPOCH, pageWith(0, NOON_S), true],
    ['a `resend` says nothing about what follows', RESEND, pageWith(0, NOON_S), false],
    ['an empty `resend` says nothing about what follows', RESEND, pageWith(0), false],
  ])('%s', (_what, call, page, expected) => {
    expect(catchesUp(before, call, page, NOON_MS)).toBe(expected);
  });
});

describe('whether Netskope seems to have forgotten the index', () => {
  const behind: Partial<Checkpoint> = { phase: 'requested', caughtUp: false, watermarkS: NOON_S - 50_000 };
  test.each<[string, Partial<Checkpoint>, Call, Page, boolean]>([
    ['a leap over more than two hours in a backlog', behind, NEXT, pageWith(0, NOON_S - 42_799), true],
    ['a step of two hours', behind, NEXT, pageWith(0, NOON_S - 42_800), false],
    [
      'a leap after everything was collected',
      { ...behind, caughtUp: true },
      NEXT,
      pageWith(0, NOON_S),
      false,
    ],
    ['a leap of a `resend`', behind, RESEND, pageWith(0, NOON_S), false],
    ['a leap of an epoch', behind, EPOCH, pageWith(0, NOON_S), false],
    ['a page without a watermark', behind, NEXT, pageWith(3), false],
    ['no watermark to compare with', { ...behind, watermarkS: undefined }, NEXT, pageWith(3, NOON_S), false],
    [
      'a stretch that was asked for again before',
      { ...behind, replayedToS: NOON_S },
      NEXT,
      pageWith(0, NOON_S),
      false,
    ],
    [
      'a stretch behind that one',
      { ...behind, replayedToS: NOON_S - 50_001 },
      NEXT,
      pageWith(0, NOON_S),
      true,
    ],
  ])('%s', (_what, different, call, page, expected) => {
    expect(leaps(checkpointWith(different), call, page)).toBe(expected);
  });
});

describe('whether the next page lies in a stretch that was delivered before', () => {
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
