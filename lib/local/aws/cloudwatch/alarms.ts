import type { MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { StateValue } from '@aws-sdk/client-cloudwatch';
import { ACCOUNT_ID, localArn, REGION_LABEL } from '../local-account';
import type { Publication, TopicStore } from '../sns-endpoint';
import { AwsError, notImplemented } from '../wire/aws-call';
import { closedObject, parameterReader, tokenPage } from '../wire/protocols';

/** An alarm as DescribeAlarms returns it, without the fields that CloudWatch adds itself. */
export type AlarmDefinition = Omit<
  MetricAlarm,
  'AlarmArn' | 'AlarmConfigurationUpdatedTimestamp' | 'StateUpdatedTimestamp' | 'StateTransitionedTimestamp'
> & { readonly AlarmName: string; readonly StateValue: StateValue };

interface Alarm {
  readonly arn: string;
  readonly definition: AlarmDefinition;
  readonly configuredAtMs: number;
  readonly stateUpdatedAtMs: number;
  /** When the state last became another one. */
  readonly changedAtMs: number;
}

/** A new state for an alarm, and the reason. */
type StateChange = Required<Pick<MetricAlarm, 'StateValue' | 'StateReason'>> & {
  readonly StateReasonData?: string;
};

/** A state that became another one. */
export interface StateTransition {
  readonly alarmName: string;
  readonly atMs: number;
  readonly from: StateOfAlarm;
  readonly to: StateOfAlarm;
}

export interface StateOfAlarm {
  readonly value: StateValue;
  /** Absent for an alarm that was put without one. */
  readonly reason?: string;
}

const ACTIONS = {
  ALARM: 'AlarmActions',
  OK: 'OKActions',
  INSUFFICIENT_DATA: 'InsufficientDataActions',
} as const satisfies Record<StateValue, keyof AlarmDefinition>;

/**
 * The CloudWatch alarms of the endpoint. Nothing evaluates them, so a state stays until it is set again; CloudWatch
 * resets within seconds a state that the metric does not justify.
 */
export class AlarmStore {
  readonly #alarms = new Map<string, Alarm>();
  readonly #topics: TopicStore;
  readonly #nowMs: () => number;
  readonly #transitions: StateTransition[] = [];

  /** @param topics where changes of state are published */
  constructor(topics: TopicStore, nowMs: () => number) {
    this.#topics = topics;
    this.#nowMs = nowMs;
  }

  /** Adds an alarm, or replaces an existing one, without any action. */
  put(definition: AlarmDefinition): void {
    const nowMs = this.#nowMs();
    this.#alarms.set(definition.AlarmName, {
      arn: localArn('cloudwatch', `alarm:${definition.AlarmName}`),
      definition,
      configuredAtMs: nowMs,
      stateUpdatedAtMs: nowMs,
      changedAtMs: nowMs,
    });
  }

  /** Changes of state, the oldest first; an alarm that is put has none by that. */
  get transitions(): readonly StateTransition[] {
    return this.#transitions;
  }

  /** All alarms, by name. */
  all(): readonly Alarm[] {
    return [...this.#alarms.values()].sort((one, other) =>
      one.definition.AlarmName < other.definition.AlarmName ? -1 : 1,
    );
  }

  /**
   * Sets a state. If it differs from the previous one, the actions of the new state are taken (Amazon CloudWatch API
   * reference, SetAlarmState). Before anything is changed, each action is checked.
   * @throws AwsError ResourceNotFound; NotImplemented for an action that is not a topic of this endpoint
   */
  setState(alarmName: string, change: StateChange): void {
    const before = this.#alarms.get(alarmName);
    if (before === undefined) throw new AwsError(404, 'ResourceNotFound', 'Unknown alarm');
    const { definition } = before;
    const nowMs = this.#nowMs();
    const isChange = definition.StateValue !== change.StateValue;
    const after: Alarm = {
      ...before,
      definition: { ...definition, ...change },
      stateUpdatedAtMs: nowMs,
      changedAtMs: isChange ? nowMs : before.changedAtMs,
    };
    const isAnnounced = isChange && (definition.ActionsEnabled ?? true);
    const actions = isAnnounced ? (definition[ACTIONS[change.StateValue]] ?? []) : [];
    const foreign = actions.find((action) => !this.#topics.has(action));
    if (foreign !== undefined) throw notImplemented(`the alarm action '${foreign}', which is no topic here`);
    this.#alarms.set(alarmName, after);
    if (isChange)
      this.#transitions.push({
        alarmName,
        atMs: nowMs,
        from: { value: definition.StateValue, reason: definition.StateReason },
        to: { value: change.StateValue, reason: change.StateReason },
      });
    const notification = alarmNotification(after, definition.StateValue);
    for (const topicArn of actions) this.#topics.publish(topicArn, notification);
  }
}

/** Longest subject that SNS accepts (Amazon SNS API reference, Publish). */
const MAX_SUBJECT_LENGTH = 100;

/**
 * What CloudWatch publishes when an alarm changes its state (Amazon CloudWatch user guide, "Notifying users on alarm
 * changes"); without the `Trigger`, which repeats the alarm's definition.
 */
function alarmNotification(
  { arn, definition, configuredAtMs, stateUpdatedAtMs }: Alarm,
  oldState: StateValue,
): Publication {
  const { AlarmName, StateValue: newState } = definition;
  return {
    subject: `${newState}: "${AlarmName}" in ${REGION_LABEL}`.slice(0, MAX_SUBJECT_LENGTH),
    message: JSON.stringify({
      AlarmName,
      AlarmDescription: definition.AlarmDescription ?? null,
      AWSAccountId: ACCOUNT_ID,
      AlarmConfigurationUpdatedTimestamp: timestamp(configuredAtMs),
      NewStateValue: newState,
      NewStateReason: definition.StateReason,
      StateChangeTime: timestamp(stateUpdatedAtMs),
      Region: REGION_LABEL,
      AlarmArn: arn,
      OldStateValue: oldState,
      OKActions: definition.OKActions ?? [],
      AlarmActions: definition.AlarmActions ?? [],
      InsufficientDataActions: definition.InsufficientDataActions ?? [],
    }),
  };
}

/** For example `2026-11-22T12:00:00.000+0000`. */
function timestamp(epochMs: number): string {
  return new Date(epochMs).toISOString().replace('Z', '+0000');
}

interface DescribeAlarms {
  readonly AlarmNames?: readonly string[];
  readonly AlarmNamePrefix?: string;
  readonly AlarmTypes?: readonly ['MetricAlarm'];
  readonly StateValue?: StateValue;
  readonly MaxRecords?: number;
  readonly NextToken?: string;
}

/** Limits: Amazon CloudWatch API reference, DescribeAlarms and SetAlarmState. */
const DEFAULT_RECORDS = 50;
const MAX_RECORDS = 100;
const MAX_REASON_LENGTH = 1023;
const MAX_REASON_DATA_LENGTH = 4000;

const CODES = { missing: 'ValidationException', invalid: 'ValidationException' };
export const alarmName = { type: 'string', minLength: 1, maxLength: 255 };

const readDescribeAlarms = parameterReader<DescribeAlarms>(
  closedObject({
    AlarmNames: { type: 'array', maxItems: MAX_RECORDS, items: alarmName },
    AlarmNamePrefix: alarmName,
    AlarmTypes: { type: 'array', minItems: 1, maxItems: 1, items: { const: 'MetricAlarm' } },
    StateValue: { enum: Object.values(StateValue) },
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
  const request = readDescribeAlarms(body);
  const { AlarmNames, AlarmNamePrefix, MaxRecords = DEFAULT_RECORDS, NextToken } = request;
  if (AlarmNames !== undefined && AlarmNamePrefix !== undefined) {
    throw new AwsError(
      400,
      'ValidationException',
      'AlarmNames and AlarmNamePrefix cannot be specified together.',
    );
  }
  const wanted = alarms.all().filter(({ definition: { AlarmName, StateValue: state } }) => {
    if (request.StateValue !== undefined && state !== request.StateValue) return false;
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
function description({ arn, definition, ...times }: Alarm): object {
  return {
    ActionsEnabled: true,
    OKActions: [],
    AlarmActions: [],
    InsufficientDataActions: [],
    StateReason: 'Unchecked: Initial alarm creation',
    ...definition,
    AlarmArn: arn,
    AlarmConfigurationUpdatedTimestamp: times.configuredAtMs / 1000,
    StateUpdatedTimestamp: times.stateUpdatedAtMs / 1000,
    StateTransitionedTimestamp: times.changedAtMs / 1000,
  };
}
