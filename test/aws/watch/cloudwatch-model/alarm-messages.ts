import type { DeployedTemplate } from '../../deployed-template';
import type { AlarmProperties, AlarmState } from './alarm-definition';
import type { Transition } from './alarm-replay';
import type { BusEvent } from './event-rule';
import { eventRules, fits, transformed } from './event-rule';

/** What the subscribers of a topic receive. */
export interface AlarmMessage {
  /** ARN. */
  readonly topic: string;
  readonly text: string;
}

const ACTIONS = {
  ALARM: 'AlarmActions',
  OK: 'OKActions',
  INSUFFICIENT_DATA: 'InsufficientDataActions',
} as const satisfies Record<AlarmState, keyof AlarmProperties>;

/**
 * The messages sent when an alarm changes its state: by the alarm's action for its new state, whatever the old one was
 * (Amazon CloudWatch user guide, "Alarm actions"), and by the rules that match the event of the change.
 */
export function messagesOf(
  template: Pick<DeployedTemplate, 'ofType'>,
  alarmName: string,
  change: Transition,
): AlarmMessage[] {
  const alarm = template
    .ofType('AWS::CloudWatch::Alarm')
    .map(([, properties]) => properties as unknown as AlarmProperties)
    .find(({ AlarmName }) => AlarmName === alarmName);
  if (alarm === undefined) throw new Error(`the template has no alarm ${alarmName}`);
  const event = stateChange(alarm, change);
  const own = (alarm[ACTIONS[change.to]] ?? []).map((topic) => ({
    topic: topic as string,
    text: `${change.to}: ${alarmName}`,
  }));
  const byRules = eventRules(template)
    .filter(({ State, EventPattern }) => State === 'ENABLED' && fits(EventPattern, event))
    .flatMap(({ Targets }) =>
      Targets.map((target) => ({ topic: target.Arn, text: transformed(target, event) })),
    );
  return [...own, ...byRules];
}

/** The event, reduced to what the rules here read (Amazon CloudWatch user guide, "Alarm events and EventBridge"). */
function stateChange(
  { AlarmName, AlarmDescription }: AlarmProperties,
  { from, to, atS }: Transition,
): BusEvent {
  return {
    source: 'aws.cloudwatch',
    'detail-type': 'CloudWatch Alarm State Change',
    time: new Date(atS * 1000).toISOString().replace('.000Z', 'Z'),
    detail: {
      alarmName: AlarmName,
      configuration: { description: AlarmDescription },
      state: { value: to, reason: 'Threshold Crossed: the reason that CloudWatch gives.' },
      previousState: { value: from, reason: 'Threshold Crossed: what it gave before.' },
    },
  };
}
