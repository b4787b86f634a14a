import type { Announcement, Credentials } from '../ports';
import { walkOf } from '../protocol/checkpoint';
import type { Run } from './run';

/**
 * One metric call a run is the rule. A run of several pages with events announces each before the next one is
 * remembered, so that a run that dies costs the metrics one page at most.
 */
export async function announceEarlierPages(run: Run): Promise<void> {
  if (walkOf(run.checkpoint) !== undefined) return; // old events are no news, and would hide that new ones are missing
  const { archived, quarantined } = run.unannounced;
  if (archived + quarantined === 0) return;
  try {
    await run.deps.metrics.send(run.request.source.sourceId, { counts: run.unannounced });
    run.note({ announced: run.checkpoint.totals });
  } catch (error) {
    // The counts stay unannounced in the checkpoint; the announcement at the end repeats them, and fails aloud.
    run.deps.log.warn('metrics refused', { reason: String(error) });
  }
}

/** Announces the run, its counts even where they are zero: that is what silence is measured by. */
export async function announce(run: Run, announcement: Announcement): Promise<void> {
  await run.deps.metrics.send(run.request.source.sourceId, {
    counts: run.unannounced,
    lagS: run.lagS(),
    ...tokenDaysLeft(run.credentials, run.deps.clock.nowMs()),
    ...announcement,
  });
  run.note({ announced: run.checkpoint.totals });
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
