import { App, Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as sns from 'aws-cdk-lib/aws-sns';
import { RunbookAlarm } from '../../../lib/aws/watch/runbook-alarm';

describe('an alarm with a runbook entry', () => {
  test('is refused by name at synthesis if CloudWatch would refuse its window', () => {
    const stack = new Stack(new App(), 'audit');
    const period = Duration.minutes(30);
    const build = (): cloudwatch.Alarm =>
      new RunbookAlarm(stack, {
        kind: 'quarantined',
        name: 'audit-netskope-quarantined',
        topic: new sns.Topic(stack, 'Topic'),
        metric: new cloudwatch.Metric({ namespace: 'N', metricName: 'M', period }),
        evaluationPeriods: 49,
        comparison: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
        threshold: 0,
        treatMissingData: cloudwatch.TreatMissingData.IGNORE,
      });
    expect(build).toThrow(
      'alarm audit-netskope-quarantined: 49 periods of 1800 s are 88200 s; CloudWatch takes 86400 s at most with periods below one hour',
    );
  });
});
