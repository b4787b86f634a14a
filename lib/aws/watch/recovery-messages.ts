import { Stack } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

export interface AnnouncedAlarms {
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

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const stack = Stack.of(this);
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
      targets: [new SnsTopic(topic, { role: this.role, message: recoveryText() })],
    });
  }
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
