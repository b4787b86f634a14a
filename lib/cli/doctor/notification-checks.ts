import type { StateValue } from '@aws-sdk/client-cloudwatch';
import { CloudWatchClient, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { SNSClient } from '@aws-sdk/client-sns';
import { SOURCE_ALARMS } from '../../../lambdas/contract/telemetry/alarms';
import type { KnownAlarm, Subscriber } from '../deployment/deployed-alarms';
import { confirmedEndpoints, isFiring, readSubscribers, topicsOf } from '../deployment/deployed-alarms';
import type { Finding } from './check';
import { bad, good, note } from './check';
import type { DoctorContext } from './doctor-context';
import { publishTestAlert } from './test-alert';

/** The kind of alarm that a source can switch off with its `noDataAlarm` setting. */
const OPTIONAL_KIND = 'no-data';

/** The kind of alarm that has no action, because a rule notifies. */
const RULE_KIND = 'collector-not-invoked';

/** The states to test from. OK comes first: the way back from ALARM to OK is notified as well. */
const QUIET_STATES = ['OK', 'INSUFFICIENT_DATA'] as const satisfies readonly StateValue[];

export async function checkAlarms({ alarms, isLocal }: DoctorContext): Promise<Finding> {
  const expected = await alarms();
  if (isLocal)
    return note('On this machine nothing watches a source.', {
      whatToDo: 'Deploy to be notified.',
      isDeadEnd: true,
    });
  const deploy = { whatToDo: 'Deploy again: npx cdk deploy --all' };
  const missing = expected.filter(({ found }) => found === undefined);
  const wanted = missing.filter(({ kind }) => kind !== OPTIONAL_KIND);
  if (wanted.length > 0)
    return bad(`Of ${expected.length} alarms ${kinds(wanted)} are missing.`, {
      ...deploy,
      isDeadEnd: wanted.length === expected.length,
    });
  const silent = expected.filter(isSilent);
  if (silent.length > 0)
    return bad(`Nobody is notified when ${kinds(silent)} fire: their actions are off.`, deploy);
  if (missing.length > 0)
    return note(`${expected.length - 1} alarms watch; ${OPTIONAL_KIND} is switched off.`, {
      whatToDo: 'Set noDataAlarm of the source to true in cdk.json if its silence is worth a message.',
    });
  return good(`${expected.length} alarms watch the source and the collector.`);
}

export async function checkAlarmStates({ alarms, metrics }: DoctorContext): Promise<Finding> {
  const found = (await alarms()).filter((alarm) => alarm.found !== undefined);
  const { affectedBy = [] } = await metrics();
  const isAboutSource = (alarm: KnownAlarm): boolean =>
    !isOfFleet(alarm) || affectedBy.some((kind) => kind === alarm.kind);
  const firing = found.filter(isFiring).filter(isAboutSource);
  const [first] = firing;
  if (first !== undefined)
    return bad(`${kinds(firing)}: firing. ${first.found?.StateReason ?? ''}`.trimEnd(), {
      whatToDo: `See ${firing.map(({ kind }) => kind).join(', ')} in docs/runbook.md.`,
    });
  const waiting = found.filter((alarm) => alarm.found?.StateValue === 'INSUFFICIENT_DATA');
  return good(
    waiting.length === 0 ? 'None fires.' : `None fires; ${kinds(waiting)} have nothing to watch yet.`,
  );
}

export async function checkSubscriptions({ alarms, aws, deployment }: DoctorContext): Promise<Finding> {
  const announcedOn = topicsOf(await alarms());
  const topicArns = announcedOn.length === 0 ? [deployment.outputs.AlarmTopic] : announcedOn;
  const subscribers = await readSubscribers(aws.client(SNSClient), topicArns);
  return subscriptionFinding({ topicArns, subscribers, setting: 'alarmEmails' });
}

/** Those of a fleet have no action either: the message of its function names the sources. */
function isSilent(alarm: KnownAlarm): boolean {
  const { kind, found } = alarm;
  if (found === undefined || kind === RULE_KIND || isOfFleet(alarm)) return false;
  return found.ActionsEnabled === false || (found.AlarmActions ?? []).length === 0;
}

/** Whether it is about all sources of a fleet. */
function isOfFleet({ kind, sourceId }: KnownAlarm): boolean {
  return kind in SOURCE_ALARMS && sourceId === undefined;
}

function kinds(alarms: readonly KnownAlarm[]): string {
  return alarms.map(({ kind }) => kind).join(', ');
}

/** An alarm that can be tested: it does not fire now, and it notifies somebody. */
interface QuietAlarm {
  readonly name: string;
  readonly state: StateValue;
}

/**
 * Fires one alarm of the source, or of a fleet, and resets it: only a person can confirm that a message arrives. CloudWatch itself
 * resets a state that the metric does not justify, so an interruption leaves nothing behind (Amazon CloudWatch API
 * reference, SetAlarmState).
 */
export async function fireTestAlarm({ alarms, aws, deployment }: DoctorContext): Promise<Finding> {
  const all = await alarms();
  const ofSource = deployment.isFleet ? all : all.filter(({ sourceId }) => sourceId !== undefined);
  const alarm = quietAlarm(ofSource);
  if (alarm === undefined) {
    return note('Every alarm of the source fires already, or is missing.', {
      whatToDo: 'Whoever is notified has a message; try again when one of them is quiet.',
    });
  }
  const subscribers = await readSubscribers(aws.client(SNSClient), topicsOf(ofSource));
  const told = confirmedEndpoints(subscribers);
  if (told.length === 0)
    return bad('Not sent: nobody has confirmed a subscription.', { whatToDo: 'See the subscription above.' });
  await setState(aws.client(CloudWatchClient), alarm.name, 'ALARM');
  await setState(aws.client(CloudWatchClient), alarm.name, alarm.state);
  return good(
    `${alarm.name} was set to ALARM and back to ${alarm.state}: a message must reach ${told.join(', ')} within minutes. If none does, look in the spam folder, then at the topic's policy.`,
  );
}

function quietAlarm(alarms: readonly KnownAlarm[]): QuietAlarm | undefined {
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

/** Whether somebody is subscribed to the topic of alerts. */
export async function checkAlertTopic({ alertTopic, aws, isLocal }: DoctorContext): Promise<Finding> {
  if (isLocal)
    return note('On this machine nobody is notified of an alert.', {
      whatToDo: 'Deploy to be notified.',
      isDeadEnd: true,
    });
  if (alertTopic === undefined)
    return note('The deployment has no detection, and so no topic for alerts.', {
      whatToDo: 'Set detection.enabled to true in cdk.json and deploy: npx cdk deploy --all',
      isDeadEnd: true,
    });
  const topicArns = [alertTopic];
  const subscribers = await readSubscribers(aws.client(SNSClient), topicArns);
  return subscriptionFinding({ topicArns, subscribers, setting: 'alertEmails' });
}

/** Whether Amazon Q Developer is subscribed to the topic of alerts for a chat. */
export async function checkChatTopic({ chatTopic = '', aws }: DoctorContext): Promise<Finding> {
  const subscribers = await readSubscribers(aws.client(SNSClient), [chatTopic]);
  if (subscribers.length > 0) return good(`${addresses(subscribers)}: subscribed.`);
  return bad(`What is announced on ${chatTopic} reaches no channel.`, {
    whatToDo:
      'Connect a channel to the topic in the console of Amazon Q Developer in chat applications, or take chatNotifications out of cdk.json and deploy.',
  });
}

/** Publishes a test alert: only a person can confirm that it arrives. */
export async function sendTestAlert({
  alertTopic = '',
  aws,
  deployment,
  source,
  nowMs,
}: DoctorContext): Promise<Finding> {
  const client = aws.client(SNSClient);
  const subscribers = await readSubscribers(client, [alertTopic]);
  const told = confirmedEndpoints(subscribers);
  if (told.length === 0)
    return bad('Not sent: nobody has confirmed a subscription.', {
      whatToDo: 'See the alert topic above.',
    });
  const { sourceId } = source;
  const subject = await publishTestAlert(client, {
    topicArn: alertTopic,
    sourceId,
    deployment,
    nowMs: nowMs(),
  });
  return good(
    `"${subject}" was published: it must reach ${told.join(', ')} within minutes. If it does not, look in the spam folder, then at the filter policy of the subscription.`,
  );
}

/** Topics, and everybody who has subscribed to them. */
interface SubscribedTopics {
  readonly topicArns: readonly string[];
  readonly subscribers: readonly Subscriber[];
  /** The setting in `cdk.json` with the addresses that a deployment subscribes. */
  readonly setting: 'alarmEmails' | 'alertEmails';
}

/** AWS deletes what nobody confirms (AWS what's new, 10 May 2023, automatic deletion of unconfirmed subscriptions). */
function subscriptionFinding({ topicArns, subscribers, setting }: SubscribedTopics): Finding {
  const unheard = topicArns.filter((arn) => !subscribers.some(({ topicArn }) => topicArn === arn));
  if (unheard.length > 0)
    return bad(`What is announced on ${unheard.join(', ')} reaches nobody.`, {
      whatToDo: `Subscribe there in the SNS console. An address in ${setting} that nobody confirms within 48 hours is forgotten by AWS, and no deployment subscribes it again.`,
      isDeadEnd: subscribers.length === 0,
    });
  const pending = subscribers.filter(({ isConfirmed }) => !isConfirmed);
  if (pending.length > 0)
    return bad(`${addresses(pending)}: not confirmed, so no message is delivered.`, {
      whatToDo:
        'Follow the link in the mail "AWS Notification - Subscription Confirmation"; SNS console > Subscriptions > Request confirmation sends another one.',
    });
  return good(`${addresses(subscribers)}: confirmed.`);
}

function addresses(subscribers: readonly Subscriber[]): string {
  return subscribers.map(({ endpoint }) => endpoint).join(', ');
}
