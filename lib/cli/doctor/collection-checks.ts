import { lagOf } from '../../../lambdas/collector/core/protocol/checkpoint';
import type { Checkpoint } from '../../../lambdas/contract/storage/checkpoint-table';
import { AlarmLimit } from '../../../lambdas/contract/telemetry/alarms';
import { describeRest } from '../../format/describe-rest';
import { countOf, formatAge, formatAgo, formatMinute } from '../../format/quantities';
import type { SourceInStack } from '../deployment/deployment';
import type { SourceMetrics } from '../status/source-metrics';
import type { Finding, Remedy } from './check';
import { bad, good, note } from './check';
import type { DoctorContext } from './doctor-context';

const MS_PER_MINUTE = 60_000;

/** A data point can be read two minutes after it was sent (Amazon CloudWatch user guide, "Publish custom metrics"). */
const METRIC_DELAY_MS = 2 * MS_PER_MINUTE;

const MS_PER_HOUR = 3_600_000;

/** A recheck is due once a day; once it is 12 hours overdue, every run works on it. */
const LATE_AFTER_MS = 36 * MS_PER_HOUR;

/** A local archive has no schedule: it is collected when somebody starts it. */
const RUN_NPM_START: Remedy = { whatToDo: 'Run npm start.' };

const RUNBOOK = (heading: string): string => `see ${heading} in docs/runbook.md`;

export async function checkCheckpoint({ checkpoint, nowMs, source }: DoctorContext): Promise<Finding> {
  const found = await checkpoint();
  if (found === undefined) return notBegun(source);
  const { lease, indexName, sequence, watermarkS, restUntilMs = 0 } = found;
  const upTo = watermarkS === undefined ? '' : `, up to ${formatMinute(watermarkS)}`;
  const place = `${countOf(sequence, 'page')} of index ${indexName}${upTo}`;
  if (lease === undefined && restUntilMs > nowMs())
    return note(`${place}; it rests ${describeRest(restUntilMs)}.`, {
      whatToDo: 'Wait: the first run after that goes on.',
    });
  if (lease === undefined) return good(`${place}; no run is at work.`);
  if (lease.expiresAtMs > nowMs())
    return good(
      `${place}; run ${lease.runId} is at work, until ${formatMinute(lease.expiresAtMs / 1000)} at the latest.`,
    );
  return note(`${place}; run ${lease.runId} died at its work.`, {
    whatToDo: `The next run takes over, and nothing is lost; if it happens again, ${RUNBOOK('collector-errors')}.`,
  });
}

function notBegun({ sourceId }: SourceInStack): Finding {
  const whatToDo = `The first one will: npx --no -- netskope-audit setup ${sourceId}`;
  return note('No run with credentials has begun yet.', { whatToDo, isDeadEnd: true });
}

export async function checkLastRun(context: DoctorContext): Promise<Finding> {
  const { isLocal, nowMs, source } = context;
  const { succeededAtMs, refusedAtMs = 0 } = await context.metrics();
  const ended =
    succeededAtMs === undefined
      ? undefined
      : `The last run that ended well did so ${formatAgo(succeededAtMs, nowMs())}.`;
  if (refusedAtMs > (succeededAtMs ?? 0)) {
    const whatToDo = `Put a working token into the secret: npx --no -- netskope-audit setup ${source.sourceId}`;
    return bad(`Netskope refused the collector, last ${formatAgo(refusedAtMs, nowMs())}.`, { whatToDo });
  }
  if (ended !== undefined && (isLocal || isInTime(context, succeededAtMs))) return good(ended);
  return overdue(context, ended ?? 'No run has ended well within a day.');
}

async function overdue(context: DoctorContext, ended: string): Promise<Finding> {
  const { isLocal, nowMs, source } = context;
  if (isLocal) return note(ended, RUN_NPM_START);
  const found = await context.checkpoint();
  const remedy = { whatToDo: `Its log says why: ${RUNBOOK('not-running')}.` };
  const { reportedAtMs } = await context.metrics();
  if (found === undefined && reportedAtMs !== undefined && isInTime(context, reportedAtMs))
    return good(`No run has found credentials yet; the last one ended ${formatAgo(reportedAtMs, nowMs())}.`);
  if (found !== undefined && isAtWork(found, nowMs())) return note(`${ended} One is at work now.`, remedy);
  if (isInTime(context, found?.servedAtMs))
    return note(`${ended} Netskope has served one since, which has not reported.`, {
      whatToDo: 'Ask again in two minutes: CloudWatch takes as long to show a metric.',
    });
  return bad(`${ended} One is due every ${source.scheduleMinutes} min.`, remedy);
}

export async function checkLag(context: DoctorContext): Promise<Finding> {
  const { isLocal, nowMs, source } = context;
  const found = await context.checkpoint();
  if (found === undefined) return notBegun(source);
  const seconds = lagOf(found, nowMs());
  const what = `The archive is ${formatAge(seconds)} behind the present`;
  if (isLocal) return good(`${what}; npm start closes the gap.`);
  const alarm = (await context.alarms()).find(({ kind }) => kind === 'behind');
  const limitS = context.deployment.isFleet ? AlarmLimit.lagS : alarm?.found?.Threshold;
  if (limitS === undefined)
    return note(`${what}.`, { whatToDo: 'Deploy again: no alarm says how much is too much.' });
  return seconds > limitS
    ? bad(`${what}; more than ${formatAge(limitS)} is too much.`, {
        whatToDo: `If it does not fall, ${RUNBOOK('behind')}.`,
      })
    : good(`${what}.`);
}

/** Every run reports, even one that fails. */
export async function checkMetrics(context: DoctorContext): Promise<Finding> {
  const { isLocal, nowMs } = context;
  const metrics = await context.metrics();
  const reportedAtMs = newestReportMs(metrics);
  const servedAtMs = (await context.checkpoint())?.servedAtMs;
  if (
    servedAtMs !== undefined &&
    servedAtMs - METRIC_DELAY_MS > (reportedAtMs ?? 0) &&
    servedAtMs + METRIC_DELAY_MS < nowMs()
  )
    return bad(`Netskope served a run ${formatAgo(servedAtMs, nowMs())} whose metrics did not arrive.`, {
      whatToDo: "Look for MetricsError in the function's log; its role needs cloudwatch:PutMetricData.",
    });
  if (reportedAtMs === undefined) {
    const what = 'No metric arrived within a day.';
    return isLocal
      ? note(what, RUN_NPM_START)
      : bad(what, { whatToDo: `No run has reported: ${RUNBOOK('not-running')}.` });
  }
  const newest = `The newest came ${formatAgo(reportedAtMs, nowMs())}`;
  if (metrics.archived === undefined) return good(`${newest}.`);
  return good(`${newest}; ${countOf(metrics.archived, 'event')} counted within a day.`);
}

function newestReportMs({
  succeededAtMs = 0,
  reportedAtMs = 0,
  refusedAtMs = 0,
}: SourceMetrics): number | undefined {
  return Math.max(succeededAtMs, reportedAtMs, refusedAtMs) || undefined;
}

/** Whether it is at most two schedule intervals ago, plus the delay of metrics. */
function isInTime({ nowMs, source }: DoctorContext, atMs: number | undefined): boolean {
  return atMs !== undefined && nowMs() - atMs <= 2 * source.scheduleMinutes * MS_PER_MINUTE + METRIC_DELAY_MS;
}

function isAtWork({ lease }: Checkpoint, nowMs: number): boolean {
  return lease !== undefined && lease.expiresAtMs > nowMs;
}

/** Checks that the last days are read again, and reports what that found. */
export async function checkRecheck(context: DoctorContext): Promise<Finding> {
  const { isLocal, nowMs, source } = context;
  if (!source.dailyRecheck)
    return note('Switched off: what the live feed loses stays lost.', {
      whatToDo: 'Set dailyRecheck of the source to true in cdk.json.',
    });
  const found = await context.recheck();
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
  if (isLate && (await isFed(context)))
    return note(`${what}; it is due once a day.`, {
      whatToDo: 'The live feed goes first: see behind in docs/runbook.md if it takes all of each run.',
    });
  return good(`${what}.`);
}

/** Whether anything is collected at all; if not, another check reports it. */
async function isFed({ checkpoint, nowMs }: DoctorContext): Promise<boolean> {
  const servedAtMs = (await checkpoint())?.servedAtMs ?? 0;
  return nowMs() - servedAtMs < LATE_AFTER_MS;
}
