import fc from 'fast-check';
import type { IteratorProtocol } from '../../lambdas/collector/core/protocol/iterator';
import { ITERATOR_PROTOCOL } from '../../lambdas/collector/core/protocol/iterator';
import type { Aftermath } from './aftermath';
import { isSound } from './aftermath';
import { play } from './play-schedule';
import { forLiveFeedAlone, schedules, sometimes } from './schedule';

export interface Soak {
  readonly schedules: number;
  readonly seed: number;
  /** @default - the collector's own */
  readonly protocol?: IteratorProtocol;
  /** Whether a failing schedule is minimized, which takes a while. @default false */
  readonly shrinks?: boolean;
  /** Called after each schedule with the numbers of schedules played and of events in them. */
  readonly onProgress?: (played: number, events: number) => void;
}

export interface SoakResult {
  readonly events: number;
  /** The result of the first schedule that broke the promise; undefined if none did. */
  readonly broken?: Aftermath;
  /** That schedule and how it broke the promise, as text. */
  readonly counterexample?: string;
}

/** Schedules of which one is played by the live feed alone. */
const LIVE_FEED_ALONE = 4;

/** Plays random schedules until one breaks the promise that every event is stored exactly once, counted and listed. */
export async function soak({
  schedules: numRuns,
  seed,
  protocol,
  shrinks = false,
  onProgress,
}: Soak): Promise<SoakResult> {
  let played = 0;
  let events = 0;
  let broken: Aftermath | undefined;
  const property = fc.asyncProperty(schedules, sometimes(LIVE_FEED_ALONE), async (schedule, isAlone) => {
    const options = { protocol: protocol ?? ITERATOR_PROTOCOL, dailyRecheck: !isAlone };
    const aftermath = await play(isAlone ? forLiveFeedAlone(schedule) : schedule, options);
    played += 1;
    events += aftermath.events;
    onProgress?.(played, events);
    if (isSound(aftermath)) return;
    broken = aftermath;
    throw new Error(JSON.stringify(aftermath, null, 2));
  });
  const details = await fc.check(property, { seed, numRuns, endOnFailure: !shrinks });
  if (!details.failed) return { events };
  return {
    events,
    broken,
    counterexample: `${JSON.stringify(details.counterexample)}\n${String(details.errorInstance)}`,
  };
}
