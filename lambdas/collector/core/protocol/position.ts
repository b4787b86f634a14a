import type { Checkpoint } from '../../../contract/storage/checkpoint-table';
import type { Page } from '../page/envelope';
import type { Call } from './call';

/** The iterator walks in windows of an hour, of which a page is one at most (Netskope's iterator documentation). */
export const WINDOW_S = 3600;
/** Twice a window is no step of it. */
const CURSOR_JUMP_S = 2 * WINDOW_S;
/** Netskope keeps events for 90 days; an hour of them passes before a request arrives. */
const EPOCH_REACH_S = 90 * 86_400 - 3600;
/** Netskope's clock and ours may differ by so much: what is dated further ahead is an odd event or a wrong watermark. */
export const CLOCKS_DIFFER_S = 600;
/** A watermark this near to the present means that waiting for more is the next run's business. */
const PRESENT_S = 60;
/** A watermark may trail the present by so much on an idle tenant: events surface five minutes late (Netskope samples). */
const NEAR_S = 900;
/** A watermark that moves with the clock may move so much faster between two answers. */
const CLOCK_MARGIN_S = 5;

/** What a page says about where the stream stands. */
export interface PageFacts {
  readonly call: Call;
  readonly page: Pick<Page, 'values' | 'watermarkS'>;
  /** Oldest event time of the page's accepted events, unix seconds. */
  readonly oldestS: number | undefined;
  readonly askedAtS: number;
  /** What is believed of the page's watermark. */
  readonly believedS: number | undefined;
  /** `believedS`, or where there is none the newest event so far. */
  readonly highS: number;
  readonly smallestFullPage: number;
}

/**
 * The clamp: a watermark further ahead of the clock than ten minutes is no information, and none is later than its call.
 * One event dated years ahead moves Netskope's watermark with it; a replay that began there would find nothing.
 */
export function believedWatermarkS(rawS: number | undefined, askedAtS: number): number | undefined {
  return rawS === undefined || rawS > askedAtS + CLOCKS_DIFFER_S ? undefined : Math.min(rawS, askedAtS);
}

/**
 * The creep: how far the stream can be relied on. While it is behind, no further than an hour beyond the page's oldest
 * event, for the watermark may be that of one odd event; after an empty page an hour further than before.
 * @param fromS where the page began
 */
export function reliableToS(
  checkpoint: Checkpoint,
  { page, oldestS, highS, askedAtS }: PageFacts,
  { caughtUp, fromS }: { readonly caughtUp: boolean; readonly fromS: number },
): number {
  if (caughtUp && highS >= askedAtS - NEAR_S) return highS;
  if (oldestS !== undefined) return Math.min(highS, Math.max(fromS, oldestS + WINDOW_S));
  return Math.min(highS, page.watermarkS === checkpoint.rawWatermark ? fromS : fromS + WINDOW_S);
}

/**
 * Whether Netskope seems to have forgotten the index: while events were still outstanding, the watermark leaps over more
 * than two windows, as it does when a call on an unknown index begins at the present. A replay is not doubted again.
 */
export function jumps(checkpoint: Checkpoint, { call, believedS }: PageFacts): boolean {
  const { caughtUp, highS = checkpoint.watermarkS } = checkpoint;
  if (call.operation === 'epoch' || caughtUp || isReplaying(checkpoint)) return false;
  return highS !== undefined && believedS !== undefined && believedS - highS > CURSOR_JUMP_S;
}

/**
 * Whether nothing is left to fetch for now.
 * - An empty page that says nothing is one window: so many are needed as there are hours to the present.
 * - Else a short page whose watermark is the present, or near it and moving no faster than the clock.
 * A `resend` says nothing about what follows it.
 */
export function catchesUp(checkpoint: Checkpoint, facts: PageFacts): boolean {
  const { call, page, askedAtS, believedS, highS } = facts;
  if (call.operation === 'resend') return false;
  const isEpoch = call.operation === 'epoch';
  const rawBefore = isEpoch ? undefined : checkpoint.rawWatermark;
  if (page.values.length === 0 && (believedS === undefined || page.watermarkS === rawBefore))
    return emptyToS(checkpoint) >= askedAtS - NEAR_S;
  if (isFull(page, checkpoint, facts.smallestFullPage)) return false;
  if (highS >= askedAtS - PRESENT_S) return true;
  const { highS: highBeforeS, servedAtMs } = checkpoint;
  if (isEpoch || highBeforeS === undefined || servedAtMs === undefined) return false;
  return highS >= askedAtS - NEAR_S && highS - highBeforeS <= askedAtS - servedAtMs / 1000 + CLOCK_MARGIN_S;
}

/** Whether a page may be full, so that more follows: it is as large as the largest of the stream so far. */
export function isFull(
  { values }: Pick<Page, 'values'>,
  { largestPage = 0 }: Checkpoint,
  smallestFullPage: number,
): boolean {
  return values.length >= Math.max(smallestFullPage, largestPage);
}

/** How far one more empty page that says nothing takes the stream, unix seconds. */
export function emptyToS({ watermarkS, startEpochS, emptyToS: walkedToS = 0 }: Checkpoint): number {
  return Math.max(watermarkS ?? startEpochS, walkedToS) + WINDOW_S;
}

/**
 * Whether the next page may lie in a time range that was delivered before, and is delivered again because of a doubt.
 * Events of the very second of a watermark may stand on either side of it.
 */
export function isReplaying({ watermarkS, replayedToS = 0 }: Checkpoint): boolean {
  return watermarkS !== undefined && watermarkS <= replayedToS;
}

/** Where to begin again after a doubt about the cursor itself: late events lie a little before the watermark. */
export function replayStartS(watermarkS: number): number {
  return watermarkS - REPLAY_OVERLAP_S;
}

const REPLAY_OVERLAP_S = 3600;

/** The horizon: no epoch lies before what Netskope keeps, or after now; Netskope refuses the one and waits for the other. */
export function epochWithinRetentionS(startEpochS: number, nowMs: number): number {
  const nowS = Math.floor(nowMs / 1000);
  return Math.min(nowS, Math.max(startEpochS, nowS - EPOCH_REACH_S));
}
