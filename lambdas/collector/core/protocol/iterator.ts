import type { Checkpoint, Phase } from '../../../contract/storage/checkpoint-table';
import type { Page } from '../page/envelope';
import type { Call } from './call';
import { walkOf } from './checkpoint';
import { believedWatermarkS, catchesUp, epochWithinRetentionS, jumps, reliableToS } from './position';

/** What came of one call. Every status of the API has exactly one kind. */
export type Outcome =
  | PageOutcome
  | {
      readonly kind: 'unreadable';
      readonly reason: string;
      /** The body as it was received, and how it was encoded: evidence, should the page be given up. */
      readonly bytes: Buffer;
      readonly contentEncoding?: string;
      readonly rateLimitPauseMs: number;
    }
  | { readonly kind: 'cut'; readonly reason: string; readonly rateLimitPauseMs: number }
  /** `retryAfterMs` where the answer said so. */
  | { readonly kind: 'not-served'; readonly reason: string; readonly retryAfterMs?: number }
  | {
      readonly kind: 'failed' | 'doubtful' | 'refused' | 'bad-request' | 'rejected';
      readonly reason: string;
    };

export interface PageOutcome {
  readonly kind: 'page';
  readonly page: Page;
  /** Bytes of the body as transferred, and how it was encoded. */
  readonly bytes: Buffer;
  readonly contentEncoding?: string;
  /** How long the rate limit asks to pause before the next call, beside the page's own `waitS`. */
  readonly rateLimitPauseMs: number;
}

export type OutcomeKind =
  /** 200 with a complete envelope. The cursor moved. */
  | 'page'
  /** 200, cut on its way. The cursor moved; the server is done. */
  | 'cut'
  /** 200 or 204, whole, and no page can be read from it. The cursor may have moved; the server is done. */
  | 'unreadable'
  /** 429, 409, or no connection. The cursor did not move. */
  | 'not-served'
  /** 500, 503, or an error in a 200. The server is done; whether the cursor moved is not documented. */
  | 'failed'
  /** Time-out, reset, 408, 425, 499, 502 or 504. The request may still be running. */
  | 'doubtful'
  /** 401 or 403, also in the body of a 200. The cursor did not move. */
  | 'refused'
  /** 400. The cursor did not move; to `next` and `resend` it says that the index has no page. */
  | 'bad-request'
  /** Any other status: 404, a redirect. The cursor did not move. */
  | 'rejected';

/** What to do after an answer that is not a page. */
export interface Reaction {
  /** `same`: the call was not served and is made again. `resend`: it may have been. An epoch is repeated either way. */
  readonly nextCall: 'same' | 'resend';
  /**
   * `rest`: nothing is asked for `REST_MS`, by no run, because a `resend` that overtakes the old request loses its page.
   * `begin-again`: on the other index name; an epoch stops the run.
   */
  readonly then: 'after-wait' | 'rest' | 'stop' | 'begin-again';
}

/**
 * The protocol with Netskope's dataexport iterator: which call is next, and what an answer allows.
 *
 * Netskope keeps the cursor. `next` and an epoch move it when the response is made, not when we have it; `resend`
 * repeats the last page and moves nothing. Hence one page in flight, a written intent before each call, and one remedy
 * for every doubt: ask again, and compare with what the archive already holds.
 *
 * Tests switch single rules off and see events lost.
 */
export interface IteratorProtocol {
  readonly reactions: Readonly<Record<Exclude<OutcomeKind, 'page'>, Reaction>>;
  callFor(checkpoint: Checkpoint, nowMs: number): Call;
  /** Under which name Netskope keeps the cursor. */
  indexName(checkpoint: Checkpoint): string;
  /** Whether a call may still be running at Netskope, or Netskope asked to wait. */
  isResting(checkpoint: Checkpoint, nowMs: number): boolean;
  /** Whether the index was silent for so long that it may be forgotten, locked or broken. */
  isSilent(checkpoint: Checkpoint, silence: { readonly nowMs: number; readonly trustMs: number }): boolean;
  /** Whether an answer shows that Netskope has forgotten the index. */
  isForgotten(checkpoint: Checkpoint, call: Call, page: Page): boolean;
  /** Whether a page that stays unreadable is kept as evidence, and the next one asked for. */
  isGivenUp(checkpoint: Checkpoint, nowMs: number): boolean;
  /** With what a page is compared before it is stored. */
  comparison(call: Call, circumstances: PageCircumstances): Comparison;
  readonly believedWatermarkS: typeof believedWatermarkS;
  readonly reliableToS: typeof reliableToS;
  readonly jumps: typeof jumps;
  readonly catchesUp: typeof catchesUp;
  readonly epochWithinRetentionS: typeof epochWithinRetentionS;
  /** A page with fewer events is surely not full. */
  readonly smallestFullPage: number;
  readonly recheck: RecheckTimes;
}

/** When and how far the last days are read again. */
export interface RecheckTimes {
  readonly everyMs: number;
  /** Events surface late: so much of what was checked before is read once more. */
  readonly overlapS: number;
  /** What is younger may be on its way still. */
  readonly marginS: number;
  /** After a long pause the live feed reads what lies further back by itself. */
  readonly longestS: number;
  /** A recheck that is late by so much gets its share of every run, whatever state the live feed is in. */
  readonly overdueMs: number;
}

/** What a run knows of a page before it looks into the archive. */
export interface PageCircumstances {
  /** The operation that brought the page before it; undefined where that is not known. */
  readonly previous: Call['operation'] | undefined;
  /** Whether it lies in a time range that was delivered before, up to `replayedToS`. */
  readonly isReplayed: boolean;
  /** Whether it holds an `_id` that an earlier page of this run had. */
  readonly repeatsIds: boolean;
  /** Whether it touches hours of which the run does not know that all their objects are its own. */
  readonly touchesForeignHours: boolean;
}

/**
 * - `all`: archive and quarantine, wherever the page's events would go.
 * - `foreign-hours`: the archive, in hours that may hold objects of other runs. It is a listing, unless there are some.
 */
export type Comparison = 'all' | 'foreign-hours' | 'none';

/**
 * How long a request is left alone that may still be running. Gateways give up after one to five minutes; it ends before
 * the second of two schedules of five minutes begins.
 */
export const REST_MS = 9 * 60_000;

/** An index that was not served for this long, or for three schedules, is given up: some live for minutes only. */
export const SHORTEST_TRUST_MS = 15 * 60_000;

/** So many whole answers in a row, over so long a time, that cannot be read are one page that never will be. */
const UNREADABLE_ANSWERS = 5;
const UNREADABLE_FOR_MS = 3_600_000;
/** After a page was given up and another one read, the next unreadable one waits for no hour, for a day. */
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

  isSilent({ servedAtMs = 0, begunAtMs = 0 }, { nowMs, trustMs }) {
    return nowMs - Math.max(servedAtMs, begunAtMs) > trustMs;
  },

  isForgotten({ rawWatermark = 0 }, call, page) {
    return call.operation === 'resend' && page.values.length === 0 && (page.watermarkS ?? 0) < rawWatermark;
  },

  isGivenUp(checkpoint, nowMs) {
    const { unreadable, lastGivenUp } = checkpoint;
    if (unreadable === undefined || unreadable.count < UNREADABLE_ANSWERS) return false;
    // What reads the past again does not hold up the present; its time is short.
    if (walkOf(checkpoint) !== undefined) return true;
    const isImpatient = lastGivenUp?.readSince === true && nowMs - lastGivenUp.atMs < IMPATIENT_FOR_MS;
    return isImpatient || nowMs - unreadable.sinceMs >= UNREADABLE_FOR_MS;
  },

  comparison(call, { previous, isReplayed, repeatsIds, touchesForeignHours }) {
    const isOrdinary = call.operation === 'next' && previous === 'next' && !isReplayed;
    if (!isOrdinary || repeatsIds) return 'all';
    return touchesForeignHours ? 'foreign-hours' : 'none';
  },

  believedWatermarkS,
  reliableToS,
  jumps,
  catchesUp,
  epochWithinRetentionS,
  /** No server is known whose full pages have less; the documented size is 10,000 (Netskope's iterator documentation). */
  smallestFullPage: 100,

  recheck: {
    everyMs: 24 * 3_600_000,
    overlapS: 24 * 3600,
    marginS: 6 * 3600,
    longestS: 7 * 86_400,
    overdueMs: 12 * 3_600_000,
  },
};

/** The phase to remember when a call brought no page. */
export function phaseAfter(call: Call, reaction: Reaction, phase: Phase): Phase {
  return call.operation === 'next' && reaction.nextCall === 'same' ? 'settled' : phase;
}
