import type { DescribeAlarmHistoryCommandInput, StateValue } from '@aws-sdk/client-cloudwatch';
import {
  DescribeAlarmHistoryCommand,
  paginateDescribeAlarmHistory,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { LocalAws } from '../../../../lib/local/aws/local-aws';
import { AwsClients } from '../aws-clients';

let nowMs: number;
let aws: LocalAws;
let clients: AwsClients;

beforeEach(async () => {
  nowMs = Date.UTC(2026, 10, 22, 12, 0, 0);
  aws = await LocalAws.start({ nowMs: () => nowMs });
  clients = new AwsClients(aws);
  for (const AlarmName of ['behind', 'no-data']) aws.alarms.put({ AlarmName, StateValue: 'OK' });
});

afterEach(async () => {
  clients.destroy();
  await aws.stop();
});

/** Sets a state, a minute after the one before. */
async function setState(AlarmName: string, StateValue: StateValue, StateReason = 'A test.'): Promise<void> {
  nowMs += 60_000;
  await clients.cloudWatch.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason }));
}

async function history(options: DescribeAlarmHistoryCommandInput = {}) {
  const command = new DescribeAlarmHistoryCommand({ HistoryItemType: 'StateUpdate', ...options });
  const { AlarmHistoryItems = [] } = await clients.cloudWatch.send(command);
  return AlarmHistoryItems;
}

const summariesOf = async (options?: DescribeAlarmHistoryCommandInput) =>
  (await history(options)).map(
    ({ AlarmName, Timestamp, HistorySummary }) =>
      `${Timestamp?.toISOString().slice(11, 16)} ${AlarmName}: ${HistorySummary}`,
  );

test('has each change of a state, with both states and the reasons', async () => {
  await setState('behind', 'ALARM', 'Threshold Crossed.');
  expect(await history()).toEqual([
    {
      AlarmName: 'behind',
      AlarmType: 'MetricAlarm',
      Timestamp: new Date('2026-11-22T12:01:00Z'),
      HistoryItemType: 'StateUpdate',
      HistorySummary: 'Alarm updated from OK to ALARM',
      HistoryData:
        '{"version":"1.0","oldState":{"stateValue":"OK"},"newState":{"stateValue":"ALARM","stateReason":"Threshold Crossed."}}',
    },
  ]);
});

test('has nothing of an alarm that was put, or set to the state that it has', async () => {
  await setState('behind', 'OK');
  expect(await history()).toEqual([]);
});

test('is of one alarm or all, of a time, and the newest first unless asked otherwise', async () => {
  await setState('behind', 'ALARM');
  await setState('no-data', 'ALARM');
  await setState('behind', 'OK');
  const [first, second, third] = [
    '12:01 behind: Alarm updated from OK to ALARM',
    '12:02 no-data: Alarm updated from OK to ALARM',
    '12:03 behind: Alarm updated from ALARM to OK',
  ];
  expect(await summariesOf()).toEqual([third, second, first]);
  expect(await summariesOf({ ScanBy: 'TimestampAscending' })).toEqual([first, second, third]);
  expect(await summariesOf({ AlarmName: 'behind' })).toEqual([third, first]);
  const at = new Date('2026-11-22T12:02:00Z');
  expect(await summariesOf({ StartDate: at, EndDate: at })).toEqual([second]);
});

test('comes in pages', async () => {
  for (const state of ['ALARM', 'OK', 'ALARM'] as const) await setState('behind', state);
  const sizes: number[] = [];
  for await (const { AlarmHistoryItems = [] } of paginateDescribeAlarmHistory(
    { client: clients.cloudWatch, pageSize: 2 },
    { HistoryItemType: 'StateUpdate' },
  ))
    sizes.push(AlarmHistoryItems.length);
  expect(sizes).toEqual([2, 1]);
});

test.each<[string, DescribeAlarmHistoryCommandInput]>([
  ['NotImplemented', { HistoryItemType: undefined }],
  ['ValidationException', { HistoryItemType: 'Action' }],
  ['ValidationException', { MaxRecords: 101 }],
  ['ValidationException', { AlarmTypes: ['CompositeAlarm'] }],
  ['InvalidNextToken', { NextToken: 'abc' }],
  ['NotImplemented', { AlarmContributorId: 'one' }],
])('answers %s to %j', async (name, options) => {
  await expect(history(options)).rejects.toMatchObject({ name });
});
