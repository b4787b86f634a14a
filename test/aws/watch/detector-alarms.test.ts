import { alarmDefinition, alarmProperties } from './cloudwatch-model/alarm-definition';
import { alarmStack } from './cloudwatch-model/watched-source';

const alarms = alarmProperties(alarmStack()).filter(({ AlarmName }) => AlarmName.includes('-detect'));

describe('the alarms of the detector', () => {
  test('watch the oldest waiting object and failed deliveries; missing data is good', () => {
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

  test('notify the topic when they fire, and have no other action', () => {
    expect(alarms).toHaveLength(2);
    for (const { AlarmActions, OKActions, InsufficientDataActions } of alarms) {
      expect(AlarmActions).toEqual([{ Ref: 'TopicBFC7AF6E' }]);
      expect([OKActions, InsufficientDataActions]).toEqual([undefined, undefined]);
    }
  });
});
