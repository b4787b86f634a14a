import { Duration } from 'aws-cdk-lib';

/** The time range that an alarm evaluates: a number of periods, the newest of which ends now. */
export interface AlarmWindow {
  readonly period: Duration;
  readonly evaluationPeriods: number;
}

const MINUTE_S = 60;
const HOUR_S = 3_600;
const DAY_S = 24 * HOUR_S;
/** Longest windows by period length (Amazon CloudWatch API reference, PutMetricAlarm, EvaluationPeriods). */
const LONGEST_WINDOW_S = { periodsBelowOneHour: DAY_S, periodsFromOneHour: 7 * DAY_S } as const;

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
