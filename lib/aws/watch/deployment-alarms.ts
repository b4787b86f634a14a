import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { DeploymentAlarmKind } from '../../../lambdas/contract/telemetry/alarms';
import { AlarmLimit, deploymentAlarmName } from '../../../lambdas/contract/telemetry/alarms';
import { namePrefixOf } from '../resource/deployment-name';
import type { AlarmRules, Notifications } from './notifications';
import type { RunbookAlarmProps } from './runbook-alarm';
import { RunbookAlarm, severalRuns } from './runbook-alarm';
import { sourcesAffected } from './source-metric';

const { GREATER_THAN_THRESHOLD, GREATER_THAN_OR_EQUAL_TO_THRESHOLD, LESS_THAN_THRESHOLD } =
  cloudwatch.ComparisonOperator;
const { BREACHING, IGNORE, NOT_BREACHING } = cloudwatch.TreatMissingData;

/** The next scheduled run makes up for a failed one, so one failure does not fire; this many within the period do. */
const FAILED_RUNS = 3;

/** Lambda retries a throttled invocation for minutes; with this period, a burst causes one message. */
const THROTTLES_PERIOD = Duration.minutes(15);

/** SQS reports at least every five minutes (Amazon SQS developer guide, "Available CloudWatch metrics"). */
const DEAD_LETTERS_PERIOD = Duration.minutes(5);

/** Two deliveries may fail before it fires; `dead-letters` covers an object that fails again and again. */
const OLDEST_WAITED = Duration.minutes(AlarmLimit.oldestWaitedMinutes);

/** SQS reports each minute while the queue is in use (Amazon SQS developer guide, "Available CloudWatch metrics"). */
const WAITING_PERIOD = Duration.minutes(5);

/** A failed delivery is repeated, so one failure does not fire; this many within the period do. */
const FAILED_DELIVERIES = 3;
const FAILED_DELIVERIES_PERIOD = Duration.minutes(AlarmLimit.failedDeliveriesMinutes);

/**
 * The shortest that Lambda reports. While data is missing, CloudWatch looks further back than the window, by a number
 * of periods that is not published: short ones make no difference.
 */
const INVOCATIONS_PERIOD = Duration.minutes(1);

interface NotifiedAlarmsProps {
  /** Where messages go when one of these alarms fires and when it is over. */
  readonly notifications: Notifications;
}

interface CollectorAlarmsProps extends NotifiedAlarmsProps {
  readonly function: lambda.IFunction;
  /** Of the source that is collected least often. */
  readonly scheduleMinutes: number;
  /** Of many sources one fails at any time: `not-running` and `credentials-refused` of a fleet name it. @default false */
  readonly isFleet?: boolean;
  readonly messages: AlarmRules;
  /**
   * Queues that stay empty unless an invocation could not be delivered, one at least. With a queue that receives the
   * input of every failed run, the alarm would fire for each of them and until somebody empties it.
   */
  readonly deadLetters: readonly sqs.IQueue[];
}

/**
 * The alarms of the collector function and of all dead letters, which the sources share. Missing data breaches in
 * `collector-not-invoked` alone: Lambda reports nothing for a function that is not invoked, SQS nothing for a queue that
 * has long been empty and unused.
 */
export class CollectorAlarms extends Construct {
  readonly alarms: readonly cloudwatch.Alarm[];
  private readonly props: CollectorAlarmsProps;

  /** @throws Error if there is no queue to watch */
  constructor(scope: Construct, id: string, props: CollectorAlarmsProps) {
    super(scope, id);
    this.props = props;
    const errors: DeploymentAlarm = {
      kind: 'collector-errors',
      metric: props.function.metricErrors({
        statistic: 'Sum',
        period: failedRunsPeriod(props.scheduleMinutes),
      }),
      threshold: FAILED_RUNS,
    };
    const alarms = deploymentAlarms(this, props, [
      ...(props.isFleet === true ? [] : [errors]),
      {
        kind: 'collector-throttles',
        metric: props.function.metricThrottles({ statistic: 'Sum', period: THROTTLES_PERIOD }),
        threshold: 1,
      },
      { kind: 'dead-letters', metric: messagesIn(props.deadLetters), threshold: 1 },
    ]);
    this.alarms = [...alarms, this.notInvoked()];
  }

  /**
   * Relies on nothing but Lambda's own count: neither on what the collector sends nor on metric math. Missing data
   * breaches, so a new alarm fires until the first run. Hence it has no action, and a rule notifies only if all was well
   * before; that it is over is not told.
   */
  private notInvoked(): cloudwatch.Alarm {
    const { function: collector, scheduleMinutes, messages, notifications } = this.props;
    const kind = 'collector-not-invoked';
    const alarm = new RunbookAlarm(this, {
      kind,
      name: deploymentAlarmName(namePrefixOf(this), kind),
      metric: collector.metricInvocations({ statistic: 'Sum', period: INVOCATIONS_PERIOD }),
      evaluationPeriods: severalRuns(scheduleMinutes).toMinutes(),
      comparison: LESS_THAN_THRESHOLD,
      threshold: 1,
      treatMissingData: BREACHING,
      runbookUrl: notifications.runbookUrl,
    });
    messages.announceFiring(this, alarm, notifications);
    return alarm;
  }
}

/** Long enough for as many failures as it takes to fire, should the source that is collected least often have every one of them. */
function failedRunsPeriod(scheduleMinutes: number): Duration {
  const { failedRunsMinutes, failedRunsPeriods } = AlarmLimit;
  return Duration.minutes(Math.max(failedRunsMinutes, failedRunsPeriods * scheduleMinutes));
}

/** Messages in any of the queues. One queue needs no expression; in a sum, a queue without a point counts as 0. */
function messagesIn(queues: readonly sqs.IQueue[]): RunbookAlarmProps['metric'] {
  const [first, ...others] = queues.map((queue) =>
    queue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period: DEAD_LETTERS_PERIOD }),
  );
  if (first === undefined) throw new Error('deadLetters is empty; expected one queue at least');
  if (others.length === 0) return first;
  const usingMetrics = Object.fromEntries(
    [first, ...others].map((metric, index) => [`queue${index}`, metric]),
  );
  return new cloudwatch.MathExpression({
    expression: Object.keys(usingMetrics).join(' + '),
    usingMetrics,
    label: 'Messages in dead-letter queues',
    period: DEAD_LETTERS_PERIOD,
  });
}

interface DetectorAlarmsProps extends NotifiedAlarmsProps {
  readonly function: lambda.IFunction;
  /** The objects that wait for the detector. */
  readonly queue: sqs.IQueue;
}

/**
 * The alarms of the detector, which all sources share. Missing data does not breach: Lambda reports nothing for a
 * function that is not invoked, SQS nothing for a queue that has long been empty. A lack of events is covered by the
 * sources' alarms.
 */
export class DetectorAlarms extends Construct {
  readonly alarms: readonly cloudwatch.Alarm[];

  constructor(scope: Construct, id: string, props: DetectorAlarmsProps) {
    super(scope, id);
    this.alarms = deploymentAlarms(this, props, [
      {
        kind: 'detection-behind',
        metric: props.queue.metricApproximateAgeOfOldestMessage({
          statistic: 'Maximum',
          period: WAITING_PERIOD,
        }),
        comparison: GREATER_THAN_THRESHOLD,
        threshold: OLDEST_WAITED.toSeconds(),
      },
      {
        kind: 'detector-errors',
        metric: props.function.metricErrors({ statistic: 'Sum', period: FAILED_DELIVERIES_PERIOD }),
        threshold: FAILED_DELIVERIES,
      },
    ]);
  }
}

/**
 * Fires while the archive of any source is known to be damaged: one alarm for all, because the daily message names them.
 * Without a point, as between two verifications, it keeps its state.
 */
export class VerificationAlarm extends Construct {
  readonly alarm: cloudwatch.Alarm;

  constructor(scope: Construct, id: string, { notifications }: NotifiedAlarmsProps) {
    super(scope, id);
    const kind = 'archive-damaged';
    const deploymentName = namePrefixOf(this);
    this.alarm = new RunbookAlarm(this, {
      kind,
      name: deploymentAlarmName(deploymentName, kind),
      notifications,
      metric: sourcesAffected(kind, { deploymentName, period: Duration.hours(1) }),
      comparison: GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold: 1,
      treatMissingData: IGNORE,
    });
  }
}

interface DeploymentAlarm extends Pick<RunbookAlarmProps, 'metric' | 'threshold'> {
  readonly kind: DeploymentAlarmKind;
  /** @default - the threshold itself breaches */
  readonly comparison?: cloudwatch.ComparisonOperator;
}

function deploymentAlarms(
  scope: Construct,
  { notifications }: NotifiedAlarmsProps,
  definitions: readonly DeploymentAlarm[],
): cloudwatch.Alarm[] {
  return definitions.map(
    ({ comparison = GREATER_THAN_OR_EQUAL_TO_THRESHOLD, ...alarm }) =>
      new RunbookAlarm(scope, {
        ...alarm,
        notifications,
        comparison,
        name: deploymentAlarmName(namePrefixOf(scope), alarm.kind),
        treatMissingData: NOT_BREACHING,
      }),
  );
}
