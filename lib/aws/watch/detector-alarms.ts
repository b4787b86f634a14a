import { Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { DETECTION_ALARM_KINDS } from '../../../lambdas/contract/telemetry/alarm-names';
import { deploymentAlarmName } from '../../../lambdas/contract/telemetry/alarm-names';
import type { RecoveryMessages } from './recovery-messages';
import type { RunbookAlarmProps } from './runbook-alarm';
import { RunbookAlarm } from './runbook-alarm';

/** Two deliveries may fail before it fires; `dead-letters` covers an object that fails again and again. */
const OLDEST_WAITED = Duration.minutes(15);

/** SQS reports each minute while the queue is in use (Amazon SQS developer guide, "Available CloudWatch metrics"). */
const WAITING_PERIOD = Duration.minutes(5);

/** A failed delivery is repeated, so one failure does not fire; this many within the period do. */
const FAILED_DELIVERIES = 3;
const FAILED_DELIVERIES_PERIOD = Duration.minutes(30);

const { GREATER_THAN_THRESHOLD, GREATER_THAN_OR_EQUAL_TO_THRESHOLD } = cloudwatch.ComparisonOperator;

export interface DetectorAlarmsProps {
  readonly function: lambda.IFunction;
  /** The objects that wait for the detector. */
  readonly queue: sqs.IQueue;
  /** Is notified when one of these alarms fires and when it is over. */
  readonly topic: sns.ITopic;
  readonly recoveries: RecoveryMessages;
}

/**
 * The alarms of the detector, which all sources share. Missing data does not breach: Lambda reports nothing for a
 * function that is not invoked, SQS nothing for a queue that has long been empty. A lack of events is covered by the
 * sources' alarms.
 */
export class DetectorAlarms extends Construct {
  readonly alarms: readonly cloudwatch.Alarm[];
  private readonly topic: sns.ITopic;

  constructor(scope: Construct, id: string, props: DetectorAlarmsProps) {
    super(scope, id);
    this.topic = props.topic;
    this.alarms = [
      this.alarm({
        kind: 'detection-behind',
        metric: props.queue.metricApproximateAgeOfOldestMessage({
          statistic: 'Maximum',
          period: WAITING_PERIOD,
        }),
        comparison: GREATER_THAN_THRESHOLD,
        threshold: OLDEST_WAITED.toSeconds(),
      }),
      this.alarm({
        kind: 'detector-errors',
        metric: props.function.metricErrors({ statistic: 'Sum', period: FAILED_DELIVERIES_PERIOD }),
        comparison: GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        threshold: FAILED_DELIVERIES,
      }),
    ];
    props.recoveries.announce(this, { alarms: this.alarms, topic: props.topic });
  }

  private alarm(
    props: Pick<RunbookAlarmProps, 'metric' | 'comparison' | 'threshold'> & {
      readonly kind: (typeof DETECTION_ALARM_KINDS)[number];
    },
  ): cloudwatch.Alarm {
    return new RunbookAlarm(this, {
      ...props,
      name: deploymentAlarmName(Stack.of(this).stackName, props.kind),
      topic: this.topic,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
  }
}
