import type { Checkpoint, Lease } from '../../../contract/storage/checkpoint-table';
import type { TimeBudget } from '../../../shared/invocation';

/** The lease ends this long after the function is stopped at the latest. */
const LEASE_MARGIN_MS = 60_000;

/** A lease for as long as this invocation can live. */
export function newLease(runId: string, nowMs: number, budget: TimeBudget): Lease {
  return { runId, expiresAtMs: nowMs + budget.remainingMs() + LEASE_MARGIN_MS };
}

/** The lease of another run that may still be alive. */
export function lastingLease({ lease }: Checkpoint, nowMs: number): Lease | undefined {
  return lease !== undefined && lease.expiresAtMs > nowMs ? lease : undefined;
}
