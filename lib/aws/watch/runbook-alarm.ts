import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { AlarmKind } from '../../../lambdas/contract/telemetry/alarms';
import { ALARMS, runbookHeading } from '../../../lambdas/contract/telemetry/alarms';

const MINUTE_S = 60;
const HOUR_S = 3_600;
const DAY_S = 24 * HOUR_S;

/** Longest windows by period length (Amazon CloudWatch API reference, PutMetricAlarm, EvaluationPeriods). */
const LONGEST_WINDOW_S = { periodsBelowOneHour: DAY_S, periodsFromOneHour: 7 * DAY_S } as const;

export interface RunbookAlarmProps {
  readonly kind: AlarmKind;
  readonly name: string;
  /** Is notified when the alarm fires. */
  readonly topic: sns.ITopic;
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
  /** @throws Error where CloudWatch would refuse the window */
  constructor(scope: Construct, props: RunbookAlarmProps) {
    const { kind, name, metric, evaluationPeriods = 1 } = props;
    assertEvaluable({ period: metric.period, evaluationPeriods }, `alarm ${name}`);
    super(scope, kind, {
      alarmName: name,
      alarmDescription: alarmDescription(kind),
      metric,
      evaluationPeriods,
      datapointsToAlarm: evaluationPeriods,
      comparisonOperator: props.comparison,
      threshold: props.threshold,
      treatMissingData: props.treatMissingData,
    });
    this.addAlarmAction(new SnsAction(props.topic));
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

/** Path of the runbook in this repository: one `##` heading per entry. */
export const RUNBOOK_PATH = 'docs/runbook.md';

/** The alarm's description: what it means, and where to read on. */
export function alarmDescription(kind: AlarmKind): string {
  const heading = runbookHeading(kind);
  return `${ALARMS[kind]} Runbook: ${RUNBOOK_PATH}#${heading}, also at the foot of the dashboard if there is one.`;
}

/**
 * The entries of the runbook.
 * @returns Markdown by heading, in the order of the file, without the heading itself
 */
export function runbookTexts(): ReadonlyMap<string, string> {
  const [, ...sections] = readFileSync(join(__dirname, '../../..', RUNBOOK_PATH), 'utf8').split(/^## /m);
  return new Map(
    sections.map((section) => {
      const endOfHeading = section.indexOf('\n');
      return [section.slice(0, endOfHeading).trim(), section.slice(endOfHeading).trim()];
    }),
  );
}
