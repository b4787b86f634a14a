import type { DoctorContext } from './doctor-context';
import type { Finding } from './finding';
import { bad, good, note } from './finding';

/** AWS refuses a signature that is older or newer (AWS IAM user guide, "Signature Version 4"); the SDK then corrects it. */
const MAX_SKEW_MS = 5 * 60_000;
/** A minute is what the collector takes for the present: a page whose watermark is that near leaves nothing behind it. */
const NOTED_SKEW_MS = 60_000;

export async function checkCredentials({ aws, caller }: DoctorContext): Promise<Finding> {
  const { arn } = await caller();
  return good(`You are ${arn} in region ${await aws.region()}.`);
}

export async function checkStack({ deployment, source }: DoctorContext): Promise<Finding> {
  const { outputs } = deployment;
  return good(
    `${source.stackName}: source ${source.sourceId} (${source.label}), every ${source.scheduleMinutes} min by ${outputs.CollectorFunction}.`,
  );
}

/** What is compared is what the collector lives by: the clocks of AWS, where it runs, and of Netskope. */
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

const SET_CLOCK =
  'Set the clock of this machine by NTP. If it is Netskope that is off, open a case: times of events are theirs.';

/** Without a usable secret Netskope cannot be asked; that has a finding of its own. */
async function netskopeClock({ probe }: DoctorContext): Promise<number | undefined> {
  const probed = await probe().catch(() => undefined);
  return probed?.clockAheadMs;
}

function offset(aheadMs: number): string {
  const seconds = Math.round(aheadMs / 1000);
  if (seconds === 0) return 'in time with';
  return `${Math.abs(seconds)} s ${seconds > 0 ? 'ahead of' : 'behind'}`;
}
