import type { Totals } from '../../../contract/storage/checkpoint-table';
import { lateAfterS } from '../../../contract/telemetry/metrics';
import type { Announcement, Credentials } from '../ports';
import { addTotals, lagOf, NO_TOTALS } from '../protocol/checkpoint';
import type { Run } from './run';

type AnnouncedRun = Pick<Run, 'deps' | 'request' | 'stream' | 'credentials' | 'found' | 'startedAtMs'>;

/**
 * Announces the run, its counts even where they are zero: that is what silence is measured by. What is archived only a
 * run announces that succeeded, as its points are the number of such runs: the first one announces what failed ones had
 * archived. Counts are remembered before: a run that has lost its lease must not announce what another run counts, too.
 *
 * CloudWatch bills a metric for each hour in which it is sent. So lag and token are sent only twice a day, and the lag
 * while it is late: until the first value in time, which ends the alarm `behind`.
 */
export async function announce(run: AnnouncedRun, announcement: Announcement): Promise<void> {
  const { archived, ...others } = run.stream.unannounced;
  const counts = announcement.runSucceeded === true ? { archived, ...others } : others;
  if (!isZero(counts)) await run.stream.save();
  const nowMs = run.deps.clock.nowMs();
  const lagS = run.stream.lagS();
  const isLate = lagS > lateAfterS(run.request.source.scheduleMinutes);
  const isDue = isFirstOfHalfDay(run.found.servedAtMs, nowMs);
  await run.deps.metrics.send(run.request.source.sourceId, {
    counts,
    ...(isDue || isLate || mayHaveBeenLate(run) ? { lagS } : {}),
    ...(isDue ? tokenDaysLeft(run.credentials.current, nowMs) : {}),
    ...announcement,
  });
  run.stream.stage({
    announced: addTotals(run.stream.checkpoint.announced, { ...NO_TOTALS, ...counts }),
    isLateAnnounced: isLate ? true : undefined,
  });
}

/** Of the halves of a day, UTC: a run that Netskope does not serve leaves it to the next one. */
function isFirstOfHalfDay(servedAtMs = 0, nowMs: number): boolean {
  const halfOf = (ms: number): number => Math.floor(ms / (MS_PER_DAY / 2));
  return halfOf(servedAtMs) !== halfOf(nowMs);
}

/** Whether the last value was late: by a run, which has noted it, or while the source rested. */
function mayHaveBeenLate({ found, startedAtMs, request }: AnnouncedRun): boolean {
  return (
    found.isLateAnnounced === true || lagOf(found, startedAtMs) > lateAfterS(request.source.scheduleMinutes)
  );
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
  await run.stream.save({ announced });
}

function isZero(counts: Partial<Totals>): boolean {
  return Object.values(counts).every((count: number | undefined) => (count ?? 0) === 0);
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
