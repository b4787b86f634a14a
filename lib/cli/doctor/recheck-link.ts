import { formatAge, formatMinute } from '../../local/start/quantities';
import { countOf } from '../count-of';
import type { Examination } from './examination';
import { bad, good, note } from './finding';
import type { Finding } from './finding';

const MS_PER_HOUR = 3_600_000;

/** A recheck is due once a day, and when it is overdue by 12 hours every run works on it. */
const LATE_AFTER_MS = 36 * MS_PER_HOUR;

/** Whether the last days are read again, and what that found. */
export async function checkRecheck(examination: Examination): Promise<Finding> {
  const { isLocal, nowMs, source } = examination;
  if (!source.dailyRecheck)
    return note('Switched off: what the live feed loses stays lost.', {
      whatToDo: 'Set dailyRecheck of the source to true in cdk.json.',
    });
  const found = await examination.recheck();
  if (found === undefined)
    return note('No run has begun it yet.', { whatToDo: 'Look again after the next run.' });
  const { doneAtMs, checkedToS, recovered, failure } = found.recheck;
  const ageMs = Math.max(0, nowMs() - doneAtMs);
  const what = `Done ${formatAge(Math.round(ageMs / 1000))} ago, checked up to ${formatMinute(checkedToS)}, ${countOf(recovered, 'event')} recovered`;
  const isLate = !isLocal && ageMs > LATE_AFTER_MS;
  if (failure !== undefined) {
    const failed = `${what}; the last run that worked on it failed: ${failure.reason}.`;
    const remedy = { whatToDo: 'The next run goes on with it; if it fails again, its log says why.' };
    return isLate ? bad(failed, remedy) : note(failed, remedy);
  }
  if (isLate && (await isFed(examination)))
    return note(`${what}; it is due once a day.`, {
      whatToDo: 'The live feed goes first: see behind in docs/runbook.md if it takes all of each run.',
    });
  return good(`${what}.`);
}

/** Where nothing is collected at all, that is another link's finding. */
async function isFed({ checkpoint, nowMs }: Examination): Promise<boolean> {
  const servedAtMs = (await checkpoint())?.servedAtMs ?? 0;
  return nowMs() - servedAtMs < LATE_AFTER_MS;
}
