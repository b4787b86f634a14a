import type { Totals } from '../../../contract/storage/checkpoint-table';
import type { Announcement, Credentials } from '../ports';
import { addTotals, NO_TOTALS } from '../protocol/checkpoint';
import type { Run } from './run';

/**
 * Announces the run, its counts even where they are zero: that is what silence is measured by. Counts are remembered
 * before: a run that has lost its lease must not announce what another run counts, too.
 */
export async function announce(
  run: Pick<Run, 'deps' | 'request' | 'stream' | 'credentials'>,
  announcement: Announcement,
): Promise<void> {
  if (!isZero(run.stream.unannounced)) await run.stream.remember({});
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

function isZero(totals: Totals): boolean {
  return Object.values(totals).every((count: number | undefined) => (count ?? 0) === 0);
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
