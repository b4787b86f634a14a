import { ScanBy } from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../wire/aws-call';
import { closedObject, parameterReader, tokenPage } from '../wire/protocols';
import type { AlarmStore, StateOfAlarm, StateTransition } from './alarms';
import { alarmName } from './alarms';

interface DescribeAlarmHistory {
  readonly AlarmName?: string;
  readonly AlarmTypes?: readonly ['MetricAlarm'];
  readonly HistoryItemType: 'StateUpdate';
  /** Seconds since 1970. */
  readonly StartDate?: number;
  readonly EndDate?: number;
  readonly MaxRecords?: number;
  readonly NextToken?: string;
  readonly ScanBy?: ScanBy;
}

/** Limits: Amazon CloudWatch API reference, DescribeAlarmHistory. */
const MAX_RECORDS = 100;

/** Only changes of state are recorded here, so that those of a configuration and actions cannot be asked for. */
const readDescribeAlarmHistory = parameterReader<DescribeAlarmHistory>(
  closedObject(
    {
      AlarmName: alarmName,
      AlarmTypes: { type: 'array', minItems: 1, maxItems: 1, items: { const: 'MetricAlarm' } },
      HistoryItemType: { const: 'StateUpdate' },
      StartDate: { type: 'number' },
      EndDate: { type: 'number' },
      MaxRecords: { type: 'integer', minimum: 1, maximum: MAX_RECORDS },
      NextToken: { type: 'string' },
      ScanBy: { enum: Object.values(ScanBy) },
    },
    ['HistoryItemType'],
  ),
  { missing: 'NotImplemented', invalid: 'ValidationException' },
);

/** Answers DescribeAlarmHistory, the newest change first unless asked otherwise. @throws AwsError */
export function describeAlarmHistory(alarms: AlarmStore, body: Buffer): object {
  const request = readDescribeAlarmHistory(body);
  const { AlarmName, StartDate = 0, EndDate = Number.POSITIVE_INFINITY, MaxRecords = MAX_RECORDS } = request;
  const found = alarms.transitions.filter(
    (transition) =>
      (AlarmName ?? transition.alarmName) === transition.alarmName &&
      transition.atMs >= StartDate * 1000 &&
      transition.atMs <= EndDate * 1000,
  );
  const ordered = request.ScanBy === 'TimestampAscending' ? found : found.toReversed();
  const page = tokenPage(ordered, MaxRecords, request.NextToken);
  if (page === undefined) throw new AwsError(400, 'InvalidNextToken', 'The next token is not one of ours.');
  const { items, nextToken } = page;
  return {
    AlarmHistoryItems: items.map(historyItem),
    ...(nextToken === undefined ? {} : { NextToken: nextToken }),
  };
}

/** As in the example of the AWS CLI reference, describe-alarm-history. */
function historyItem({ alarmName: name, atMs, from, to }: StateTransition): object {
  const state = ({ value, reason }: StateOfAlarm): object => ({ stateValue: value, stateReason: reason });
  return {
    AlarmName: name,
    AlarmType: 'MetricAlarm',
    Timestamp: atMs / 1000,
    HistoryItemType: 'StateUpdate',
    HistorySummary: `Alarm updated from ${from.value} to ${to.value}`,
    HistoryData: JSON.stringify({ version: '1.0', oldState: state(from), newState: state(to) }),
  };
}
