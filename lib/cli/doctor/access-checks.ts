import type { DoctorContext } from './doctor-context';
import type { Finding } from './finding';
import { bad, good, note } from './finding';

/** AWS rejects signatures off by more (AWS IAM user guide, "Signature Version 4"); the SDK then corrects its clock. */
const MAX_SKEW_MS = 5 * 60_000;
/** The collector counts as caught up when the watermark is within a minute of the present. */
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

/** Compares the clocks that the collector depends on: that of AWS, where it runs, and that of Netskope. */
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
