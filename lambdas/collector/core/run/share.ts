import type { TimeBudget } from '../../../shared/invocation';
import { timeForOnePageMs } from '../protocol/fetch-page';
import type { Run } from './run';

/**
 * After so long a run that has caught up asks for no further page of the past, so that the live feed's next run, five
 * minutes after this one by default, mostly finds the lease free. A last page that is slow may hold the lease over that run.
 */
const PAST_ENDS_AFTER_MS = 4 * 60_000;

/** What is left of that time, with room for one page that was asked for within it. */
export function shareOf({
  deps,
  budget,
  request,
  startedAtMs,
}: Pick<Run, 'deps' | 'budget' | 'request' | 'startedAtMs'>): TimeBudget {
  const endsAtMs = startedAtMs + PAST_ENDS_AFTER_MS + timeForOnePageMs(request.requestTimeoutMs);
  return { remainingMs: () => Math.min(budget.remainingMs(), endsAtMs - deps.clock.nowMs()) };
}
