import { CheckpointConflictError, CredentialError } from './errors';
import type { Announcement, Credentials } from './ports';
import type { Run } from './run';

/**
 * One metric call a run is the rule. A run of several pages with events announces each before the next one is
 * remembered, so that a run that dies costs the metrics one page at most.
 */
export async function announceEarlierPages(run: Run): Promise<void> {
  const { archived, quarantined } = run.unannounced;
  if (archived + quarantined === 0) return;
  try {
    await run.deps.metrics.send(run.request.source.id, { counts: run.unannounced });
    run.noteAnnounced();
  } catch (error) {
    // The counts stay unannounced in the checkpoint; the announcement at the end repeats them, and fails aloud.
    run.deps.log.warn('metrics refused', { reason: String(error) });
  }
}

/** Announces the run and gives the lease back. */
export async function finish(run: Run, announcement: Announcement): Promise<void> {
  try {
    await run.deps.metrics.send(run.request.source.id, {
      ...(run.reachedNetskope ? { counts: run.unannounced } : {}),
      lagS: run.lagS(),
      ...tokenDaysLeft(run.credentials, run.deps.clock.nowMs()),
      ...announcement,
    });
    if (run.reachedNetskope) run.noteAnnounced();
  } finally {
    await run.remember({ lease: undefined });
  }
}

/** The failure of the run is the one to report; what fails on the way out is logged beside it. */
export async function finishFailed(run: Run, failure: unknown): Promise<void> {
  if (failure instanceof CheckpointConflictError) return; // the lease and the counts are another run's now
  try {
    await finish(run, { credentialsRefused: failure instanceof CredentialError });
  } catch (error) {
    run.deps.log.warn('could not finish a failed run in order', { reason: String(error) });
  }
}

const MS_PER_DAY = 86_400_000;

function tokenDaysLeft(
  { tokenExpiresAtMs }: Credentials,
  nowMs: number,
): Pick<Announcement, 'tokenDaysLeft'> {
  return tokenExpiresAtMs === undefined
    ? {}
    : { tokenDaysLeft: Math.floor((tokenExpiresAtMs - nowMs) / MS_PER_DAY) };
}
