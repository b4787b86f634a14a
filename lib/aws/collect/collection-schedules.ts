import { Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule, CfnScheduleGroup, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Source } from '../../../lambdas/contract/deployment/collector-event';
import type { SourceSettings } from '../deployment-schema';
import { DeadLetterQueue } from './dead-letter-queue';

/** The shortest age that EventBridge Scheduler accepts (Amazon EventBridge Scheduler API reference, RetryPolicy). */
const SHORTEST_EVENT_AGE_S = 60;

/**
 * Limit on the minutes that a run may begin late. An account may have ten concurrent executions (AWS Lambda developer
 * guide, "Lambda quotas"), and a run takes seconds: a few minutes are enough for a hundred sources.
 */
const MAX_WINDOW_MINUTES = 5;

/** At most half a schedule, so that two runs of a source do not meet; the shortest window is a minute. */
function windowMinutesOf({ scheduleMinutes }: SourceSettings): number {
  return Math.min(MAX_WINDOW_MINUTES, Math.floor(scheduleMinutes / 2));
}

function flexibleWindow(minutes: number): CfnSchedule.FlexibleTimeWindowProperty {
  return minutes === 0 ? { mode: 'OFF' } : { mode: 'FLEXIBLE', maximumWindowInMinutes: minutes };
}

interface CollectionSchedulesProps {
  readonly function: lambda.IFunction;
}

interface RegularInvocation {
  readonly function: lambda.IFunction;
  readonly expression: ScheduleExpression;
  /** How long it is tried; then the input is a dead letter. */
  readonly maxEventAge: Duration;
  readonly description: string;
  readonly input: object;
}

/** What the schedules of all functions share: a group, the role that invokes them, and the queue of failed deliveries. */
export class CollectionSchedules extends Construct {
  /** What could not be delivered: inputs of the functions that a schedule starts, and messages about alarms. */
  readonly undelivered: sqs.Queue;
  private readonly group: CfnScheduleGroup;
  private readonly role: iam.Role;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: CollectionSchedulesProps,
  ) {
    super(scope, id);
    this.undelivered = new DeadLetterQueue(this, 'Undelivered').queue;
    this.group = new CfnScheduleGroup(this, 'Group');
    this.role = this.invokingRole();
  }

  /**
   * Runs the collector for a source on a schedule. Schedules of one stack are created, and so are due, in the same second:
   * EventBridge spreads their runs over a window. A run that could not be started is not repeated, because the next one
   * does its work. The age limit leaves room for the window: it is documented for retries only.
   */
  collect(scope: Construct, source: SourceSettings): CfnSchedule {
    const windowMinutes = windowMinutesOf(source);
    return new CfnSchedule(scope, 'Schedule', {
      description: `Collects source ${source.id}`,
      groupName: this.group.ref,
      scheduleExpression: ScheduleExpression.rate(Duration.minutes(source.scheduleMinutes)).expressionString,
      flexibleTimeWindow: flexibleWindow(windowMinutes),
      target: {
        arn: this.props.function.functionArn,
        roleArn: this.role.roleArn,
        input: JSON.stringify(sourceOf(source)),
        retryPolicy: {
          maximumRetryAttempts: 0,
          maximumEventAgeInSeconds: SHORTEST_EVENT_AGE_S + 60 * windowMinutes,
        },
        deadLetterConfig: { arn: this.undelivered.queueArn },
      },
    });
  }

  /** Runs another function regularly. */
  invoke(
    scope: Construct,
    { function: invoked, expression, maxEventAge, description, input }: RegularInvocation,
  ): void {
    this.role.addToPolicy(
      new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [invoked.functionArn] }),
    );
    new CfnSchedule(scope, 'Schedule', {
      description,
      groupName: this.group.ref,
      scheduleExpression: expression.expressionString,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: invoked.functionArn,
        roleArn: this.role.roleArn,
        input: JSON.stringify(input),
        retryPolicy: { maximumEventAgeInSeconds: maxEventAge.toSeconds() },
        deadLetterConfig: { arn: this.undelivered.queueArn },
      },
    });
  }

  /** No other schedule can use the role (EventBridge Scheduler user guide, "Confused deputy prevention"). */
  private invokingRole(): iam.Role {
    const { account } = Stack.of(this);
    return new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': account, 'aws:SourceArn': this.group.attrArn } },
      }),
      inlinePolicies: {
        Invoke: new iam.PolicyDocument({
          statements: [
            new iam.PolicyStatement({
              actions: ['lambda:InvokeFunction'],
              resources: [this.props.function.functionArn],
            }),
            new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.undelivered.queueArn] }),
          ],
        }),
      },
    });
  }
}

/** A source as in the schedule's input for the collector and in the stack outputs. */
export function sourceOf({
  id,
  label,
  startLookbackHours,
  scheduleMinutes,
  dailyRecheck,
  secret,
}: SourceSettings): Source {
  return { sourceId: id, label, startLookbackHours, scheduleMinutes, dailyRecheck, secret };
}
