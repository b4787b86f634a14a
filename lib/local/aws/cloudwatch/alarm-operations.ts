import { StateValue } from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../wire/aws-error';
import { parameterReader } from '../wire/aws-json';
import { closedObject } from '../wire/aws-parameters';
import { tokenPage } from '../wire/page-token';
import type { Alarm, AlarmStore, StateChange } from './alarm-store';

interface DescribeAlarms {
  readonly AlarmNames?: readonly string[];
  readonly AlarmNamePrefix?: string;
  readonly AlarmTypes?: readonly ['MetricAlarm'];
  readonly MaxRecords?: number;
  readonly NextToken?: string;
}

/** Limits: Amazon CloudWatch API reference, DescribeAlarms and SetAlarmState. */
const DEFAULT_RECORDS = 50;
const MAX_RECORDS = 100;
const MAX_REASON_LENGTH = 1023;
const MAX_REASON_DATA_LENGTH = 4000;

const CODES = { missing: 'ValidationException', invalid: 'ValidationException' };
const alarmName = { type: 'string', minLength: 1, maxLength: 255 };

const readDescribeAlarms = parameterReader<DescribeAlarms>(
  closedObject({
    AlarmNames: { type: 'array', maxItems: MAX_RECORDS, items: alarmName },
    AlarmNamePrefix: alarmName,
    AlarmTypes: { type: 'array', minItems: 1, maxItems: 1, items: { const: 'MetricAlarm' } },
    MaxRecords: { type: 'integer', minimum: 1, maximum: MAX_RECORDS },
    NextToken: { type: 'string' },
  }),
  CODES,
);

const readSetAlarmState = parameterReader<{ readonly AlarmName: string } & StateChange>(
  closedObject(
    {
      AlarmName: alarmName,
      StateValue: { enum: Object.values(StateValue) },
      StateReason: { type: 'string', maxLength: MAX_REASON_LENGTH },
      StateReasonData: { type: 'string', maxLength: MAX_REASON_DATA_LENGTH },
    },
    ['AlarmName', 'StateValue', 'StateReason'],
  ),
  CODES,
);

/** Answers DescribeAlarms; every alarm here is a metric alarm. @throws AwsError */
export function describeAlarms(alarms: AlarmStore, body: Buffer): object {
  const { AlarmNames, AlarmNamePrefix, MaxRecords = DEFAULT_RECORDS, NextToken } = readDescribeAlarms(body);
  if (AlarmNames !== undefined && AlarmNamePrefix !== undefined) {
    throw new AwsError(
      400,
      'ValidationException',
      'AlarmNames and AlarmNamePrefix cannot be specified together.',
    );
  }
  const wanted = alarms.all().filter(({ definition: { AlarmName } }) => {
    if (AlarmNames !== undefined) return AlarmNames.includes(AlarmName);
    return AlarmName.startsWith(AlarmNamePrefix ?? '');
  });
  const page = tokenPage(wanted, MaxRecords, NextToken);
  if (page === undefined) throw new AwsError(400, 'InvalidNextToken', 'The next token is not one of ours.');
  const { items, nextToken } = page;
  return {
    MetricAlarms: items.map(description),
    CompositeAlarms: [],
    ...(nextToken === undefined ? {} : { NextToken: nextToken }),
  };
}

/** Answers SetAlarmState. @throws AwsError */
export function setAlarmState(alarms: AlarmStore, body: Buffer): object {
  const { AlarmName, ...change } = readSetAlarmState(body);
  alarms.setState(AlarmName, change);
  return {};
}

/** Times are seconds since 1970 in this protocol. */
function description({ arn, definition, configuredAtMs, stateUpdatedAtMs }: Alarm): object {
  return {
    ActionsEnabled: true,
    OKActions: [],
    AlarmActions: [],
    InsufficientDataActions: [],
    StateReason: 'Unchecked: Initial alarm creation',
    ...definition,
    AlarmArn: arn,
    AlarmConfigurationUpdatedTimestamp: configuredAtMs / 1000,
    StateUpdatedTimestamp: stateUpdatedAtMs / 1000,
  };
}
