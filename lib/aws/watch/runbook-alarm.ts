import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { AlarmKind } from '../../../lambdas/contract/telemetry/alarm-names';
import { assertEvaluable } from './alarm-window';
import { alarmDescription } from './runbook';

export interface RunbookAlarmProps {
  readonly kind: AlarmKind;
  readonly name: string;
  /** Is notified when the alarm fires. */
  readonly topic: sns.ITopic;
  /** Its period is the alarm's. */
  readonly metric: cloudwatch.Metric | cloudwatch.MathExpression;
  /** @default 1 - the newest period decides */
  readonly evaluationPeriods?: number;
  readonly comparison: cloudwatch.ComparisonOperator;
  /** In the unit of the metric. */
  readonly threshold: number;
  readonly treatMissingData: cloudwatch.TreatMissingData;
}

/**
 * An alarm with an entry in the runbook. Every period of its window has to breach: otherwise a window with one quiet
 * period in it would count as silent.
 */
export class RunbookAlarm extends cloudwatch.Alarm {
  /** @throws Error where CloudWatch would refuse the window */
  constructor(scope: Construct, props: RunbookAlarmProps) {
    const { kind, name, metric, evaluationPeriods = 1 } = props;
    assertEvaluable({ period: metric.period, evaluationPeriods }, `alarm ${name}`);
    super(scope, kind, {
      alarmName: name,
      alarmDescription: alarmDescription(kind),
      metric,
      evaluationPeriods,
      datapointsToAlarm: evaluationPeriods,
      comparisonOperator: props.comparison,
      threshold: props.threshold,
      treatMissingData: props.treatMissingData,
    });
    this.addAlarmAction(new SnsAction(props.topic));
  }
}
