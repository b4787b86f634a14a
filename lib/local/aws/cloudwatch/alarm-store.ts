import type { MetricAlarm, StateValue } from '@aws-sdk/client-cloudwatch';
import { ACCOUNT_ID, localArn, REGION_LABEL } from '../local-account';
import type { Publication, TopicStore } from '../sns/topic-store';
import { AwsError, notImplemented } from '../wire/aws-error';

/** An alarm as DescribeAlarms tells it, without what CloudWatch adds itself. */
export type AlarmDefinition = Omit<
  MetricAlarm,
  'AlarmArn' | 'AlarmConfigurationUpdatedTimestamp' | 'StateUpdatedTimestamp' | 'StateTransitionedTimestamp'
> & { readonly AlarmName: string; readonly StateValue: StateValue };

/** An alarm of the endpoint. */
export interface Alarm {
  readonly arn: string;
  readonly definition: AlarmDefinition;
  readonly configuredAtMs: number;
  readonly stateUpdatedAtMs: number;
}

/** A state that an alarm is to have, and why. */
export type StateChange = Required<Pick<MetricAlarm, 'StateValue' | 'StateReason'>> & {
  readonly StateReasonData?: string;
};

const ACTIONS = {
  ALARM: 'AlarmActions',
  OK: 'OKActions',
  INSUFFICIENT_DATA: 'InsufficientDataActions',
} as const satisfies Record<StateValue, keyof AlarmDefinition>;

/**
 * The CloudWatch alarms of the endpoint. Nothing evaluates them: a state stays until it is set again, where CloudWatch
 * takes one back within seconds that the metric does not justify.
 */
export class AlarmStore {
  readonly #alarms = new Map<string, Alarm>();
  readonly #topics: TopicStore;
  readonly #nowMs: () => number;

  /** @param topics where a change of state is announced */
  constructor(topics: TopicStore, nowMs: () => number) {
    this.#topics = topics;
    this.#nowMs = nowMs;
  }

  /** Adds an alarm, or replaces one that is there; no action is taken. */
  put(definition: AlarmDefinition): void {
    const nowMs = this.#nowMs();
    this.#alarms.set(definition.AlarmName, {
      arn: localArn('cloudwatch', `alarm:${definition.AlarmName}`),
      definition,
      configuredAtMs: nowMs,
      stateUpdatedAtMs: nowMs,
    });
  }

  /** All alarms, by name. */
  all(): readonly Alarm[] {
    return [...this.#alarms.values()].sort((one, other) =>
      one.definition.AlarmName < other.definition.AlarmName ? -1 : 1,
    );
  }

  /**
   * Sets a state. Where it differs from the one before, the actions of the new state are taken (Amazon CloudWatch API
   * reference, SetAlarmState); before anything is changed it is checked that each can be.
   * @throws AwsError ResourceNotFound; NotImplemented for an action that is no topic of this endpoint
   */
  setState(alarmName: string, change: StateChange): void {
    const before = this.#alarms.get(alarmName);
    if (before === undefined) throw new AwsError(404, 'ResourceNotFound', 'Unknown alarm');
    const { definition } = before;
    const after: Alarm = {
      ...before,
      definition: { ...definition, ...change },
      stateUpdatedAtMs: this.#nowMs(),
    };
    const isAnnounced = definition.StateValue !== change.StateValue && (definition.ActionsEnabled ?? true);
    const actions = isAnnounced ? (definition[ACTIONS[change.StateValue]] ?? []) : [];
    const foreign = actions.find((action) => !this.#topics.has(action));
    if (foreign !== undefined) throw notImplemented(`the alarm action '${foreign}', which is no topic here`);
    this.#alarms.set(alarmName, after);
    const notification = alarmNotification(after, definition.StateValue);
    for (const topicArn of actions) this.#topics.publish(topicArn, notification);
  }
}

/** Longest subject that SNS takes (Amazon SNS API reference, Publish). */
const MAX_SUBJECT_LENGTH = 100;

/**
 * What CloudWatch publishes when an alarm has changed its state (Amazon CloudWatch user guide, "Notifying users on alarm
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

/** As in `2026-11-22T12:00:00.000+0000`. */
function timestamp(epochMs: number): string {
  return new Date(epochMs).toISOString().replace('Z', '+0000');
}
