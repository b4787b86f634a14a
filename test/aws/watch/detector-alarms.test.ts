import { alarmDefinition, alarmProperties } from './cloudwatch-model/alarm-definition';
import { alarmStack } from './cloudwatch-model/watched-source';

const alarms = alarmProperties(alarmStack()).filter(({ AlarmName }) => AlarmName.includes('-detect'));

describe('the alarms of the detector', () => {
  test('watch the oldest object that waits, and failed deliveries; silence is good here', () => {
    expect(alarms.map(alarmDefinition)).toEqual([
      {
        name: 'audit-detection-behind',
        expression: 'metric',
        metrics: {
          metric: {
            identity: '["AWS/SQS","ApproximateAgeOfOldestMessage",["QueueName","objects"]]',
            statistic: 'Maximum',
          },
        },
        periodS: 300,
        evaluationPeriods: 1,
        datapointsToAlarm: 1,
        comparison: 'GreaterThanThreshold',
        threshold: 900,
        missing: 'notBreaching',
      },
      {
        name: 'audit-detector-errors',
        expression: 'metric',
        metrics: {
          metric: { identity: '["AWS/Lambda","Errors",["FunctionName","detector"]]', statistic: 'Sum' },
        },
        periodS: 1_800,
        evaluationPeriods: 1,
        datapointsToAlarm: 1,
        comparison: 'GreaterThanOrEqualToThreshold',
        threshold: 3,
        missing: 'notBreaching',
      },
    ]);
  });

  test('tell the topic when they begin, and do nothing else by themselves', () => {
    expect(alarms).toHaveLength(2);
    for (const { AlarmActions, OKActions, InsufficientDataActions } of alarms) {
      expect(AlarmActions).toEqual([{ Ref: 'TopicBFC7AF6E' }]);
      expect([OKActions, InsufficientDataActions]).toEqual([undefined, undefined]);
    }
  });
});
