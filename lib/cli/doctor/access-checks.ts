import { AlarmLimit } from '../../../lambdas/contract/telemetry/alarms';
import { countOf } from '../../format/quantities';
import { describeProbeFailure } from '../netskope/describe-probe-failure';
import type { ProbeFailure } from '../netskope/probe-verdict';
import { endOfDayMs } from '../setup/tenant-answers';
import type { Finding } from './check';
import { bad, good, note } from './check';
import type { DoctorContext } from './doctor-context';

/** AWS rejects signatures off by more (AWS IAM user guide, "Signature Version 4"); the SDK then corrects its clock. */
const MAX_SKEW_MS = 5 * 60_000;
/** The collector counts as caught up when the watermark is within a minute of the present. */
const NOTED_SKEW_MS = 60_000;

const SET_CLOCK =
  'Set the clock of this machine by NTP. If it is Netskope that is off, open a case: times of events are theirs.';

const MS_PER_DAY = 86_400_000;

/** Answers that Netskope gives only after it has accepted the token and its scope. */
const BEHIND_THE_SCOPE: ReadonlySet<ProbeFailure> = new Set(['index-busy']);
/** Transient answers that say nothing about the token. */
const PASSING: ReadonlySet<ProbeFailure> = new Set([
  'rate-limited',
  'netskope-failed',
  'no-answer',
  'answer-damaged',
]);

export async function checkCredentials({ aws, caller }: DoctorContext): Promise<Finding> {
  const { arn } = await caller();
  return good(`You are ${arn} in region ${await aws.region()}.`);
}

export async function checkStack({ deployment, source }: DoctorContext): Promise<Finding> {
  const { outputs } = deployment;
  return good(
    `${source.namePrefix ?? deployment.name}: source ${source.sourceId} (${source.label}), every ${source.scheduleMinutes} min by ${outputs.CollectorFunction}.`,
  );
}

/** Compares three clocks: this machine's, which the commands go by, that of AWS, where the collector runs, and Netskope's. */
export async function checkClocks(context: DoctorContext): Promise<Finding> {
  const { clockAheadMs: awsAheadMs } = await context.caller();
  if (awsAheadMs === undefined) return note('AWS did not say what time it is.', { whatToDo: 'Try again.' });
  const netskopeAheadMs = await netskopeClock(context);
  const skewsMs = [awsAheadMs, netskopeAheadMs === undefined ? 0 : netskopeAheadMs - awsAheadMs];
  const what = [
    `This machine is ${offset(-awsAheadMs)} AWS`,
    netskopeAheadMs === undefined
      ? 'Netskope was not asked'
      : `Netskope is ${offset(netskopeAheadMs - awsAheadMs)} AWS`,
  ].join('; ');
  const largestMs = Math.max(...skewsMs.map(Math.abs));
  if (largestMs > MAX_SKEW_MS) return bad(`${what}.`, { whatToDo: SET_CLOCK });
  return largestMs > NOTED_SKEW_MS ? note(`${what}.`, { whatToDo: SET_CLOCK }) : good(`${what}.`);
}

/** Undefined without a usable secret: Netskope cannot be asked then, and another check reports it. */
async function netskopeClock({ probe }: DoctorContext): Promise<number | undefined> {
  const probed = await probe().catch(() => undefined);
  return probed?.clockAheadMs;
}

function offset(aheadMs: number): string {
  const seconds = Math.round(aheadMs / 1000);
  if (seconds === 0) return 'in time with';
  return `${Math.abs(seconds)} s ${seconds > 0 ? 'ahead of' : 'behind'}`;
}

export async function checkSecret({ secret, secretContent, source }: DoctorContext): Promise<Finding> {
  const content = await secretContent();
  const setup = { whatToDo: `Fill it: npx --no -- netskope-audit setup ${source.sourceId}`, isDeadEnd: true };
  switch (content.kind) {
    case 'filled':
      return good(`${secret.name} holds domain and token for ${content.host}.`);
    case 'empty':
      return bad(`${secret.name} is empty: runs end quietly and collect nothing.`, setup);
    case 'unusable':
      return bad(`The collector cannot use what is there: ${content.reason}.`, setup);
    case 'unreadable':
      return note(`You may not read ${secret.name}, so the token cannot be tried from here.`, {
        whatToDo: `Have secretsmanager:GetSecretValue granted to your role, or ask somebody who has it.`,
        isDeadEnd: true,
      });
  }
}

export async function checkToken({ probe, deployment }: DoctorContext): Promise<Finding> {
  const { host, indexName, verdict } = await probe();
  if (verdict.kind === 'served') return good(`${host} accepts it.`);
  if (verdict.kind === 'scope-missing') return good(`${host} knows it.`);
  if (BEHIND_THE_SCOPE.has(verdict.kind))
    return good(`${host} accepts it, and is busy: ${verdict.received}.`);
  const { what, whatToDo } = describeProbeFailure(verdict, { feed: deployment.feed, host, indexName });
  const remedy = { whatToDo, isDeadEnd: true };
  return PASSING.has(verdict.kind) ? note(what, remedy) : bad(what, remedy);
}

export async function checkScope({ probe, deployment }: DoctorContext): Promise<Finding> {
  const { host, indexName, verdict } = await probe();
  if (verdict.kind === 'served' || BEHIND_THE_SCOPE.has(verdict.kind))
    return good('The token may read audit events.');
  const { what, whatToDo } = describeProbeFailure(verdict, { feed: deployment.feed, host, indexName });
  return bad(what, { whatToDo });
}

export async function checkExpiry({ secretContent, source, nowMs }: DoctorContext): Promise<Finding> {
  const content = await secretContent();
  const rotate = `npx --no -- netskope-audit setup ${source.sourceId} --token-expires-at <day>`;
  if (content.kind !== 'filled' || content.tokenExpiresOn === undefined)
    return note('Nobody knows when the token expires, so no alarm fires before.', {
      whatToDo: `Say it: ${rotate}`,
    });
  const { tokenExpiresOn } = content;
  const daysLeft = Math.floor((endOfDayMs(tokenExpiresOn) - nowMs()) / MS_PER_DAY);
  const remedy = { whatToDo: `Make a new token: ${rotate}` };
  if (daysLeft < 0) return bad(`By its secret the token expired on ${tokenExpiresOn}.`, remedy);
  const what = `The token expires on ${tokenExpiresOn}, in ${countOf(daysLeft, 'day')}.`;
  return daysLeft <= AlarmLimit.tokenDaysLeft ? note(what, remedy) : good(what);
}
