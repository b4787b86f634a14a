/**
 * The meaning of `timestamp_hwm`. Netskope documents only that it is not less than the newest event time.
 * - `highest`: the highest of every position and event time so far; it never falls.
 * - `position`: the cursor, or the newest event of this page; it falls back after an event dated ahead.
 * - `newest-event`: the newest event time so far, or the epoch of the start; time without events does not raise it.
 * - `none`: no answer has the field.
 */
export type WatermarkKind = 'highest' | 'position' | 'newest-event' | 'none';

/** What is known when a page is made, in unix seconds. */
export interface WatermarkInputs {
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
