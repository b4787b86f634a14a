import type { CloudWatchClient, MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import type { SNSClient } from '@aws-sdk/client-sns';
import { paginateListSubscriptionsByTopic } from '@aws-sdk/client-sns';
import type { AlarmKind } from '../../../lambdas/contract/telemetry/alarms';
import {
  DEPLOYMENT_ALARM_KINDS,
  deploymentAlarmName,
  DETECTION_ALARM_KINDS,
  SOURCE_ALARM_KINDS,
  sourceAlarmName,
} from '../../../lambdas/contract/telemetry/alarms';
import type { Deployment, SourceInStack } from '../deployment/deployment';

/** An alarm that a deployment has, or should have. */
export interface ExpectedAlarm {
  readonly kind: AlarmKind;
  readonly name: string;
  /** As CloudWatch reports it; absent if there is none of that name. */
  readonly found?: MetricAlarm;
}

/** The alarms of one source, in the order of their kinds; that of the recheck only if the source has one. */
export function readSourceAlarms(
  client: CloudWatchClient,
  { stackName, sourceId, dailyRecheck }: SourceInStack,
): Promise<readonly ExpectedAlarm[]> {
  const kinds = SOURCE_ALARM_KINDS.filter((kind) => kind !== 'events-recovered' || dailyRecheck);
  return readAlarms(
    client,
    kinds.map((kind) => ({ kind, name: sourceAlarmName(stackName, sourceId, kind) })),
  );
}

/** The alarms that exist once per deployment, including those of detection if it is deployed. */
export function readDeploymentAlarms(
  client: CloudWatchClient,
  { stackName, outputs }: Deployment,
): Promise<readonly ExpectedAlarm[]> {
  const ofDetection = outputs.DetectorFunction === undefined ? [] : DETECTION_ALARM_KINDS;
  return readAlarms(
    client,
    [...DEPLOYMENT_ALARM_KINDS, ...ofDetection].map((kind) => ({
      kind,
      name: deploymentAlarmName(stackName, kind),
    })),
  );
}

/** Reads by exact name: the names of one source may begin with those of another. */
async function readAlarms(
  client: CloudWatchClient,
  expected: readonly ExpectedAlarm[],
): Promise<readonly ExpectedAlarm[]> {
  const found = new Map<string, MetricAlarm>();
  const AlarmNames = expected.map(({ name }) => name);
  for await (const { MetricAlarms = [] } of paginateDescribeAlarms({ client }, { AlarmNames })) {
    for (const alarm of MetricAlarms) found.set(alarm.AlarmName ?? '', alarm);
  }
  return expected.map((alarm) => ({ ...alarm, found: found.get(alarm.name) }));
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
export function topicsOf(alarms: readonly ExpectedAlarm[]): readonly string[] {
  const actions = alarms.flatMap(({ found }) => found?.AlarmActions ?? []);
  return [...new Set(actions)].filter((arn) => arn.split(':')[2] === 'sns');
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
