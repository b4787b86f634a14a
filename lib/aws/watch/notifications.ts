import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';

export interface NotificationsProps {
  /** Who gets every message; each address has to confirm a mail from AWS once. */
  readonly emails: readonly string[];
}

/** The topic that alarms are announced on, when they begin and when they are over. */
export class Notifications extends Construct {
  readonly topic: sns.Topic;

  constructor(scope: Construct, id: string, { emails }: NotificationsProps) {
    super(scope, id);
    // Without a key: CloudWatch may not use the one AWS manages for SNS (Amazon SNS developer guide, "Encryption at rest"),
    // one of our own costs 1 USD a month, and an alarm's text says nothing that its e-mail does not.
    this.topic = new sns.Topic(this, 'Topic', { displayName: 'Netskope audit collector', enforceSSL: true });
    for (const email of emails) this.topic.addSubscription(new EmailSubscription(email));
    this.admitAlarms();
  }

  /** A topic with a policy of its own admits nobody else, the account's alarms included. */
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
  /** Who gets every alert; each address has to confirm a mail from AWS once, also where it gets the alarms already. */
  readonly emails: readonly string[];
}

/** The topic that alerts are published on. It has no key, for the reasons that the alarms' topic has none. */
export class AlertTopic extends Construct {
  readonly topic: sns.Topic;

  constructor(scope: Construct, id: string, { emails }: AlertTopicProps) {
    super(scope, id);
    this.topic = new sns.Topic(this, 'Topic', { displayName: 'Netskope audit alerts', enforceSSL: true });
    for (const email of emails) this.topic.addSubscription(new EmailSubscription(email));
  }
}
