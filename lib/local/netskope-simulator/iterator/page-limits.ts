import type { SimulatorOptions, WatermarkKind } from '../simulator-options';
import type { Walk } from './walk';

/** Which times a page may cover, and how many events it may hold. */
export type PageLimitOptions = Pick<
  SimulatorOptions,
  'walksBy' | 'deliversBeyondPresent' | 'deliveryDelayS' | 'watermarkFollowsClock'
> & {
  readonly pageSize: number;
  /** Infinity for no windows. */
  readonly windowS: number;
};

/** A page as indexes along the way: `first` included, `end` excluded. */
interface PageSpan {
  readonly first: number;
  readonly end: number;
  readonly windowStartS: number;
}

/** Decides where a page ends, and how far it moves its cursor. */
export class PageLimits {
  readonly #walk: Walk;
  readonly #options: PageLimitOptions;

  constructor(walk: Walk, options: PageLimitOptions) {
    this.#walk = walk;
    this.#options = options;
  }

  /** Index of the first event that no longer fits into a page. */
  endOfPage(first: number, windowStartS: number, nowS: number): number {
    const endOfTime = this.#walk.firstAtOrAfter(this.#endS(windowStartS, nowS));
    return Math.max(first, Math.min(first + this.#options.pageSize, endOfTime));
  }

  /** Window and time after a page. The window stays while it has more events, else moves on, to the present at most. */
  reachedBy({ first, end, windowStartS }: PageSpan, nowS: number) {
    const lastS = end > first ? (this.#walk.timeS(end - 1) ?? 0) : 0;
    const hasMore = end < this.#walk.firstAtOrAfter(this.#endS(windowStartS, nowS));
    if (hasMore) return { windowStartS, reachedS: lastS };
    const presentS = this.#presentS(nowS);
    const windowEndS = windowStartS + this.#options.windowS;
    if (windowEndS <= presentS) return { windowStartS: windowEndS, reachedS: windowEndS };
    const reachedS = this.#options.watermarkFollowsClock ? Math.max(lastS, presentS) : lastS;
    return { windowStartS: Math.max(windowStartS, presentS), reachedS };
  }

  /** The first second that a page does not cover: the end of its window, else what lies beyond the present. */
  #endS(windowStartS: number, nowS: number): number {
    const { walksBy, deliversBeyondPresent = false, windowS } = this.#options;
    const presentS = this.#presentS(nowS);
    if (windowStartS + windowS <= presentS) return windowStartS + windowS;
    return walksBy === 'event-time' && deliversBeyondPresent ? Infinity : presentS + 1;
  }

  /** The last second that is delivered. */
  #presentS(nowS: number): number {
    return nowS - (this.#options.deliveryDelayS ?? 0);
  }
}

/** What is known when a page is made, in unix seconds. */
interface WatermarkInputs {
  /** The watermark before this page. */
  readonly previousS: number;
  /** How far the cursor has come. */
  readonly reachedS: number;
  /** The newest event time in this page; 0 if it is empty. */
  readonly pageNewestS: number;
  /** The newest event time so far, this page included. */
  readonly newestSoFarS: number;
  /** A position does not raise the watermark beyond this time; an event does. */
  readonly latestS: number;
}

/** The watermark of a page, unix seconds; with `none` the number is not used. */
export function watermarkOf(kind: WatermarkKind, inputs: WatermarkInputs): number {
  const { previousS, reachedS, pageNewestS, newestSoFarS, latestS } = inputs;
  if (kind === 'newest-event') return newestSoFarS;
  const positionS = Math.max(Math.min(reachedS, latestS), pageNewestS);
  return kind === 'position' ? positionS : Math.max(previousS, positionS);
}
