import { SNSClient } from '@aws-sdk/client-sns';
import { confirmedEndpoints, readSubscribers } from '../deployment/subscribers';
import type { Finding } from './check';
import { bad, good, note } from './check';
import type { DoctorContext } from './doctor-context';
import { subscriptionFinding } from './subscription-finding';
import { publishTestAlert } from './test-alert';

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
