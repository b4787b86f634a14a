import type { Announcement, Credentials } from '../ports';
import { addTotals, NO_TOTALS, walkOf } from '../protocol/checkpoint';
import type { Run } from './run';

/**
 * One metric call a run is the rule. A run of several pages with events announces each before the next one is
 * remembered, so that a run that dies costs the metrics one page at most.
 */
export async function announceEarlierPages(run: Pick<Run, 'deps' | 'request' | 'stream'>): Promise<void> {
  if (walkOf(run.stream.checkpoint) !== undefined) return; // old events are no news, and would hide that new ones are missing
  const { archived, quarantined } = run.stream.unannounced;
  if (archived + quarantined === 0) return;
  try {
    await run.deps.metrics.send(run.request.source.sourceId, { counts: run.stream.unannounced });
    run.stream.note({ announced: run.stream.checkpoint.totals });
  } catch (error) {
    // The counts stay unannounced in the checkpoint; the announcement at the end repeats them, and fails aloud.
    run.deps.log.warn('metrics refused', { reason: String(error) });
  }
}

/** Announces the run, its counts even where they are zero: that is what silence is measured by. */
export async function announce(
  run: Pick<Run, 'deps' | 'request' | 'stream' | 'credentials'>,
  announcement: Announcement,
): Promise<void> {
  await run.deps.metrics.send(run.request.source.sourceId, {
    counts: run.stream.unannounced,
    lagS: run.stream.lagS(),
    ...tokenDaysLeft(run.credentials.current, run.deps.clock.nowMs()),
    ...announcement,
  });
  run.stream.note({ announced: run.stream.checkpoint.totals });
}

/**
 * What a walk through the past has found out about events that the archive holds. That it stored old events is no news,
 * and would hide that new ones are missing.
 */
export async function announceFindings(run: Pick<Run, 'deps' | 'request' | 'stream'>): Promise<void> {
  const { editions, conflicting } = run.stream.unannounced;
  if (editions === undefined && conflicting === undefined) return;
  await run.deps.metrics.send(run.request.source.sourceId, { counts: { editions, conflicting } });
  const announced = addTotals(run.stream.checkpoint.announced, { ...NO_TOTALS, editions, conflicting });
  await run.stream.remember({ announced });
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
