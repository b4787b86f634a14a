import type { Subscriber } from '../deployment/subscribers';
import type { Finding } from './check';
import { bad, good } from './check';

/** Topics, and everybody who has subscribed to them. */
export interface SubscribedTopics {
  readonly topicArns: readonly string[];
  readonly subscribers: readonly Subscriber[];
  /** The setting in `cdk.json` with the addresses that a deployment subscribes. */
  readonly setting: 'alarmEmails' | 'alertEmails';
}

/** AWS deletes what nobody confirms (AWS what's new, 10 May 2023, automatic deletion of unconfirmed subscriptions). */
export function subscriptionFinding({ topicArns, subscribers, setting }: SubscribedTopics): Finding {
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
