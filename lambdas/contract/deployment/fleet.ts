import type { Source } from './collector-event';

/** A source of a fleet: the checkpoint table lists them, the stack names none. */
export interface FleetSource extends Source {
  /** Unix milliseconds. From then on a run that ends as it should is expected. */
  readonly addedAtMs: number;
  /** Minutes without events until `no-data` tells; absent if it never does. */
  readonly noDataWindowMinutes?: number;
}

/**
 * Minutes between two rounds of a fleet. Each starts a run of every source. With a minute less a source costs a tenth
 * more; with more than these an archive could be ten minutes behind.
 */
export const ROUND_MINUTES = 6;

/** The event that starts a run of one source; its detail is the collector's input. */
export const COLLECT_EVENT = { source: 'netskope-audit.fleet', detailType: 'Collect' } as const;

/**
 * A thousand sources with a thousand events a day keep 20 runs at work on average. The rest of an account's quota, which
 * is 1,000 unless AWS has lowered it (AWS Lambda developer guide, "Lambda quotas"), is for its other functions.
 */
export const RUNS_AT_ONCE = 100;
