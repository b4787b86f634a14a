import type { DescribeAlarmsCommandInput, StateValue } from '@aws-sdk/client-cloudwatch';
import {
  DescribeAlarmsCommand,
  paginateDescribeAlarms,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { LocalAws } from '../../../../lib/local/aws/local-aws';
import { AwsClients } from '../aws-clients';

const TOPIC = 'arn:aws:sns:us-east-1:000000000000:alarms';
const OK_TOPIC = 'arn:aws:sns:us-east-1:000000000000:recoveries';
let nowMs: number;
let aws: LocalAws;
let clients: AwsClients;

beforeEach(async () => {
  nowMs = Date.UTC(2026, 10, 22, 12, 0, 0);
  aws = await LocalAws.start({ nowMs: () => nowMs });
  clients = new AwsClients(aws);
  aws.topics.put(TOPIC);
  aws.topics.put(OK_TOPIC);
});

afterEach(async () => {
  clients.destroy();
  await aws.stop();
});

async function describeAlarms(options: DescribeAlarmsCommandInput = {}) {
  const { MetricAlarms = [] } = await clients.cloudWatch.send(new DescribeAlarmsCommand(options));
  return MetricAlarms;
}

const namesOf = async (options: DescribeAlarmsCommandInput) =>
  (await describeAlarms(options)).map(({ AlarmName }) => AlarmName);

const setState = (StateValue: StateValue, AlarmName = 'NetskopeAudit-netskope-behind') =>
  clients.cloudWatch.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'A test.' }));

/** Puts an alarm that does not fire, with an action for each direction. */
function putAlarm(more: { readonly ActionsEnabled?: boolean; readonly AlarmActions?: string[] } = {}): void {
  aws.alarms.put({
    AlarmName: 'NetskopeAudit-netskope-behind',
    AlarmDescription: 'The archive is behind.',
    StateValue: 'OK',
    AlarmActions: [TOPIC],
    OKActions: [OK_TOPIC],
    ...more,
  });
}

test('describes an alarm as it was put, with times and an ARN of its own', async () => {
  putAlarm();

  expect(await describeAlarms()).toEqual([
    {
      AlarmName: 'NetskopeAudit-netskope-behind',
      AlarmArn: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:NetskopeAudit-netskope-behind',
      AlarmDescription: 'The archive is behind.',
      AlarmConfigurationUpdatedTimestamp: new Date('2026-11-22T12:00:00Z'),
      ActionsEnabled: true,
      AlarmActions: [TOPIC],
      OKActions: [OK_TOPIC],
      InsufficientDataActions: [],
      StateValue: 'OK',
      StateReason: 'Unchecked: Initial alarm creation',
      StateUpdatedTimestamp: new Date('2026-11-22T12:00:00Z'),
      StateTransitionedTimestamp: new Date('2026-11-22T12:00:00Z'),
    },
  ]);
});

test('knows since when an alarm is in its state, which it may be set to again', async () => {
  putAlarm();
  nowMs += 1000;
  await setState('ALARM');
  nowMs += 1000;
  await setState('ALARM');

  expect(await describeAlarms()).toMatchObject([
    {
      StateUpdatedTimestamp: new Date('2026-11-22T12:00:02Z'),
      StateTransitionedTimestamp: new Date('2026-11-22T12:00:01Z'),
    },
  ]);
});

test('describes the requested alarms, by name or by the beginning of their names', async () => {
  for (const AlarmName of ['b-2', 'a-1', 'b-1']) aws.alarms.put({ AlarmName, StateValue: 'OK' });

  expect(await namesOf({})).toEqual(['a-1', 'b-1', 'b-2']);
  expect(await namesOf({ AlarmNamePrefix: 'b-' })).toEqual(['b-1', 'b-2']);
  aws.alarms.put({ AlarmName: 'b-2', StateValue: 'ALARM' });
  expect(await namesOf({ AlarmNamePrefix: 'b-', StateValue: 'ALARM' })).toEqual(['b-2']);
  expect(await namesOf({ AlarmNames: ['b-2', 'unknown'], AlarmTypes: ['MetricAlarm'] })).toEqual(['b-2']);
});

test('describes fifty alarms in one answer, and all of them in several', async () => {
  const names = Array.from({ length: 120 }, (_, number) => `alarm-${String(number).padStart(3, '0')}`);
  for (const AlarmName of names) aws.alarms.put({ AlarmName, StateValue: 'OK' });

  const pages: (string | undefined)[][] = [];
  for await (const { MetricAlarms } of paginateDescribeAlarms({ client: clients.cloudWatch }, {}))
    pages.push(MetricAlarms?.map(({ AlarmName }) => AlarmName) ?? []);

  expect(pages.map(({ length }) => length)).toEqual([50, 50, 20]);
  expect(pages.flat()).toEqual(names);
});

test('an alarm that is set to ALARM notifies its topic, in the words of CloudWatch', async () => {
  putAlarm();
  nowMs += 1500;

  await setState('ALARM');

  const [published, ...others] = aws.topics.published(TOPIC);
  expect(others).toEqual([]);
  expect(published?.subject).toBe('ALARM: "NetskopeAudit-netskope-behind" in US East (N. Virginia)');
  expect(JSON.parse(published?.message ?? '')).toEqual({
    AlarmName: 'NetskopeAudit-netskope-behind',
    AlarmDescription: 'The archive is behind.',
    AWSAccountId: '000000000000',
    AlarmConfigurationUpdatedTimestamp: '2026-11-22T12:00:00.000+0000',
    NewStateValue: 'ALARM',
    NewStateReason: 'A test.',
    StateChangeTime: '2026-11-22T12:00:01.500+0000',
    Region: 'US East (N. Virginia)',
    AlarmArn: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:NetskopeAudit-netskope-behind',
    OldStateValue: 'OK',
    OKActions: [OK_TOPIC],
    AlarmActions: [TOPIC],
    InsufficientDataActions: [],
  });
  expect(aws.topics.published(OK_TOPIC)).toEqual([]);
  expect(await describeAlarms()).toMatchObject([
    {
      StateValue: 'ALARM',
      StateReason: 'A test.',
      StateUpdatedTimestamp: new Date('2026-11-22T12:00:01.500Z'),
    },
  ]);
});

test('the way back notifies the topic if the alarm says so', async () => {
  putAlarm();
  await setState('ALARM');

  await setState('OK');

  expect(aws.topics.published(TOPIC)).toHaveLength(1);
  expect(aws.topics.published(OK_TOPIC)).toHaveLength(1);
});

test('a state that is set again notifies only once', async () => {
  putAlarm();

  await setState('ALARM');
  await setState('ALARM');

  expect(aws.topics.published(TOPIC)).toHaveLength(1);
});

test('an alarm whose actions are disabled changes without a notification', async () => {
  putAlarm({ ActionsEnabled: false });

  await setState('ALARM');

  expect(aws.topics.published(TOPIC)).toEqual([]);
  expect(await describeAlarms()).toMatchObject([{ StateValue: 'ALARM' }]);
});

test('a state without actions notifies nobody', async () => {
  putAlarm();

  await setState('INSUFFICIENT_DATA');

  expect([aws.topics.published(TOPIC), aws.topics.published(OK_TOPIC)]).toEqual([[], []]);
});

test('refuses an action that is not a topic here, and changes nothing', async () => {
  putAlarm({ AlarmActions: [TOPIC, 'arn:aws:lambda:us-east-1:000000000000:function:page-somebody'] });

  await expect(setState('ALARM')).rejects.toMatchObject({
    name: 'NotImplemented',
    message: expect.stringContaining('page-somebody') as unknown,
  });
  expect(aws.topics.published(TOPIC)).toEqual([]);
  expect(await describeAlarms()).toMatchObject([{ StateValue: 'OK' }]);
});

test('answers for an unknown alarm as CloudWatch does', async () => {
  await expect(setState('ALARM', 'nobody')).rejects.toMatchObject({
    name: 'ResourceNotFound',
    $metadata: { httpStatusCode: 404 },
  });
});

test.each<[string, DescribeAlarmsCommandInput]>([
  ['ValidationException', { AlarmNames: ['a'], AlarmNamePrefix: 'a' }],
  ['ValidationException', { MaxRecords: 101 }],
  ['InvalidNextToken', { NextToken: 'abc' }],
  ['ValidationException', { AlarmTypes: ['CompositeAlarm'] }],
  ['NotImplemented', { ActionPrefix: 'arn:aws:sns' }],
])('answers %s to %j', async (name, options) => {
  await expect(describeAlarms(options)).rejects.toMatchObject({ name });
});
