import { Stack } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { isMoreUrgent, SEVERITIES } from '../../../lambdas/contract/storage/alert-record';
import type { AlertEmail } from '../deployment-schema';

interface NotificationsProps {
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

interface AnnouncedAlarms {
  readonly alarms: readonly cloudwatch.IAlarm[];
  /** Is notified when one of them is over. */
  readonly topic: sns.ITopic;
}

/**
 * Sends a message when an alarm that fired is over. An OK action of the alarm itself also runs when a new alarm enters
 * the OK state (Amazon CloudWatch user guide, "Alarm actions"), so each deployment would send a message per alarm.
 *
 * One for each stack: its rules share a role. EventBridge does not support conditions in the policy of a topic (Amazon
 * EventBridge user guide, "Troubleshooting"), so a topic open to it would be open to the rules of every account. A role
 * can be limited to the rules of this stack.
 */
export class RecoveryMessages extends Construct {
  private readonly role: iam.Role;
  private readonly undelivered: sqs.IQueue;

  /** @param undelivered gets the messages that EventBridge could not send within a day; of this stack or the pipeline's */
  constructor(scope: Construct, id: string, undelivered: sqs.IQueue) {
    super(scope, id);
    const stack = Stack.of(this);
    admitRules(undelivered);
    // Seen as foreign, or the CDK would add a statement for each rule.
    this.undelivered = sqs.Queue.fromQueueArn(this, 'Undelivered', undelivered.queueArn);
    // CloudFormation names a rule after its stack.
    const rules = stack.formatArn({
      service: 'events',
      resource: 'rule',
      resourceName: `${stack.stackName}-*`,
    });
    this.role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('events.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': stack.account },
          ArnLike: { 'aws:SourceArn': rules },
        },
      }),
    });
  }

  /** Notifies the topic when one of the alarms is over. Matches whole names: a source id may begin with another one. */
  announce(scope: Construct, { alarms, topic }: AnnouncedAlarms): Rule {
    return new Rule(scope, 'Recoveries', {
      description: 'Tells when an alarm that fired is over',
      eventPattern: {
        source: ['aws.cloudwatch'],
        detailType: ['CloudWatch Alarm State Change'],
        detail: {
          alarmName: alarms.map(({ alarmName }) => alarmName),
          state: { value: ['OK'] },
          previousState: { value: ['ALARM'] },
        },
      },
      targets: [
        new SnsTopic(topic, { role: this.role, message: recoveryText(), deadLetterQueue: this.undelivered }),
      ],
    });
  }
}

/**
 * Admits the rules of the queue's stack and of those with further sources, whose names begin with its name. One
 * statement, the same for every stack: a policy has room for 20 (Amazon SQS developer guide, "Policy quotas").
 */
function admitRules(queue: sqs.IQueue): void {
  const stack = Stack.of(queue);
  const rules = stack.formatArn({ service: 'events', resource: 'rule', resourceName: `${stack.stackName}*` });
  queue.addToResourcePolicy(
    new iam.PolicyStatement({
      sid: 'RulesThatNotify',
      principals: [new iam.ServicePrincipal('events.amazonaws.com')],
      actions: ['sqs:SendMessage'],
      resources: [queue.queueArn],
      conditions: { ArnLike: { 'aws:SourceArn': rules } },
    }),
  );
}

/**
 * Three lines, each in the quotation marks that EventBridge leaves around text for SNS. Line breaks inside one text
 * would come out as `\n` (aws/aws-cdk, issues 5924 and 38121).
 */
function recoveryText(): RuleTargetInput {
  const field = (path: string): string => EventField.fromPath(path);
  return RuleTargetInput.fromMultilineText(
    [
      `OK: ${field('$.detail.alarmName')} ended at ${field('$.time')}.`,
      `What it meant: ${field('$.detail.configuration.description')}`,
      `Why it ended: ${field('$.detail.state.reason')}`,
    ].join('\n'),
  );
}
