import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Construct } from 'constructs';
import type { AlarmKind } from '../../../lambdas/contract/telemetry/alarms';
import { AlarmLimit, ALARMS } from '../../../lambdas/contract/telemetry/alarms';
import type { Notifications } from './notifications';

const MINUTE_S = 60;
const HOUR_S = 3_600;
const DAY_S = 24 * HOUR_S;

/** Longest windows by period length (Amazon CloudWatch API reference, PutMetricAlarm, EvaluationPeriods). */
const LONGEST_WINDOW_S = { periodsBelowOneHour: DAY_S, periodsFromOneHour: 7 * DAY_S } as const;

export interface RunbookAlarmProps {
  readonly kind: AlarmKind;
  readonly name: string;
  /** Where the alarm tells that it fires, and a rule that it is over. @default - the alarm itself notifies nobody */
  readonly notifications?: Notifications;
  /** Address of the runbook. @default - that of the notifications */
  readonly runbookUrl?: string;
  /** Its period is the alarm's. */
  readonly metric: cloudwatch.Metric | cloudwatch.MathExpression;
  /** @default 1 - the newest period decides */
  readonly evaluationPeriods?: number;
  readonly comparison: cloudwatch.ComparisonOperator;
  /** In the unit of the metric. */
  readonly threshold: number;
  readonly treatMissingData: cloudwatch.TreatMissingData;
}

/**
 * An alarm with an entry in the runbook. Every period of its window has to breach: otherwise a window with one quiet
 * period in it would count as silent.
 */
export class RunbookAlarm extends cloudwatch.Alarm {
  /** `alarmName` as a text, not as a reference: other stacks may name the alarm without depending on its stack. */
  readonly fixedName: string;
  readonly kind: AlarmKind;

  /** @throws Error where CloudWatch would refuse the window */
  constructor(scope: Construct, props: RunbookAlarmProps) {
    const { kind, name, metric, evaluationPeriods = 1, notifications, runbookUrl } = props;
    assertEvaluable({ period: metric.period, evaluationPeriods }, `alarm ${name}`);
    super(scope, kind, {
      alarmName: name,
      alarmDescription: alarmDescription(kind, notifications ?? { runbookUrl }),
      metric,
      evaluationPeriods,
      datapointsToAlarm: evaluationPeriods,
      comparisonOperator: props.comparison,
      threshold: props.threshold,
      treatMissingData: props.treatMissingData,
    });
    this.fixedName = name;
    this.kind = kind;
    if (notifications !== undefined) this.addAlarmAction(new SnsAction(notifications.topic));
  }
}

/** The time range that an alarm evaluates: a number of periods, the newest of which ends now. */
export interface AlarmWindow {
  readonly period: Duration;
  readonly evaluationPeriods: number;
}

/**
 * Divides a length of time into periods. They are short, because an alarm is late by up to a period, and later still if
 * CloudWatch looks for points further back than the window. Above a day CloudWatch takes no period below an hour.
 * @param length is rounded up to whole periods
 * @throws Error if CloudWatch would refuse the window
 */
export function alarmWindow(length: Duration): AlarmWindow {
  const lengthS = length.toSeconds();
  const periodS = lengthS > DAY_S ? HOUR_S : lengthS % (5 * MINUTE_S) === 0 ? 5 * MINUTE_S : MINUTE_S;
  const window = { period: Duration.seconds(periodS), evaluationPeriods: Math.ceil(lengthS / periodS) };
  assertEvaluable(window, 'alarm window');
  return window;
}

const LONGEST_RUN = Duration.minutes(AlarmLimit.longestRunMinutes);

/** The time until a run reports, even if it takes as long as a run can. */
export function oneRun(scheduleMinutes: number): Duration {
  return LONGEST_RUN.plus(Duration.minutes(scheduleMinutes));
}

/** The time in which several runs start. */
export function missedRuns(scheduleMinutes: number): Duration {
  return Duration.minutes(AlarmLimit.missedRuns * scheduleMinutes);
}

/** Long enough for several runs to report, even if the first one takes as long as a run can. */
export function severalRuns(scheduleMinutes: number): Duration {
  return LONGEST_RUN.plus(missedRuns(scheduleMinutes));
}

/**
 * Refuses at synthesis what CloudWatch would refuse at deployment: aws-cdk-lib does not check it.
 * @param what is checked, for the message
 * @throws Error that says what was received and what CloudWatch takes
 */
export function assertEvaluable({ period, evaluationPeriods }: AlarmWindow, what: string): void {
  const periodS = period.toSeconds();
  const received = `${what}: ${evaluationPeriods} periods of ${periodS} s`;
  if (periodS <= 0 || periodS % MINUTE_S !== 0)
    throw new Error(`${received}; CloudWatch takes periods of whole minutes`);
  if (evaluationPeriods < 1) throw new Error(`${received}; CloudWatch takes one period at least`);
  const { periodsBelowOneHour, periodsFromOneHour } = LONGEST_WINDOW_S;
  const longestS = periodS < HOUR_S ? periodsBelowOneHour : periodsFromOneHour;
  if (periodS * evaluationPeriods > longestS)
    throw new Error(
      `${received} are ${periodS * evaluationPeriods} s; CloudWatch takes ${longestS} s at most with periods ${
        periodS < HOUR_S ? 'below' : 'from'
      } one hour`,
    );
}

/** Path of the runbook in this package: one `##` heading per entry. */
export const RUNBOOK_PATH = 'docs/runbook.md';

/** The alarm's description: what it means, what to begin with, where to read on, and whom it notifies. */
export function alarmDescription(
  kind: AlarmKind,
  { runbookUrl, endOfDescription = '' }: Partial<Pick<Notifications, 'runbookUrl' | 'endOfDescription'>> = {},
): string {
  return [
    ALARMS[kind],
    'Begin with `npx --no -- netskope-audit doctor`.',
    `Runbook: ${runbookUrl ?? RUNBOOK_PATH}#${kind}.`,
    endOfDescription,
  ]
    .join(' ')
    .trimEnd();
}
