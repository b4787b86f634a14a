import { hourOf } from '../../../lambdas/contract/storage/archive-layout';
import { formatMinute } from '../../format/quantities';
import { oldestKeptS, readPointInTime, refused } from '../terminal/time-range';

/** From when on events are looked for. */
interface FirstTime {
  /** The hour of the archive to begin with, as `hourOf` counts. */
  readonly hour: (nowMs: number) => number;
  /** Event time of the first event, UTC to the second; undefined for whole hours. */
  readonly time?: string;
  /** For example `in the last 24 h`. */
  readonly inWords: string;
}

/** @throws OperatorError if the time is none, or too long ago */
export function firstTime(
  { hours, since }: { readonly hours: number; readonly since?: string },
  nowMs: number,
): FirstTime {
  if (since === undefined)
    return { hour: (atMs) => hourOf(atMs / 1000) - hours, inWords: `in the last ${hours} h` };
  const sinceS = readPointInTime({ text: since, option: '--since' }, nowMs);
  if (sinceS < oldestKeptS(nowMs))
    throw refused({
      what: `--since ${formatMinute(sinceS)} is more than 90 days ago.`,
      whatToDo: 'Give a later time; docs/search.md says how to search all of the archive.',
    });
  const time = new Date(sinceS * 1000).toISOString().replace('T', ' ').slice(0, 'YYYY-MM-DD HH:MM:SS'.length);
  return { hour: () => hourOf(sinceS), time, inWords: `since ${formatMinute(sinceS)}` };
}
