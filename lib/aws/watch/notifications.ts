import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';

export interface NotificationsProps {
  /** Recipients of every message; each address has to confirm an e-mail from AWS once. */
  readonly emails: readonly string[];
}

/** The topic for messages about alarms that fire or are over. */
export class Notifications extends Construct {
  readonly topic: sns.Topic;

  constructor(scope: Construct, id: string, { emails }: NotificationsProps) {
    super(scope, id);
    // Without a key: CloudWatch may not use the one AWS manages for SNS (Amazon SNS developer guide, "Encryption at
    // rest"), one of our own costs 1 USD per month, and an alarm's text says nothing that its e-mail does not.
    this.topic = new sns.Topic(this, 'Topic', { displayName: 'Netskope audit collector', enforceSSL: true });
    for (const email of emails) this.topic.addSubscription(new EmailSubscription(email));
    this.admitAlarms();
  }

  /** A topic with its own policy admits nobody else, not even the account's alarms. */
  private admitAlarms(): void {
    const { account } = Stack.of(this);
    this.topic.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'AlarmsOfThisAccount',
        principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    );
  }
}

interface AlertTopicProps {
  /** Recipients of every alert; each has to confirm an e-mail from AWS once, even if it already gets the alarms. */
  readonly emails: readonly string[];
}

/** The topic that alerts are published on. It has no key, for the same reasons as the alarms' topic. */
export class AlertTopic extends Construct {
  readonly topic: sns.Topic;

  constructor(scope: Construct, id: string, { emails }: AlertTopicProps) {
    super(scope, id);
    this.topic = new sns.Topic(this, 'Topic', { displayName: 'Netskope audit alerts', enforceSSL: true });
    for (const email of emails) this.topic.addSubscription(new EmailSubscription(email));
  }
}
