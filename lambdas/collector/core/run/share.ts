import type { TimeBudget } from '../../../shared/invocation';
import { timeForOnePageMs } from '../protocol/fetch-page';
import type { Run } from './run';

/**
 * Time since a run began after which what reads the past asks for no more: the live feed's next run, five minutes after
 * this one by default, finds the lease free.
 */
export const SHARE_MS = 4 * 60_000;

/** What is left of the share of those that read the past: no call, and no wait before one, reaches beyond its end. */
export function shareOf({ deps, budget, request, startedAtMs }: Run): TimeBudget {
  const endsAtMs = startedAtMs + SHARE_MS + timeForOnePageMs(request.requestTimeoutMs);
  return { remainingMs: () => Math.min(budget.remainingMs(), endsAtMs - deps.clock.nowMs()) };
}
