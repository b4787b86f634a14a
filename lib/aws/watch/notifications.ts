import { Names, Stack } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { IRuleTarget } from 'aws-cdk-lib/aws-events';
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { namePrefixOf } from '../resource/deployment-name';

interface NotificationsProps {
  /** Recipients of every message; each address has to confirm an e-mail from AWS once. */
  readonly emails: readonly string[];
  /** The source whose alarms these are. @default - all sources without recipients of their own, and the deployment */
  readonly sourceId?: string;
  /** Of the same stack. */
  readonly messages: AlarmRules;
  /** Address of the runbook. @default - messages name its file */
  readonly runbookUrl?: string;
  /** ARN of an existing topic, whose policy stays as it is. @default - one is made */
  readonly adopted?: string;
}

/** The topic for messages about alarms that fire or are over, and the rule that sends the latter. */
export class Notifications extends Construct {
  readonly topic: sns.ITopic;
  /** The end of the description of every alarm that notifies this topic, and of no other. The rule knows them by it. */
  readonly endOfDescription: string;
  /** Address of the runbook; undefined if messages name its file. */
  readonly runbookUrl?: string;

  constructor(scope: Construct, id: string, props: NotificationsProps) {
    super(scope, id);
    const { emails, sourceId, messages, runbookUrl, adopted } = props;
    this.runbookUrl = runbookUrl;
    this.endOfDescription = `Recipients: ${namePrefixOf(this)}${sourceId === undefined ? '' : `, source ${sourceId}`}.`;
    // Without a key: CloudWatch may not use the one AWS manages for SNS (Amazon SNS developer guide, "Encryption at
    // rest"), one of our own costs 1 USD per month, and an alarm's text says nothing that its e-mail does not.
    this.topic =
      adopted === undefined
        ? new sns.Topic(this, 'Topic', { displayName: 'Netskope audit collector', enforceSSL: true })
        : sns.Topic.fromTopicArn(this, 'Topic', adopted);
    for (const email of emails) this.topic.addSubscription(new EmailSubscription(email));
    this.admitAlarms();
    messages.announceEnds(this, this);
  }

  /** A topic with its own policy admits nobody else, not even the account's alarms. That of an adopted one stays. */
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

/**
 * The rules by which EventBridge sends messages about alarms, because it knows which state an alarm comes from.
 *
 * One for each stack: its rules share a role. EventBridge does not support conditions in the policy of a topic (Amazon
 * EventBridge user guide, "Troubleshooting"), so a topic open to it would be open to the rules of every account. A role
 * can be limited to the rules of this stack.
 */
export class AlarmRules extends Construct {
  private readonly undelivered: sqs.IQueue;
  private sharedRole?: iam.Role;

  /** @param undelivered gets the messages that EventBridge could not send within a day; of this stack or the pipeline's */
  constructor(scope: Construct, id: string, undelivered: sqs.IQueue) {
    super(scope, id);
    admitRules(undelivered);
    // Seen as foreign, or the CDK would add a statement for each rule.
    this.undelivered = sqs.Queue.fromQueueArn(this, 'Undelivered', undelivered.queueArn);
  }

  /**
   * Notifies the topic when one of its alarms is over that fired. An OK action of the alarm itself also runs when a new
   * alarm enters the OK state (Amazon CloudWatch user guide, "Alarm actions"), so each deployment would send a message
   * per alarm. The alarms may be in any stack, and are known by their descriptions: there may be thousands, and a
   * pattern has room for 2,048 characters (Amazon EventBridge user guide, "Quotas").
   */
  announceEnds(scope: Construct, { topic, endOfDescription }: Notifications): void {
    this.rule(scope, 'Recoveries', {
      description: 'Tells when an alarm that fired is over',
      detail: {
        configuration: { description: [{ suffix: endOfDescription }] },
        state: { value: ['OK'] },
        previousState: { value: ['ALARM'] },
      },
      target: this.target(topic, [
        `OK: ${field('$.detail.alarmName')} ended at ${field('$.time')}.`,
        `What it meant: ${field('$.detail.configuration.description')}`,
        `Why it ended: ${field('$.detail.state.reason')}`,
      ]),
    });
  }

  /** Notifies the topic when the alarm fires after all was well: not when it is new, and fires until there is data. */
  announceFiring(scope: Construct, { alarmName }: cloudwatch.IAlarm, { topic }: Notifications): void {
    this.rule(scope, 'Firing', {
      description: 'Tells when an alarm fires after all was well',
      detail: {
        alarmName: [alarmName],
        state: { value: ['ALARM'] },
        previousState: { value: ['OK'] },
      },
      target: this.target(topic, [
        `ALARM: ${field('$.detail.alarmName')} fired at ${field('$.time')}.`,
        `What it means: ${field('$.detail.configuration.description')}`,
        `Why it fired: ${field('$.detail.state.reason')}`,
      ]),
    });
  }

  private rule(
    scope: Construct,
    id: string,
    rule: { readonly description: string; readonly detail: object; readonly target: IRuleTarget },
  ): void {
    new Rule(scope, id, {
      ruleName: ruleName(scope),
      description: rule.description,
      eventPattern: {
        source: ['aws.cloudwatch'],
        detailType: ['CloudWatch Alarm State Change'],
        detail: rule.detail,
      },
      targets: [rule.target],
    });
  }

  /** Without the topic as a resource, or the CDK would warn that an adopted one may be in another account or region. */
  private target(topic: sns.ITopic, lines: readonly string[]): IRuleTarget {
    const target = new SnsTopic(topic, {
      role: this.role,
      message: textOf(lines),
      deadLetterQueue: this.undelivered,
    });
    return { bind: (rule) => ({ ...target.bind(rule), targetResource: undefined }) };
  }

  /** Made with the first rule: a stack of further sources may have none. */
  private get role(): iam.Role {
    return (this.sharedRole ??= this.newRole());
  }

  private newRole(): iam.Role {
    const stack = Stack.of(this);
    const rules = stack.formatArn({
      service: 'events',
      resource: 'rule',
      resourceName: `${namePrefixOf(this)}-*`,
    });
    return new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('events.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': stack.account },
          ArnLike: { 'aws:SourceArn': rules },
        },
      }),
    });
  }
}

/** The longest name of a rule (Amazon EventBridge API reference, PutRule). */
const MAX_RULE_NAME = 64;

/**
 * Begins with the name of the deployment, to which the role is limited.
 * @returns undefined if the stack has this name: CloudFormation begins the names of rules with that of their stack
 */
function ruleName(scope: Construct): string | undefined {
  const prefix = namePrefixOf(scope);
  if (prefix === Stack.of(scope).stackName) return undefined;
  const maxLength = MAX_RULE_NAME - prefix.length - 1;
  return `${prefix}-${Names.uniqueResourceName(scope, { maxLength, separator: '-' })}`;
}

/**
 * Admits the rules of the queue's stack and of those with further sources, whose names begin with its name. One
 * statement, the same for every stack: a policy has room for 20 (Amazon SQS developer guide, "Policy quotas").
 */
function admitRules(queue: sqs.IQueue): void {
  const stack = Stack.of(queue);
  const rules = stack.formatArn({
    service: 'events',
    resource: 'rule',
    resourceName: `${namePrefixOf(queue)}*`,
  });
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

function field(path: string): string {
  return EventField.fromPath(path);
}

/**
 * Lines, each in the quotation marks that EventBridge leaves around text for SNS. Line breaks inside one text would come
 * out as `\n` (aws/aws-cdk, issues 5924 and 38121).
 */
function textOf(lines: readonly string[]): RuleTargetInput {
  return RuleTargetInput.fromMultilineText(lines.join('\n'));
}
