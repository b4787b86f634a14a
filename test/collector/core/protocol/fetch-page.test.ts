import type { Credentials } from '../../../../lambdas/collector/core/ports';
import { CredentialsInUse } from '../../../../lambdas/collector/core/protocol/credentials-in-use';
import {
  allowsCall,
  fetchPage,
  timeForOnePageMs,
} from '../../../../lambdas/collector/core/protocol/fetch-page';
import type { Outcome, PageOutcome } from '../../../../lambdas/collector/core/protocol/iterator';
import { ITERATOR_PROTOCOL } from '../../../../lambdas/collector/core/protocol/iterator';
import type { Checkpoint } from '../../../../lambdas/contract/storage/checkpoint-table';
import { login, pageOf } from '../../audit-events';
import { BACKFILL, HOUR_S, NOW_S, settledFeed } from './settled-feed';
import { StreamInMemory } from './stream-in-memory';

const NOW_MS = NOW_S * 1000;
const REST_MS = 540_000;
/** Each write of the checkpoint takes so long, */
const WRITE_MS = 20;
/** and each call. */
const CALL_MS = 1_000;
/** When the first call is made, */
const ASKED_AT_MS = NOW_MS + WRITE_MS;
/** and answered. */
const ANSWERED_AT_MS = ASKED_AT_MS + CALL_MS;
const CREDENTIALS: Credentials = { origin: 'https://corp.goskope.com', token: 'first' };

const PAGE: PageOutcome = {
  kind: 'page',
  page: pageOf([JSON.stringify(login('e1', NOW_S))]),
  bytes: Buffer.from('the page'),
  rateLimitPauseMs: 0,
};
const GARBLED: PageOutcome = { ...PAGE, page: { ...PAGE.page, isGarbled: true }, rateLimitPauseMs: 3_000 };
const CUT: Outcome = { kind: 'cut', reason: 'the body is cut', rateLimitPauseMs: 0 };
const UNREADABLE: Outcome = {
  kind: 'unreadable',
  reason: 'the body is not JSON',
  bytes: Buffer.from('<html>'),
  contentEncoding: 'gzip',
  rateLimitPauseMs: 0,
};
const NOT_SERVED: Outcome = { kind: 'not-served', reason: 'HTTP 429' };
const FAILED: Outcome = { kind: 'failed', reason: 'HTTP 500' };
const DOUBTFUL: Outcome = { kind: 'doubtful', reason: 'no answer in time' };
const REFUSED: Outcome = { kind: 'refused', reason: 'HTTP 401' };
const BAD_REQUEST: Outcome = { kind: 'bad-request', reason: 'HTTP 400' };
const REJECTED: Outcome = { kind: 'rejected', reason: 'HTTP 404' };

/** A call, and what the checkpoint said when it was made. */
interface Asked {
  readonly operation: string;
  readonly token: string;
  readonly index: string;
  readonly written: Checkpoint | undefined;
}

interface Scene {
  /** What Netskope answers to one call after the other, and to all that follow: a page. */
  readonly answers?: readonly Outcome[];
  /** Tokens that the secret holds from one reading to the next. */
  readonly secrets?: readonly string[];
  readonly remainingMs?: number;
  /** Part of the longest wait that chance chooses. */
  readonly chance?: number;
}

/** One fetching of a page, from the given checkpoint. */
async function fetching(different: Partial<Checkpoint>, scene: Scene = {}) {
  const { answers = [], secrets = [], remainingMs = 600_000, chance = 0.5 } = scene;
  const memory = new StreamInMemory(settledFeed({ indexName: 'netskope-1', servedAtMs: 5, ...different }));
  const { clock, stream, saved, log } = memory;
  const save = memory.save.bind(memory);
  memory.save = (checkpoint) => {
    clock.pass(WRITE_MS);
    return save(checkpoint);
  };
  const asked: Asked[] = [];
  const ask = ({ token }: Credentials, index: string, { operation }: { readonly operation: string }) => {
    asked.push({ operation, token, index, written: saved.at(-1) });
    clock.pass(CALL_MS);
    return Promise.resolve(answers[asked.length - 1] ?? PAGE);
  };
  let reads = 0;
  const read = () => Promise.resolve({ ...CREDENTIALS, token: secrets[reads++] ?? CREDENTIALS.token });
  const end = await fetchPage({
    deps: { ...memory.deps, protocol: ITERATOR_PROTOCOL, netskope: { ask }, random: () => chance },
    request: { requestTimeoutMs: 120_000 },
    stream,
    credentials: new CredentialsInUse({ read }, { sourceId: 'netskope' }, CREDENTIALS),
    budget: { remainingMs: () => remainingMs - (clock.nowMs() - NOW_MS) },
  }).then(
    (value) => ({ value }),
    (error: Error) => ({ error: `${error.name}: ${error.message}` }),
  );
  const operations = asked.map(({ operation }) => operation);
  return { end, asked, operations, saved, slept: clock.slept, logged: log.lines, reads: () => reads };
}

describe('before a call is made, the checkpoint says that it may be running', () => {
  test.each<[Checkpoint['phase'], string, Checkpoint['phase']]>([
    ['settled', 'next', 'requested'],
    ['requested', 'resend', 'requested'],
    ['unstarted', 'epoch', 'unstarted'],
  ])('%s: %s', async (phase, operation, written) => {
    const { asked } = await fetching({ phase });
    expect(asked).toMatchObject([
      {
        operation,
        token: 'first',
        index: 'netskope-1',
        written: { version: 1, phase: written, restUntilMs: NOW_MS + REST_MS },
      },
    ]);
  });

  test('a page comes with its call and the moment at which it was asked for; its commit ends the rest', async () => {
    const { end, saved, slept, logged } = await fetching({});
    expect(end).toEqual({ value: { ...PAGE, call: { operation: 'next' }, askedAtMs: ASKED_AT_MS } });
    expect(saved).toHaveLength(1);
    expect(slept).toEqual([]);
    expect(logged).toEqual([]);
  });
});

describe('after a `next` without a page the checkpoint says', () => {
  const page = { phase: 'requested', restUntilMs: undefined, servedAtMs: 5, unreadable: undefined } as const;
  const first = { count: 1, sinceMs: ASKED_AT_MS, bytes: 6, generation: 0, placeS: NOW_S };
  test.each<[string, Outcome, Partial<Checkpoint>]>([
    ['that it was served and may be asked for again, where it was cut', CUT, { servedAtMs: ASKED_AT_MS }],
    [
      'that it was served and is unreadable for the first time',
      UNREADABLE,
      { servedAtMs: ASKED_AT_MS, unreadable: first },
    ],
    ['that it may be asked for again, after a failure', FAILED, {}],
    ['that nobody asks while the call may be running', DOUBTFUL, { restUntilMs: NOW_MS + REST_MS }],
    ['that the next page is due, where it was not served', NOT_SERVED, { phase: 'settled' }],
    [
      'until when Netskope told to wait',
      { ...NOT_SERVED, retryAfterMs: 7_000 },
      { phase: 'settled', restUntilMs: ANSWERED_AT_MS + 7_000 },
    ],
    ['that the next page is due, where the token was refused', REFUSED, { phase: 'settled' }],
    ['that the next page is due, where it was rejected', REJECTED, { phase: 'settled' }],
    ['that the next page is due, where Netskope knows no such index', BAD_REQUEST, { phase: 'settled' }],
  ])('%s', async (_what, answer, different) => {
    const { saved } = await fetching({}, { answers: [answer] });
    const { phase, restUntilMs, servedAtMs, unreadable } = saved[1] ?? {};
    expect({ phase, restUntilMs, servedAtMs, unreadable }).toEqual({ ...page, ...different });
  });

  test.each([
    ['where an item of an earlier version does not say where', undefined, NOW_S],
    ['at the furthest place where it was met', NOW_S + 60, NOW_S + 60],
    ['which is this one, if it was met before it', NOW_S - 60, NOW_S],
  ])(
    'how often it was unreadable, since when, and by which generation; %s',
    async (_what, placeS, expected) => {
      const unreadable = { count: 1, sinceMs: 7, generation: 1, placeS };
      const { saved } = await fetching({ generation: 2, unreadable }, { answers: [UNREADABLE] });
      expect(saved[1]?.unreadable).toEqual({
        count: 2,
        sinceMs: 7,
        bytes: 6,
        generation: 2,
        placeS: expected,
      });
    },
  );

  test('and the log names call, outcome, reason and phase', async () => {
    const { logged } = await fetching({}, { answers: [NOT_SERVED] });
    expect(logged).toEqual([
      ['warn', 'no page', { operation: 'next', outcome: 'not-served', reason: 'HTTP 429', phase: 'settled' }],
    ]);
  });
});

describe('what the same run does next', () => {
  test.each<[string, Partial<Checkpoint>, Outcome, string[]]>([
    ['a page that was cut is repeated', {}, CUT, ['next', 'resend']],
    ['a page that is unreadable is repeated', {}, UNREADABLE, ['next', 'resend']],
    ['a page whose call failed is repeated, as it may have been served', {}, FAILED, ['next', 'resend']],
    ['a call that was not served is made again', {}, NOT_SERVED, ['next', 'next']],
    ['a `resend` stays one', { phase: 'requested' }, NOT_SERVED, ['resend', 'resend']],
    ['an epoch is made again', { phase: 'unstarted' }, FAILED, ['epoch', 'epoch']],
    ['an index that Netskope does not know is left', {}, BAD_REQUEST, ['next', 'epoch']],
    [
      'an index whose page Netskope refuses to repeat is left',
      { phase: 'requested' },
      BAD_REQUEST,
      ['resend', 'epoch'],
    ],
  ])('%s', async (_what, different, answer, operations) => {
    const fetched = await fetching(different, { answers: [answer] });
    expect(fetched.operations).toEqual(operations);
    expect(fetched.end).toMatchObject({ value: { kind: 'page' } });
    expect(fetched.slept).toEqual([500]);
  });

  test.each<[string, Partial<Checkpoint>, Outcome, string]>([
    ['of a doubtful call', {}, DOUBTFUL, 'UpstreamUnavailableError: no answer in time'],
    ['of a refused token', {}, REFUSED, 'CredentialError: HTTP 401'],
    ['of a rejected call', {}, REJECTED, 'UpstreamContractError: HTTP 404'],
    ['of a bad epoch', { phase: 'unstarted' }, BAD_REQUEST, 'UpstreamContractError: HTTP 400'],
  ])('it stops because %s', async (_what, different, answer, error) => {
    const fetched = await fetching(different, { answers: [answer] });
    expect(fetched.end).toEqual({ error });
    expect(fetched.operations).toHaveLength(1);
    expect(fetched.saved).toHaveLength(2);
    expect(fetched.slept).toEqual([]);
  });

  test.each<[string, Outcome, string]>([
    ['cut', CUT, 'UpstreamContractError: the body is cut; 5 attempts'],
    ['unreadable', UNREADABLE, 'UpstreamContractError: the body is not JSON; 5 attempts'],
    ['not served', NOT_SERVED, 'UpstreamUnavailableError: HTTP 429; 5 attempts'],
    ['failed', FAILED, 'UpstreamUnavailableError: HTTP 500; 5 attempts'],
  ])('it stops after five answers of one kind: %s', async (_what, answer, error) => {
    const fetched = await fetching({}, { answers: Array.from({ length: 9 }, () => answer) });
    expect(fetched.end).toEqual({ error });
    expect(fetched.operations).toHaveLength(5);
    expect(fetched.slept).toEqual([500, 1_000, 2_000, 4_000]);
  });
});

describe('an index is left, and the log says why', () => {
  test.each<[string, Partial<Checkpoint>, Outcome, string]>([
    ['it is not known', {}, BAD_REQUEST, 'Netskope refuses next on the index'],
    [
      'its last page is not repeated',
      { phase: 'requested', rawWatermark: NOW_S },
      { ...PAGE, page: { ...pageOf([]), rawWatermarkS: NOW_S - 1 } },
      'Netskope has forgotten the index: it repeats no page',
    ],
  ])('%s', async (_what, different, answer, reason) => {
    const { asked, end, logged } = await fetching(different, { answers: [answer] });
    expect(asked.map(({ index }) => index)).toEqual(['netskope-1', 'netskope-1-b']);
    expect(end).toMatchObject({ value: { call: { operation: 'epoch', epochS: NOW_S - HOUR_S } } });
    expect(logged.at(-1)).toEqual([
      'warn',
      'beginning again',
      { streamId: 'netskope#audit', reason, startEpochS: NOW_S - HOUR_S },
    ]);
  });
});

describe('a page with an event that is not JSON', () => {
  test('is accepted the third time it comes so', async () => {
    const { end, operations, logged } = await fetching({}, { answers: [GARBLED, GARBLED, GARBLED] });
    expect(operations).toEqual(['next', 'resend', 'resend']);
    expect(end).toMatchObject({ value: { kind: 'page', page: { isGarbled: true } } });
    expect(logged).toMatchObject([
      ['warn', 'no page', { outcome: 'unreadable', reason: 'an event of the page is not JSON' }],
      ['warn', 'no page', { outcome: 'unreadable', reason: 'an event of the page is not JSON' }],
    ]);
  });

  test('is accepted the second time, where it was unreadable before', async () => {
    const unreadable = { count: 1, sinceMs: 7 };
    const { operations } = await fetching({ unreadable }, { answers: [GARBLED, GARBLED] });
    expect(operations).toEqual(['next', 'resend']);
  });

  test('is asked for again after the pause of the rate limit', async () => {
    const { end, slept } = await fetching({}, { answers: [GARBLED] });
    expect(end).toMatchObject({ value: { kind: 'page', page: { isGarbled: false } } });
    expect(slept).toEqual([3_000]);
  });
});

describe('a page is given up, as it was received,', () => {
  const { reason, bytes, contentEncoding } = UNREADABLE;
  test('when it was unreadable for the fifth time in an hour', async () => {
    const unreadable = { count: 4, sinceMs: ANSWERED_AT_MS + WRITE_MS - 3_600_000 };
    const { end, slept, saved } = await fetching({ unreadable }, { answers: [UNREADABLE] });
    expect(end).toMatchObject({ value: { kind: 'given-up', reason, bytes, contentEncoding } });
    expect(slept).toEqual([]);
    expect(saved[1]?.unreadable?.count).toBe(5);
  });

  test.each([
    ['at once, where it comes as it came before', 6, [], 1],
    [
      'with the second answer, where the first is of another length: that may have lost the page',
      7,
      [500],
      2,
    ],
  ])('%s', async (_when, bytesBefore, pauses, answers) => {
    const unreadable = { count: 4, sinceMs: 0, bytes: bytesBefore };
    const { end, slept, operations } = await fetching({ unreadable }, { answers: [UNREADABLE, UNREADABLE] });
    expect(end).toMatchObject({ value: { kind: 'given-up', bytes } });
    expect(slept).toEqual(pauses);
    expect(operations).toHaveLength(answers);
  });

  test.each([
    ['of another length', [1, 2, 3, 4, 5]],
    ['empty', [0, 0, 0, 0, 0]],
  ])('with the fifth answer of a run, where each is %s', async (_what, lengths) => {
    const unreadable = { count: 4, sinceMs: 0, bytes: 0 };
    const answers = lengths.map((length) => ({ ...UNREADABLE, bytes: Buffer.alloc(length) }));
    const { end, operations } = await fetching({ unreadable }, { answers });
    expect(end).toMatchObject({ value: { kind: 'given-up', bytes: answers[4]?.bytes } });
    expect(operations).toHaveLength(5);
  });

  test('but not before', async () => {
    const unreadable = { count: 4, sinceMs: ANSWERED_AT_MS + WRITE_MS - 3_599_999 };
    const { end } = await fetching({ unreadable }, { answers: [UNREADABLE] });
    expect(end).toMatchObject({ value: { kind: 'page' } });
  });

  test('nor because of another answer than an unreadable one', async () => {
    const unreadable = { count: 5, sinceMs: 7 };
    const { end } = await fetching({ unreadable, backfill: BACKFILL }, { answers: [CUT] });
    expect(end).toMatchObject({ value: { kind: 'page' } });
  });
});

describe('a token that is refused', () => {
  test('is read again, and the same is asked at once with another one', async () => {
    const { asked, end, slept } = await fetching({}, { answers: [REFUSED], secrets: ['second'] });
    expect(asked).toMatchObject([
      { operation: 'next', token: 'first' },
      { operation: 'next', token: 'second' },
    ]);
    expect(end).toMatchObject({ value: { kind: 'page' } });
    expect(slept).toEqual([]);
  });

  test('is read again once in a run, even if it changes again', async () => {
    const answers = [REFUSED, REFUSED];
    const { asked, end, reads } = await fetching({}, { answers, secrets: ['second', 'third'] });
    expect(asked).toHaveLength(2);
    expect(end).toEqual({ error: 'CredentialError: HTTP 401' });
    expect(reads()).toBe(1);
  });

  test('is not read again after any other answer', async () => {
    const { asked, reads } = await fetching({}, { answers: [FAILED], secrets: ['second'] });
    expect(asked.map(({ token }) => token)).toEqual(['first', 'first']);
    expect(reads()).toBe(0);
  });
});

describe('before it asks again, a run waits', () => {
  test.each<[string, Outcome, number, number]>([
    ['as long as Netskope told', { ...NOT_SERVED, retryAfterMs: 7_000 }, 0.5, 7_000],
    ['not at all, where Netskope told so', { ...NOT_SERVED, retryAfterMs: 0 }, 0.5, 0],
    ['up to a second by chance, where nothing was told', NOT_SERVED, 0.25, 250],
    ['whole milliseconds', NOT_SERVED, 0.2501, 251],
    ['for the rate limit of a page that was cut', { ...CUT, rateLimitPauseMs: 501 }, 0.5, 501],
    ['by chance, where that is longer', { ...CUT, rateLimitPauseMs: 499 }, 0.5, 500],
    ['for the rate limit of an unreadable page', { ...UNREADABLE, rateLimitPauseMs: 2_000 }, 0.5, 2_000],
  ])('%s', async (_what, answer, chance, waitMs) => {
    expect((await fetching({}, { answers: [answer], chance })).slept).toEqual([waitMs]);
  });
});

describe('the time that is left', () => {
  const waiting: Outcome = { ...NOT_SERVED, retryAfterMs: 1_001 };
  /** Two writes and a call (1,040), the wait, and the longest time that a call and storing its page take (150,000). */
  const neededMs = 152_041;

  test('is to suffice for a call of the longest kind, and half a minute to store its page', () => {
    expect(timeForOnePageMs(120_000)).toBe(150_000);
  });

  test.each([
    ['just enough', 150_000, 0, true],
    ['a millisecond short', 149_999, 0, false],
    ['just enough after a wait', 151_001, 1_001, true],
    ['a millisecond short after a wait', 151_000, 1_001, false],
  ])('%s', (_what, remainingMs, waitMs, allows) => {
    const run = { budget: { remainingMs: () => remainingMs }, request: { requestTimeoutMs: 120_000 } };
    expect(allowsCall(run, waitMs)).toBe(allows);
  });

  test('is looked at before a call: without enough of it Netskope is not asked', async () => {
    const { end, asked, saved } = await fetching({}, { remainingMs: 149_999 });
    expect(end).toEqual({ value: undefined });
    expect(asked).toEqual([]);
    expect(saved).toEqual([]);
  });

  test('is looked at before a wait, which ends the run where it leads too far', async () => {
    const fits = await fetching({}, { answers: [waiting], remainingMs: neededMs });
    expect(fits.operations).toEqual(['next', 'next']);
    const tooLong = await fetching({}, { answers: [waiting], remainingMs: neededMs - 1 });
    expect(tooLong.end).toEqual({
      error: 'UpstreamUnavailableError: HTTP 429; a wait of 2 s is due, longer than this run lasts',
    });
    expect(tooLong.slept).toEqual([]);
  });
});
