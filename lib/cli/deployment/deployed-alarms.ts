import type { CloudWatchClient, MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import type { SNSClient } from '@aws-sdk/client-sns';
import { paginateListSubscriptionsByTopic } from '@aws-sdk/client-sns';
import type { AlarmKind } from '../../../lambdas/contract/telemetry/alarms';
import {
  DEPLOYMENT_ALARM_KINDS,
  deploymentAlarmName,
  DETECTION_ALARM_KINDS,
  FLEET_ALARM_KINDS,
  SOURCE_ALARM_KINDS,
  sourceAlarmName,
  VERIFICATION_ALARM_KINDS,
} from '../../../lambdas/contract/telemetry/alarms';
import { slices } from '../../../lambdas/shared/collections';
import type { Deployment, SourceInStack } from './deployment';

/** An alarm that a deployment can have. */
export interface KnownAlarm {
  readonly kind: AlarmKind;
  readonly name: string;
  /** Absent for an alarm of what all sources share. */
  readonly sourceId?: string;
  /** As CloudWatch reports it; absent if there is none of that name. */
  readonly found?: MetricAlarm;
}

/** Names that one call may hold, and alarms in its answer (Amazon CloudWatch API reference, DescribeAlarms). */
const MAX_ALARMS = 100;

/** The alarms of one source, in the order of their kinds; a source of a fleet has none. */
export function alarmsOfSource({ namePrefix, sourceId }: SourceInStack): readonly KnownAlarm[] {
  if (namePrefix === undefined) return [];
  return SOURCE_ALARM_KINDS.map((kind) => ({
    kind,
    name: sourceAlarmName(namePrefix, sourceId, kind),
    sourceId,
  }));
}

/** The alarms that exist once per deployment, those of a fleet first, those of verification last. */
export function alarmsOfDeployment({
  name,
  isFleet,
  outputs,
}: Pick<Deployment, 'name' | 'isFleet' | 'outputs'>): readonly KnownAlarm[] {
  const ofCollector = isFleet
    ? [...FLEET_ALARM_KINDS, ...DEPLOYMENT_ALARM_KINDS.filter((kind) => kind !== 'collector-errors')]
    : DEPLOYMENT_ALARM_KINDS;
  const ofVerification = outputs.VerifierFunction === undefined ? [] : VERIFICATION_ALARM_KINDS;
  return [...ofCollector, ...DETECTION_ALARM_KINDS, ...ofVerification].map((kind) => ({
    kind,
    name: deploymentAlarmName(name, kind),
  }));
}

/** Looks alarms up by exact name: the names of one source may begin with those of another. */
export async function readAlarms(
  client: CloudWatchClient,
  alarms: readonly KnownAlarm[],
): Promise<readonly KnownAlarm[]> {
  const found = new Map<string, MetricAlarm>();
  for (const some of slices(alarms, MAX_ALARMS)) {
    const AlarmNames = some.map(({ name }) => name);
    const pages = paginateDescribeAlarms({ client, pageSize: MAX_ALARMS }, { AlarmNames });
    for await (const { MetricAlarms = [] } of pages)
      for (const alarm of MetricAlarms) found.set(alarm.AlarmName ?? '', alarm);
  }
  return alarms.map((alarm) => ({ ...alarm, found: found.get(alarm.name) }));
}

export function isFiring({ found }: KnownAlarm): boolean {
  return found?.StateValue === 'ALARM';
}

/** Who is notified when an alarm fires. */
export interface Subscriber {
  readonly topicArn: string;
  /** `email`, `https`, … as SNS calls them. */
  readonly protocol: string;
  /** An e-mail address, a URL, an ARN. */
  readonly endpoint: string;
  /** Nothing is delivered before the receiver has confirmed. */
  readonly isConfirmed: boolean;
}

/** SNS writes these in place of an ARN (Amazon SNS API reference, Subscription; ListSubscriptionsByTopic). */
const WITHOUT_ARN: ReadonlySet<string> = new Set(['PendingConfirmation', 'Deleted']);

/** The topics that the alarms notify, each once. */
export function topicsOf(alarms: readonly KnownAlarm[]): readonly string[] {
  const actions = alarms.flatMap(({ found }) => found?.AlarmActions ?? []);
  return [...new Set(actions)].filter((arn) => arn.split(':')[2] === 'sns');
}

/** Endpoints that a message is delivered to. */
export function confirmedEndpoints(subscribers: readonly Subscriber[]): readonly string[] {
  return subscribers.filter(({ isConfirmed }) => isConfirmed).map(({ endpoint }) => endpoint);
}

/** All subscriptions to the topics, confirmed or not. */
export async function readSubscribers(
  client: SNSClient,
  topicArns: readonly string[],
): Promise<readonly Subscriber[]> {
  const subscribers: Subscriber[] = [];
  for (const TopicArn of topicArns) {
    for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic({ client }, { TopicArn })) {
      for (const { Protocol = '', Endpoint = '', SubscriptionArn = '' } of Subscriptions) {
        subscribers.push({
          topicArn: TopicArn,
          protocol: Protocol,
          endpoint: Endpoint,
          isConfirmed: !WITHOUT_ARN.has(SubscriptionArn),
        });
      }
    }
  }
  return subscribers;
}
