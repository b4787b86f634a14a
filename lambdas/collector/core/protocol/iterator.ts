import type { Checkpoint, Phase } from '../../../contract/storage/checkpoint-table';
import type { Page } from '../page/envelope';
import type { Call } from './call';
import { silentSinceMs, walkOf, wasGivenUp } from './checkpoint';
import { believedWatermarkS, catchesUp, epochWithinRetentionS, jumps, reliableToS } from './position';

/** The result of one call. `OutcomeKind` says when each kind applies. */
export type Outcome =
  | PageOutcome
  | {
      readonly kind: 'unreadable';
      readonly reason: string;
      /** The body as received, and its encoding: evidence if the page is given up. */
      readonly bytes: Buffer;
      readonly contentEncoding?: string;
      readonly rateLimitPauseMs: number;
    }
  | { readonly kind: 'cut'; readonly reason: string; readonly rateLimitPauseMs: number }
  /** `retryAfterMs` if the answer asked to wait. */
  | { readonly kind: 'not-served'; readonly reason: string; readonly retryAfterMs?: number }
  | {
      readonly kind: 'failed' | 'doubtful' | 'refused' | 'bad-request' | 'rejected';
      readonly reason: string;
    };

export interface PageOutcome {
  readonly kind: 'page';
  readonly page: Page;
  /** The body as transferred, and its encoding. */
  readonly bytes: Buffer;
  readonly contentEncoding?: string;
  /** Pause that the rate limit requires before the next call, in addition to the page's own `waitS`. */
  readonly rateLimitPauseMs: number;
}

export type OutcomeKind =
  /** 200 with a complete envelope. The cursor moved. */
  | 'page'
  /** 200, truncated in transfer. The cursor moved; the server is done. */
  | 'cut'
  /** 200 or 204, complete, but not readable as a page. The cursor may have moved; the server is done. */
  | 'unreadable'
  /** 429, 409, or no connection. The cursor did not move. */
  | 'not-served'
  /** A 200 with an error or of another type, or any other 2xx or 5xx. The server is done; the cursor may have moved. */
  | 'failed'
  /** Timeout, reset, 408, 425, 499, 502 or 504. The request may still be running. */
  | 'doubtful'
  /** 401 or 403, also in the body of a 200. The cursor did not move. */
  | 'refused'
  /** 400. The cursor did not move; after `next` and `resend` it means that the index has no page. */
  | 'bad-request'
  /** Any other status, such as 404 or a redirect. The cursor did not move. */
  | 'rejected';

/** What to do after an answer that is not a page. */
export interface Reaction {
  /** `same`: the call was not served; repeat it. `resend`: it may have been served. An epoch is always repeated. */
  readonly nextCall: 'same' | 'resend';
  /**
   * `rest`: no run makes a call for `REST_MS`, because a `resend` that overtakes the old request loses its page.
   * `begin-again`: on the other index name; if the call was an epoch, the run stops.
   */
  readonly then: 'after-wait' | 'rest' | 'stop' | 'begin-again';
}

/**
 * The protocol with Netskope's dataexport iterator: which call is next, and what an answer allows.
 *
 * Netskope keeps the cursor. `next` and an epoch move it when the response is made, not when it is received; `resend`
 * repeats the last page and moves nothing. So there is one page in flight, an intent stored before each call, and one
 * remedy for every doubt: request the page again and compare it with the archive.
 *
 * Tests switch single rules off and show that events are then lost.
 */
export interface IteratorProtocol {
  readonly reactions: Readonly<Record<Exclude<OutcomeKind, 'page'>, Reaction>>;
  callFor(checkpoint: Checkpoint, nowMs: number): Call;
  /** The name under which Netskope keeps the cursor. */
  indexName(checkpoint: Checkpoint): string;
  /** Whether a call may still be running at Netskope, or Netskope asked to wait. */
  isResting(checkpoint: Checkpoint, nowMs: number): boolean;
  /** Whether the index was not served for so long that it may be forgotten, locked or broken. */
  isSilent(checkpoint: Checkpoint, silence: { readonly nowMs: number; readonly trustMs: number }): boolean;
  /** Whether an answer shows that Netskope has forgotten the index. */
  isForgotten(checkpoint: Checkpoint, call: Call, page: Page): boolean;
  /** Whether a page that stays unreadable is kept as evidence and the next one requested. */
  isGivenUp(checkpoint: Checkpoint, nowMs: number): boolean;
  /** What a page is compared with before it is stored. */
  comparison(call: Call, circumstances: PageCircumstances): ComparisonScope;
  readonly believedWatermarkS: typeof believedWatermarkS;
  readonly reliableToS: typeof reliableToS;
  readonly jumps: typeof jumps;
  readonly catchesUp: typeof catchesUp;
  readonly epochWithinRetentionS: typeof epochWithinRetentionS;
  /** A page with fewer events is never full. */
  readonly smallestFullPage: number;
  readonly recheck: RecheckTimes;
}

/** When the recheck runs, and which time range it reads. */
export interface RecheckTimes {
  readonly everyMs: number;
  /** Events appear late: this much of the previous range is read again. */
  readonly overlapS: number;
  /** Younger events may not have appeared yet. */
  readonly marginS: number;
  /** Longest range. After a long pause, the live feed itself reads what is older. */
  readonly longestS: number;
  /** A recheck that is this late gets its share of every run, whatever the state of the live feed. */
  readonly overdueMs: number;
}

/** What a run knows of a page before it looks into the archive. */
export interface PageCircumstances {
  /** The operation that delivered the previous page; undefined if unknown. */
  readonly previous: Call['operation'] | undefined;
  /** Whether earlier pages may have stored its events: in a replay, after an abandoned page, in a backfill or recheck. */
  readonly mayRepeat: boolean;
  /** Whether it holds an `_id` that an earlier page of this run had. */
  readonly repeatsIds: boolean;
  /** Whether it touches hours that may hold objects of other runs. */
  readonly touchesHoursOfOthers: boolean;
}

/**
 * - `all`: archive and quarantine, wherever the page's events would be stored.
 * - `hours-of-others`: the archive, in hours that may hold objects of other runs: only a listing if there are none.
 */
export type ComparisonScope = 'all' | 'hours-of-others' | 'none';

/**
 * How long no call is made after one that may still be running. Gateways give up after one to five minutes. With a
 * schedule of five minutes, the second run after the call may call again.
 */
export const REST_MS = 9 * 60_000;

/** An index not served for this long, or for three schedules if longer, is not trusted any more: some live for minutes only. */
export const SHORTEST_TRUST_MS = 15 * 60_000;

/** This many complete but unreadable answers in a row, over at least this time: the page is given up. */
const UNREADABLE_ANSWERS = 5;
const UNREADABLE_FOR_MS = 3_600_000;
/** For this time after a page was given up and another one was read, the next one is given up without the hour. */
const IMPATIENT_FOR_MS = 86_400_000;

export const ITERATOR_PROTOCOL: IteratorProtocol = {
  reactions: {
    cut: { nextCall: 'resend', then: 'after-wait' },
    unreadable: { nextCall: 'resend', then: 'after-wait' },
    'not-served': { nextCall: 'same', then: 'after-wait' },
    failed: { nextCall: 'resend', then: 'after-wait' },
    doubtful: { nextCall: 'resend', then: 'rest' },
    refused: { nextCall: 'same', then: 'stop' },
    'bad-request': { nextCall: 'same', then: 'begin-again' },
    rejected: { nextCall: 'same', then: 'stop' },
  },

  callFor(checkpoint, nowMs) {
    switch (checkpoint.phase) {
      case 'unstarted':
        return { operation: 'epoch', epochS: this.epochWithinRetentionS(checkpoint.startEpochS, nowMs) };
      case 'settled':
        return { operation: 'next' };
      case 'requested':
        return { operation: 'resend' };
    }
  },

  indexName({ indexName, generation = 0 }) {
    return generation % 2 === 0 ? indexName : `${indexName}-b`;
  },

  isResting({ restUntilMs = 0 }, nowMs) {
    return nowMs < restUntilMs;
  },

  isSilent(checkpoint, { nowMs, trustMs }) {
    return nowMs - silentSinceMs(checkpoint) > trustMs;
  },

  isForgotten({ rawWatermark = 0 }, call, page) {
    return (
      call.operation === 'resend' && page.events.length === 0 && (page.rawWatermarkS ?? 0) < rawWatermark
    );
  },

  isGivenUp(checkpoint, nowMs) {
    const { unreadable, lastGivenUp } = checkpoint;
    if (unreadable === undefined || unreadable.count < UNREADABLE_ANSWERS) return false;
    // A backfill or recheck must not hold up the live feed, and its time is short.
    if (walkOf(checkpoint) !== undefined || wasGivenUp(checkpoint)) return true;
    const isImpatient = lastGivenUp?.readSince === true && nowMs - lastGivenUp.atMs < IMPATIENT_FOR_MS;
    return isImpatient || nowMs - unreadable.sinceMs >= UNREADABLE_FOR_MS;
  },

  comparison(call, { previous, mayRepeat, repeatsIds, touchesHoursOfOthers }) {
    const isOrdinary = call.operation === 'next' && previous === 'next' && !mayRepeat;
    if (!isOrdinary || repeatsIds) return 'all';
    return touchesHoursOfOthers ? 'hours-of-others' : 'none';
  },

  believedWatermarkS,
  reliableToS,
  jumps,
  catchesUp,
  epochWithinRetentionS,
  /** No server is known to have smaller full pages; Netskope's iterator documentation says 10,000. */
  smallestFullPage: 100,

  recheck: {
    everyMs: 24 * 3_600_000,
    overlapS: 24 * 3600,
    marginS: 6 * 3600,
    longestS: 7 * 86_400,
    overdueMs: 12 * 3_600_000,
  },
};

/** The phase to remember after a call without a page. */
export function phaseAfter(call: Call, reaction: Reaction, phase: Phase): Phase {
  return call.operation === 'next' && reaction.nextCall === 'same' ? 'settled' : phase;
}
