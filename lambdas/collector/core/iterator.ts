import type { Checkpoint, Phase } from '../../contract/checkpoint-table';
import type { Page } from './envelope';

/**
 * The protocol with Netskope's dataexport iterator: which call is next, and what an answer allows.
 *
 * Netskope keeps the cursor. `next` and an epoch move it when the response is made, not when we have it; `resend`
 * repeats the last page and moves nothing. Hence one page in flight, a written intent before each `next`, and one remedy
 * for every doubt: ask again, and compare with what the archive already holds.
 */
export type Call =
  | { readonly operation: 'epoch'; readonly epochS: number }
  | { readonly operation: 'next' }
  | { readonly operation: 'resend' };

/** What came of one call. Every status of the API has exactly one kind. */
export type Outcome =
  | {
      readonly kind: 'page';
      readonly page: Page;
      /** Bytes of the body as transferred. */
      readonly bytesIn: number;
      /** How long the rate limit asks to pause before the next call, beside the page's own `waitS`. */
      readonly rateLimitPauseMs: number;
    }
  | { readonly kind: Exclude<OutcomeKind, 'page' | 'not-served'>; readonly reason: string }
  /** `retryAfterMs` where the answer said so. */
  | { readonly kind: 'not-served'; readonly reason: string; readonly retryAfterMs?: number };

export type OutcomeKind =
  /** 200 with a complete envelope, or 204. The cursor moved. */
  | 'page'
  /** 200, but cut, empty, undecodable or `ok` is not 1. The cursor may have moved; the server is done. */
  | 'undecodable'
  /** 429, 409, or no connection. The cursor did not move. */
  | 'not-served'
  /** 500 or 503. The server is done; whether the cursor moved is not documented. */
  | 'failed'
  /** Time-out, reset, 502 or 504. The request may still be running. */
  | 'doubtful'
  /** 401 or 403. The cursor did not move. */
  | 'refused'
  /** Any other status: 400, 404, a redirect. The cursor did not move. */
  | 'rejected';

/** What to do after an answer that is not a page. */
export interface Reaction {
  /** `same`: the call was not served and is made again. `resend`: it may have been. An epoch is repeated either way. */
  readonly nextCall: 'same' | 'resend';
  /** `rest`: not before the next run, because a `resend` that overtakes the old request loses its page. */
  readonly then: 'at-once' | 'after-wait' | 'rest' | 'stop';
}

export interface IteratorProtocol {
  readonly reactions: Readonly<Record<Exclude<OutcomeKind, 'page'>, Reaction>>;
  callFor(checkpoint: Checkpoint): Call;
  /** With what a page is compared before it is stored. */
  comparison(call: Call, circumstances: PageCircumstances): Comparison;
}

/** What a run knows of a page before it looks into the archive. */
export interface PageCircumstances {
  /** The operation that brought the page before it in this run; undefined for the first. */
  readonly previous: Call['operation'] | undefined;
  /** Whether it lies in a stretch that was delivered before, up to `replayedToS`. */
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

export const ITERATOR_PROTOCOL: IteratorProtocol = {
  reactions: {
    undecodable: { nextCall: 'resend', then: 'at-once' },
    'not-served': { nextCall: 'same', then: 'after-wait' },
    failed: { nextCall: 'resend', then: 'after-wait' },
    doubtful: { nextCall: 'resend', then: 'rest' },
    refused: { nextCall: 'same', then: 'stop' },
    rejected: { nextCall: 'same', then: 'stop' },
  },

  callFor(checkpoint) {
    switch (checkpoint.phase) {
      case 'unstarted':
        return { operation: 'epoch', epochS: checkpoint.startEpochS };
      case 'settled':
        return { operation: 'next' };
      case 'requested':
        return { operation: 'resend' };
    }
  },

  comparison(call, { previous, isReplayed, repeatsIds, touchesForeignHours }) {
    const isOrdinary = call.operation === 'next' && previous === 'next' && !isReplayed;
    if (!isOrdinary || repeatsIds) return 'all';
    return touchesForeignHours ? 'foreign-hours' : 'none';
  },
};

/** The phase to remember when a call brought no page. */
export function phaseAfter(call: Call, reaction: Reaction, phase: Phase): Phase {
  return call.operation === 'next' && reaction.nextCall === 'same' ? 'settled' : phase;
}

/** Most events a page can have (Netskope's iterator documentation): a shorter one may be the last for now. */
const FULL_PAGE_EVENTS = 10_000;
/** A watermark this near means that waiting for more is the next run's business. */
const PRESENT_S = 60;

/**
 * Whether nothing is left to fetch for now: an empty page that moved no watermark, or a page that reaches the present.
 * An empty page with a moving watermark is only an empty window. A `resend` says nothing about what follows it.
 */
export function catchesUp(checkpoint: Checkpoint, call: Call, page: Page, askedAtMs: number): boolean {
  if (call.operation === 'resend') return false;
  // An epoch sets the position anew, so that the watermark before it says nothing.
  const watermarkBeforeS = call.operation === 'epoch' ? undefined : checkpoint.watermarkS;
  const isEmpty = page.values.length === 0;
  // The live feed asks again soon; a backfill would be over for good.
  if (isEmpty && page.watermarkS === undefined) return checkpoint.backfill === undefined;
  if (isEmpty && page.watermarkS === watermarkBeforeS) return true;
  return page.values.length < FULL_PAGE_EVENTS && (page.watermarkS ?? 0) >= askedAtMs / 1000 - PRESENT_S;
}

/** The iterator walks in windows of an hour, of which a page is one at most (Netskope's iterator documentation). */
export const WINDOW_S = 3600;
/** Twice a window is no step of it. */
const LEAP_S = 2 * WINDOW_S;

/**
 * Whether Netskope seems to have forgotten the index: while events were still outstanding, the watermark leaps over more
 * than a window, as it does when a `next` on an unknown index begins at the present. Each stretch is doubted only once.
 */
export function leaps(checkpoint: Checkpoint, call: Call, page: Page): boolean {
  if (call.operation !== 'next' || checkpoint.caughtUp) return false;
  const { watermarkS } = checkpoint;
  if (watermarkS === undefined || page.watermarkS === undefined || isReplaying(checkpoint)) return false;
  return page.watermarkS - watermarkS > LEAP_S;
}

/**
 * Whether the next page may lie in a stretch that was delivered before, and is delivered again because of a doubt. Events
 * of the very second of a watermark may stand on either side of it.
 */
export function isReplaying({ watermarkS, replayedToS = 0 }: Checkpoint): boolean {
  return watermarkS !== undefined && watermarkS <= replayedToS;
}

/** Where to begin again after a doubt about the cursor itself: late events lie a little before the watermark. */
export function replayStartS(watermarkS: number): number {
  return watermarkS - REPLAY_OVERLAP_S;
}

const REPLAY_OVERLAP_S = 3600;
