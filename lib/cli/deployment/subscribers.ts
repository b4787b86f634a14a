import type { SNSClient } from '@aws-sdk/client-sns';
import { paginateListSubscriptionsByTopic } from '@aws-sdk/client-sns';
import type { KnownAlarm } from './deployed-alarms';

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
