import { App, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { CollectorAlarms } from '../../../lib/aws/watch/deployment-alarms';
import { AlarmRules, Notifications } from '../../../lib/aws/watch/notifications';
import { alarmDefinition, alarmProperties } from './cloudwatch-model/alarm-definition';
import { alarmStack } from './cloudwatch-model/watched-source';

function alarmsOf(queueNames: readonly string[], scheduleMinutes = 5) {
  const stack = new Stack(new App(), 'audit');
  const functionArn = 'arn:aws:lambda:eu-west-1:111122223333:function:collector';
  const queueArn = (name: string): string => `arn:aws:sqs:eu-west-1:111122223333:${name}`;
  const messages = new AlarmRules(stack, 'Recoveries', new sqs.Queue(stack, 'Undelivered'));
  new CollectorAlarms(stack, 'Alarms', {
    function: lambda.Function.fromFunctionArn(stack, 'Function', functionArn),
    scheduleMinutes,
    deadLetters: queueNames.map((name) => sqs.Queue.fromQueueArn(stack, name, queueArn(name))),
    notifications: new Notifications(stack, 'Notifications', { emails: [], messages }),
    messages,
  });
  return alarmProperties(stack);
}

describe('the alarms of the collector function', () => {
  test('watch failed runs, throttled runs and dead letters; missing data is good', () => {
    const alarms = alarmsOf(['undelivered']).map(alarmDefinition).slice(0, -1);
    expect(alarms).toEqual([
      {
        name: 'audit-collector-errors',
        expression: 'metric',
        metrics: {
          metric: { identity: '["AWS/Lambda","Errors",["FunctionName","collector"]]', statistic: 'Sum' },
        },
        periodS: 1_800,
        evaluationPeriods: 1,
        datapointsToAlarm: 1,
        comparison: 'GreaterThanOrEqualToThreshold',
        threshold: 3,
        missing: 'notBreaching',
      },
      {
        name: 'audit-collector-throttles',
        expression: 'metric',
        metrics: {
          metric: { identity: '["AWS/Lambda","Throttles",["FunctionName","collector"]]', statistic: 'Sum' },
        },
        periodS: 900,
        evaluationPeriods: 1,
        datapointsToAlarm: 1,
        comparison: 'GreaterThanOrEqualToThreshold',
        threshold: 1,
        missing: 'notBreaching',
      },
      {
        name: 'audit-dead-letters',
        expression: 'metric',
        metrics: {
          metric: {
            identity: '["AWS/SQS","ApproximateNumberOfMessagesVisible",["QueueName","undelivered"]]',
            statistic: 'Maximum',
          },
        },
        periodS: 300,
        evaluationPeriods: 1,
        datapointsToAlarm: 1,
        comparison: 'GreaterThanOrEqualToThreshold',
        threshold: 1,
        missing: 'notBreaching',
      },
    ]);
  });

  test('add up the messages of several queues', () => {
    const [, , deadLetters] = alarmsOf(['undelivered', 'other']).map(alarmDefinition);
    expect(deadLetters?.expression).toBe('queue0 + queue1');
    expect(deadLetters?.metrics).toEqual({
      queue0: {
        identity: '["AWS/SQS","ApproximateNumberOfMessagesVisible",["QueueName","undelivered"]]',
        statistic: 'Maximum',
      },
      queue1: {
        identity: '["AWS/SQS","ApproximateNumberOfMessagesVisible",["QueueName","other"]]',
        statistic: 'Maximum',
      },
    });
  });

  test('count three missed starts after the longest run, in minutes, and missing data is bad', () => {
    const notInvoked = alarmsOf(['undelivered'], 20).map(alarmDefinition).at(-1);
    expect(notInvoked).toEqual({
      name: 'audit-collector-not-invoked',
      expression: 'metric',
      metrics: {
        metric: { identity: '["AWS/Lambda","Invocations",["FunctionName","collector"]]', statistic: 'Sum' },
      },
      periodS: 60,
      evaluationPeriods: 75,
      datapointsToAlarm: 75,
      comparison: 'LessThanThreshold',
      threshold: 1,
      missing: 'breaching',
    });
  });

  test('notify nobody by themselves where missing data is bad: a new alarm would fire', () => {
    const { AlarmActions, OKActions, InsufficientDataActions } = alarmsOf(['undelivered'], 20).at(-1) ?? {};
    expect([AlarmActions, OKActions, InsufficientDataActions]).toEqual([undefined, undefined, undefined]);
  });

  test('need a queue to watch', () => {
    expect(() => alarmsOf([])).toThrow('deadLetters is empty; expected one queue at least');
  });

  test('notify the topic when they fire, and have no other action', () => {
    const withActions = alarmsOf(['undelivered']).slice(0, -1);
    expect(withActions).toHaveLength(3);
    for (const { AlarmActions, OKActions, InsufficientDataActions } of withActions) {
      expect(AlarmActions).toEqual([{ Ref: 'NotificationsTopicAE679CBD' }]);
      expect([OKActions, InsufficientDataActions]).toEqual([undefined, undefined]);
    }
  });
});

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
      expect(AlarmActions).toEqual([{ Ref: 'NotificationsTopicAE679CBD' }]);
      expect([OKActions, InsufficientDataActions]).toEqual([undefined, undefined]);
    }
  });
});
