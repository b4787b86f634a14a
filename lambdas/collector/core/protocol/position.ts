import type { Checkpoint } from '../../../contract/storage/checkpoint-table';
import type { Page } from '../page/envelope';
import type { Call } from './call';

/**
 * The iterator advances in windows of an hour, and a page is at most one (Netskope's iterator documentation). What would be
 * lost if a page reached further does not rely on it.
 */
export const WINDOW_S = 3600;
/** A larger step of the watermark is a cursor jump. */
const CURSOR_JUMP_S = 2 * WINDOW_S;
/** Netskope keeps events for 90 days; one hour is the margin until a request arrives. */
const EPOCH_REACH_S = 90 * 86_400 - 3600;
/** Netskope's clock may differ from ours by this much. Later times are misdated events or wrong watermarks. */
export const CLOCKS_DIFFER_S = 600;
/** With a watermark this near to the present, newer events are left to the next run. */
const PRESENT_S = 60;
/** An idle tenant's watermark may trail the present by this: events appear five minutes late (Netskope samples). */
const NEAR_S = 900;
/** Between two answers, a watermark that follows the clock may advance this much more than the clock. */
const CLOCK_MARGIN_S = 5;

/** What a page says about the position of the stream. */
export interface PageFacts {
  readonly call: Call;
  readonly page: Pick<Page, 'events' | 'rawWatermarkS'>;
  /** Oldest event time of the page's accepted events, unix seconds. */
  readonly oldestS: number | undefined;
  readonly askedAtS: number;
  /** The page's watermark after the clamp. */
  readonly believedS: number | undefined;
  /** `believedS`, or the newest event so far if there is none. */
  readonly highS: number;
  readonly smallestFullPage: number;
}

/**
 * The clamp: a watermark more than ten minutes ahead of the clock is ignored, and none is later than its call. One
 * event dated years ahead moves Netskope's watermark with it, and a replay from there would find nothing.
 */
export function believedWatermarkS(rawS: number | undefined, askedAtS: number): number | undefined {
  return rawS === undefined || rawS > askedAtS + CLOCKS_DIFFER_S ? undefined : Math.min(rawS, askedAtS);
}

/**
 * The creep: the time up to which the stream is reliable. While it is behind, this is at most an hour after the page's
 * oldest event, because the watermark may come from one misdated event; an empty page adds an hour.
 * @param fromS where the page began, unix seconds
 */
export function reliableToS(
  checkpoint: Checkpoint,
  { page, oldestS, highS, askedAtS }: PageFacts,
  { caughtUp, fromS }: { readonly caughtUp: boolean; readonly fromS: number },
): number {
  if (caughtUp && highS >= askedAtS - NEAR_S) return highS;
  if (oldestS !== undefined) return Math.min(highS, Math.max(fromS, oldestS + WINDOW_S));
  return Math.min(highS, page.rawWatermarkS === checkpoint.rawWatermark ? fromS : fromS + WINDOW_S);
}

/**
 * Whether there is a cursor jump, as if Netskope had forgotten the index and begun at the present: while events were
 * outstanding, the watermark advanced by more than two windows. A time range that is replayed is not checked again: a
 * jump counts from its end.
 */
export function jumps(checkpoint: Checkpoint, { call, believedS }: PageFacts): boolean {
  const { caughtUp, highS = checkpoint.watermarkS, replayedToS = 0 } = checkpoint;
  if (call.operation === 'epoch' || caughtUp || highS === undefined || believedS === undefined) return false;
  return believedS - Math.max(highS, replayedToS) > CURSOR_JUMP_S;
}

/**
 * Whether nothing is left to fetch for now.
 * - An empty page without a new watermark covers one window: one is needed for each hour up to the present.
 * - Otherwise a page that is not full, with a watermark at the present, or near it and no faster than the clock, or near
 *   it where nothing was left a window ago at most: after a pause of the tenant, the next event moves it at once.
 * A `resend` never counts, because it does not show what follows it.
 */
export function catchesUp(checkpoint: Checkpoint, facts: PageFacts): boolean {
  const { call, page, askedAtS, believedS, highS } = facts;
  if (call.operation === 'resend') return false;
  const isEpoch = call.operation === 'epoch';
  const rawBefore = isEpoch ? undefined : checkpoint.rawWatermark;
  if (page.events.length === 0 && (believedS === undefined || page.rawWatermarkS === rawBefore))
    return nextEmptyToS(checkpoint) >= askedAtS - NEAR_S;
  if (isFull(page, checkpoint, facts.smallestFullPage)) return false;
  if (highS >= askedAtS - PRESENT_S) return true;
  const { caughtUp, highS: highBeforeS, servedAtMs } = checkpoint;
  if (isEpoch || highBeforeS === undefined || servedAtMs === undefined || highS < askedAtS - NEAR_S)
    return false;
  const passedS = askedAtS - servedAtMs / 1000;
  return highS - highBeforeS <= passedS + CLOCK_MARGIN_S || (caughtUp && passedS <= WINDOW_S);
}

/** Whether a page may be full, so that more follows: it is as large as the stream's largest page so far. */
export function isFull(
  { events }: Pick<Page, 'events'>,
  { largestPage = 0 }: Checkpoint,
  smallestFullPage: number,
): boolean {
  return events.length >= Math.max(smallestFullPage, largestPage);
}

/** Position after one more empty page without a new watermark, unix seconds. */
export function nextEmptyToS({ watermarkS, startEpochS, emptyToS = 0 }: Checkpoint): number {
  return Math.max(watermarkS ?? startEpochS, emptyToS) + WINDOW_S;
}

/**
 * Whether the next page may lie in a time range that is delivered again after a doubt. Events of the watermark's own
 * second may be before or after it.
 */
export function isReplaying({ watermarkS, replayedToS = 0 }: Checkpoint): boolean {
  return watermarkS !== undefined && watermarkS <= replayedToS;
}

/** Where to begin again after a doubt about the cursor: late events may be older than the watermark. */
export function replayStartS(watermarkS: number): number {
  return watermarkS - REPLAY_OVERLAP_S;
}

const REPLAY_OVERLAP_S = 3600;

/** The horizon: limits an epoch to the retention, before which Netskope refuses, and to now, after which it waits. */
export function epochWithinRetentionS(startEpochS: number, nowMs: number): number {
  const nowS = Math.floor(nowMs / 1000);
  return Math.min(nowS, Math.max(startEpochS, nowS - EPOCH_REACH_S));
}
