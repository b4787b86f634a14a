import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type { SourceSettings } from '../../../../lib/aws/deployment-schema';
import {
  CollectorAlarms,
  DetectorAlarms,
  VerificationAlarm,
} from '../../../../lib/aws/watch/deployment-alarms';
import { AlarmRules, Notifications } from '../../../../lib/aws/watch/notifications';
import { SourceAlarms } from '../../../../lib/aws/watch/source-alarms';
import { DeployedTemplate } from '../../deployed-template';
import type { StackTemplate } from '../../synthesized-app';
import type { AlarmDefinition } from './alarm-definition';
import { alarmDefinition, alarmProperties } from './alarm-definition';
import { messagesOf } from './alarm-messages';
import type { MetricPoint, Transition } from './alarm-replay';
import { replayAlarm } from './alarm-replay';
import type { Span } from './timelines';
import { DEPLOYED_AT_S, sourceTimeline } from './timelines';

/** A source with the settings of a fresh clone. */
export const DEFAULT_SOURCE: SourceSettings = {
  id: 'netskope',
  label: 'Netskope',
  scheduleMinutes: 5,
  startLookbackHours: 24,
  dailyRecheck: true,
  noDataAlarm: true,
  noDataWindowMinutes: 1_440,
  alarmEmails: [],
  retired: false,
};

/** A stack `audit` with every alarm: of a source, `collector` and `detector`, queues `undelivered`, `undetected` and `objects`. */
export function alarmStack(source: Partial<SourceSettings> = {}, { hasDetection = true } = {}): Stack {
  const stack = new Stack(new App(), 'audit');
  const watched = { ...DEFAULT_SOURCE, ...source };
  const functionNamed = (name: string): lambda.IFunction =>
    lambda.Function.fromFunctionArn(stack, name, `arn:aws:lambda:eu-west-1:111122223333:function:${name}`);
  const queueNamed = (name: string): sqs.IQueue =>
    sqs.Queue.fromQueueArn(stack, name, `arn:aws:sqs:eu-west-1:111122223333:${name}`);
  const messages = new AlarmRules(stack, 'Recoveries', queueNamed('recoveries'));
  const notifications = new Notifications(stack, 'Notifications', { emails: [], messages });
  new SourceAlarms(stack, 'SourceAlarms', {
    source: watched,
    deploymentName: 'NetskopeAudit',
    hasDetection,
    notifications,
  });
  new CollectorAlarms(stack, 'CollectorAlarms', {
    function: functionNamed('collector'),
    scheduleMinutes: watched.scheduleMinutes,
    deadLetters: [queueNamed('undelivered'), queueNamed('undetected')],
    notifications,
    messages,
  });
  new DetectorAlarms(stack, 'DetectorAlarms', {
    function: functionNamed('detector'),
    queue: queueNamed('objects'),
    notifications,
  });
  new VerificationAlarm(stack, 'VerificationAlarm', { notifications });
  return stack;
}

interface Timeline {
  /** What differs from DEFAULT_SOURCE. */
  readonly source?: Partial<SourceSettings>;
  readonly spans: readonly Span[];
  /** Points besides those of the source's runs, in order of time. @default - none */
  readonly morePoints?: readonly MetricPoint[];
  /** @default 2 - as in AWS's example */
  readonly surplusPeriods?: number;
  /** The alarms to replay instead of the template's. @default - all of the template */
  readonly alarms?: readonly AlarmDefinition[];
}

/** A change of an alarm's state, with the time since the deployment: `25:58 no-data ALARM`. */
interface TimedChange {
  readonly text: string;
  readonly alarmName: string;
  readonly transition: Transition;
}

/** Replays the alarms of the synthesized template over a timeline. */
export function changes({
  source,
  spans,
  morePoints = [],
  surplusPeriods = 2,
  alarms,
}: Timeline): TimedChange[] {
  const { scheduleMinutes } = { ...DEFAULT_SOURCE, ...source };
  const points = [...sourceTimeline(scheduleMinutes, spans), ...morePoints].sort(
    (left, right) => left.timeS - right.timeS,
  );
  const toS = DEPLOYED_AT_S + (spans.at(-1)?.untilH ?? 0) * 3_600;
  return (alarms ?? templateAlarms(source))
    .flatMap((alarm) =>
      replayAlarm(alarm, points, { fromS: DEPLOYED_AT_S, toS, surplusPeriods }).map((transition) => ({
        transition,
        alarmName: alarm.name,
        text: `${sinceDeployment(transition.atS)} ${kindOf(alarm)} ${transition.to}`,
      })),
    )
    .sort((left, right) => left.transition.atS - right.transition.atS);
}

/**
 * When each alarm began to fire and when it ended: the messages that subscribers receive, sent by the actions and the
 * rules of the template.
 */
export function fires(timeline: Timeline): string[] {
  const { Resources } = Template.fromStack(alarmStack(timeline.source)).toJSON() as StackTemplate;
  const template = new DeployedTemplate({ Resources });
  return changes(timeline).flatMap(({ alarmName, transition }) =>
    messagesOf(template, alarmName, transition).map(
      ({ text }) => `${sinceDeployment(transition.atS)} ${inShort(text)}`,
    ),
  );
}

/** Kind of the alarm and its new state, read from the beginning of a message. */
function inShort(message: string): string {
  const [, state = '', name = ''] = /^"?([A-Z_]+): (\S+)/.exec(message) ?? [];
  return `${kindOf({ name })} ${state}`;
}

/** The alarms of the template, by definition; `kind` selects one. */
export function templateAlarms(source?: Partial<SourceSettings>, kind?: string): AlarmDefinition[] {
  const alarms = alarmProperties(alarmStack(source)).map(alarmDefinition);
  return kind === undefined ? alarms : alarms.filter((alarm) => kindOf(alarm) === kind);
}

function kindOf({ name }: Pick<AlarmDefinition, 'name'>): string {
  return name.replace(/^audit-(?:netskope-)?/, '');
}

function sinceDeployment(atS: number): string {
  const minutes = Math.round((atS - DEPLOYED_AT_S) / 60);
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
}
