import type { StateValue } from '@aws-sdk/client-cloudwatch';
import { CloudWatchClient, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { SNSClient } from '@aws-sdk/client-sns';
import type { AlarmKind } from '../../../lambdas/contract/telemetry/alarm-names';
import { SOURCE_ALARM_KINDS } from '../../../lambdas/contract/telemetry/alarm-names';
import type { ExpectedAlarm } from './deployed-alarms';
import type { DoctorContext } from './doctor-context';
import type { Finding } from './finding';
import { bad, good, note } from './finding';
import { readSubscribers, topicsOf } from './subscribers';

/** An alarm that can be tested: it does not fire now, and it notifies somebody. */
interface QuietAlarm {
  readonly name: string;
  readonly state: StateValue;
}

/** The states to test from. OK comes first: the way back from ALARM to OK is notified as well. */
const QUIET_STATES = ['OK', 'INSUFFICIENT_DATA'] as const satisfies readonly StateValue[];

const KINDS_OF_SOURCE: ReadonlySet<AlarmKind> = new Set(SOURCE_ALARM_KINDS);

/**
 * Fires one alarm of the source and resets it: only a person can confirm that a message arrives. CloudWatch itself
 * resets a state that the metric does not justify, so an interruption leaves nothing behind (Amazon CloudWatch API
 * reference, SetAlarmState).
 */
export async function fireTestAlarm({ alarms, aws }: DoctorContext): Promise<Finding> {
  const ofSource = (await alarms()).filter(({ kind }) => KINDS_OF_SOURCE.has(kind));
  const alarm = quietAlarm(ofSource);
  if (alarm === undefined) {
    return note('Every alarm of the source fires already, or is missing.', {
      whatToDo: 'Whoever is notified has a message; try again when one of them is quiet.',
    });
  }
  const subscribers = await readSubscribers(aws.client(SNSClient), topicsOf(ofSource));
  const told = subscribers.filter(({ isConfirmed }) => isConfirmed).map(({ endpoint }) => endpoint);
  if (told.length === 0)
    return bad('Not sent: nobody has confirmed a subscription.', { whatToDo: 'See the subscription above.' });
  await setState(aws.client(CloudWatchClient), alarm.name, 'ALARM');
  await setState(aws.client(CloudWatchClient), alarm.name, alarm.state);
  return good(
    `${alarm.name} was set to ALARM and back to ${alarm.state}: a message must reach ${told.join(', ')} within minutes. If none does, look in the spam folder, then at the topic's policy.`,
  );
}

function quietAlarm(alarms: readonly ExpectedAlarm[]): QuietAlarm | undefined {
  const [quiet] = QUIET_STATES.flatMap((state) =>
    alarms
      .filter(({ found }) => found?.StateValue === state && found.ActionsEnabled !== false)
      .filter(({ found }) => (found?.AlarmActions ?? []).length > 0)
      .map(({ name }) => ({ name, state })),
  );
  return quiet;
}

async function setState(client: CloudWatchClient, name: string, state: StateValue): Promise<void> {
  const reason = `Test by netskope-audit doctor --send-test-alarm: nothing is wrong.`;
  await client.send(new SetAlarmStateCommand({ AlarmName: name, StateValue: state, StateReason: reason }));
}
