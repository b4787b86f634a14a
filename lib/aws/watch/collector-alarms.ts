import { Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { DeploymentAlarmKind } from '../../../lambdas/contract/telemetry/alarm-names';
import { deploymentAlarmName } from '../../../lambdas/contract/telemetry/alarm-names';
import type { RecoveryMessages } from './recovery-messages';
import type { RunbookAlarmProps } from './runbook-alarm';
import { RunbookAlarm } from './runbook-alarm';

/** The next scheduled run makes up for a failed one, so one failure does not fire; this many within the period do. */
const FAILED_RUNS = 3;
const FAILED_RUNS_PERIOD = Duration.minutes(30);

/** Lambda retries a throttled invocation for minutes; with this period, a burst causes one message. */
const THROTTLES_PERIOD = Duration.minutes(15);

/** SQS reports at least every five minutes (Amazon SQS developer guide, "Available CloudWatch metrics"). */
const DEAD_LETTERS_PERIOD = Duration.minutes(5);

export interface CollectorAlarmsProps {
  readonly function: lambda.IFunction;
  /**
   * Queues that stay empty unless an invocation could not be delivered, one at least. With a queue that receives the
   * input of every failed run, the alarm would fire for each of them and until somebody empties it.
   */
  readonly deadLetters: readonly sqs.IQueue[];
  /** Is notified when one of these alarms fires and when it is over. */
  readonly topic: sns.ITopic;
  readonly recoveries: RecoveryMessages;
}

/**
 * The alarms of the collector function, which all sources share. Missing data does not breach: Lambda reports nothing
 * for a function that is not invoked, SQS nothing for a queue that has long been empty and unused. A collector that is
 * not invoked is covered by `not-running`.
 */
export class CollectorAlarms extends Construct {
  readonly alarms: readonly cloudwatch.Alarm[];
  private readonly topic: sns.ITopic;

  /** @throws Error if there is no queue to watch */
  constructor(scope: Construct, id: string, props: CollectorAlarmsProps) {
    super(scope, id);
    this.topic = props.topic;
    this.alarms = [
      this.alarm({
        kind: 'collector-errors',
        metric: props.function.metricErrors({ statistic: 'Sum', period: FAILED_RUNS_PERIOD }),
        threshold: FAILED_RUNS,
      }),
      this.alarm({
        kind: 'collector-throttles',
        metric: props.function.metricThrottles({ statistic: 'Sum', period: THROTTLES_PERIOD }),
        threshold: 1,
      }),
      this.alarm({ kind: 'dead-letters', metric: messagesIn(props.deadLetters), threshold: 1 }),
    ];
    props.recoveries.announce(this, { alarms: this.alarms, topic: props.topic });
  }

  private alarm(
    props: Pick<RunbookAlarmProps, 'metric' | 'threshold'> & { readonly kind: DeploymentAlarmKind },
  ): cloudwatch.Alarm {
    return new RunbookAlarm(this, {
      ...props,
      name: deploymentAlarmName(Stack.of(this).stackName, props.kind),
      topic: this.topic,
      comparison: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
  }
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
