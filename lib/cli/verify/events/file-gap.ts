import { StartLookback } from '../../../../lambdas/contract/deployment/collector-event';
import { BackfillJobs } from '../../backfill/backfill-jobs';
import { latestEndS, stretchInWords } from '../../backfill/stretch';
import type { Deployment } from '../../deployment';
import type { Session } from '../../session';
import type { HourComparison } from './hour-comparison';

const SECONDS_PER_HOUR = 3600;

export interface Gap {
  readonly deployment: Deployment;
  readonly sourceId: string;
  readonly hours: readonly HourComparison[];
  /** When the comparison began, by which its range was judged. */
  readonly nowMs: number;
}

/**
 * Files a backfill from the first hour that misses events to the last one. What is less than an hour old is left to the
 * live feed.
 * @throws OperatorError where a backfill is open already
 */
export async function fileGap(session: Session, { deployment, sourceId, hours, nowMs }: Gap): Promise<void> {
  const { terminal } = session;
  const gaps = hours.filter(({ missing }) => missing > 0);
  const [first, last] = [gaps[0], gaps.at(-1)];
  if (first === undefined || last === undefined) {
    terminal.print('No backfill is filed: nothing is missing.');
    return;
  }
  const stretch = {
    fromEpochS: Math.max(first.hour * SECONDS_PER_HOUR, earliestStartS(nowMs)),
    toEpochS: Math.min((last.hour + 1) * SECONDS_PER_HOUR, latestEndS(nowMs)),
  };
  if (stretch.fromEpochS >= stretch.toEpochS) {
    terminal.printMarked(
      'note',
      'No backfill is filed: what is missing is less than an hour old, and left to the live feed.',
    );
    return;
  }
  await new BackfillJobs(deployment, sourceId).file(stretch, nowMs);
  terminal.print(
    `A backfill is filed: ${stretchInWords(stretch)}. Scheduled runs collect it; watch it with npx netskope-audit backfill ${sourceId}.`,
  );
  terminal.json({ filedBackfill: stretch });
}

/** Netskope keeps events for 90 days. */
function earliestStartS(nowMs: number): number {
  return Math.floor(nowMs / 1000) - StartLookback.maxHours * SECONDS_PER_HOUR;
}
