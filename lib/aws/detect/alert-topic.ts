import * as sns from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { isMoreUrgent, SEVERITIES } from '../../../lambdas/contract/storage/alert-record';
import type { AlertEmail } from '../deployment-schema';

interface AlertTopicProps {
  /** What mails say they are from, and the console shows. */
  readonly displayName: string;
  /** Recipients of messages; each has to confirm an e-mail from AWS once, even if it already gets the alarms. */
  readonly emails: readonly AlertEmail[];
}

/** A topic that alerts are published on. It has no key, for the same reasons as the alarms' topic. */
export class AlertTopic extends Construct {
  readonly topic: sns.Topic;

  constructor(scope: Construct, id: string, { displayName, emails }: AlertTopicProps) {
    super(scope, id);
    this.topic = new sns.Topic(this, 'Topic', { displayName, enforceSSL: true });
    for (const recipient of emails) this.topic.addSubscription(subscriptionOf(recipient));
  }
}

/** The detector writes the severity of a message into an attribute of this name. */
function subscriptionOf(recipient: AlertEmail): EmailSubscription {
  if (typeof recipient === 'string') return new EmailSubscription(recipient);
  const allowlist = SEVERITIES.filter((severity) => !isMoreUrgent(recipient.minSeverity, severity));
  return new EmailSubscription(recipient.email, {
    filterPolicy: { severity: sns.SubscriptionFilter.stringFilter({ allowlist }) },
  });
}
