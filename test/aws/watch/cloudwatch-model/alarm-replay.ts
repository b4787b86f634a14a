import type { AlarmDefinition, AlarmState, WatchedMetric } from './alarm-definition';
import { alarmState, COMPARISONS } from './alarm-definition';
import type { Series } from './metric-math';
import { readExpression } from './metric-math';

/** One data point as PutMetricData received it. */
export interface MetricPoint {
  /** As `metricIdentity` writes it. */
  readonly identity: string;
  /** Seconds since 1970. */
  readonly timeS: number;
  readonly value: number;
}

interface ReplayOptions {
  /** When the alarm is created, seconds since 1970, a whole minute. */
  readonly fromS: number;
  readonly toS: number;
  /**
   * Periods that are retrieved beyond N. The number is not published ("How alarm state is evaluated when data is
   * missing" says that more are retrieved; its example retrieves two more).
   */
  readonly surplusPeriods: number;
}

export interface Transition {
  readonly atS: number;
  readonly from: AlarmState;
  readonly to: AlarmState;
}

/** Time until a point can be read: up to two minutes (Amazon CloudWatch user guide, "Publish custom metrics"). */
const PUBLISHING_DELAY_S = 120;
const DAY_S = 86_400;
const HOUR_S = 3_600;
/** Multi-day alarms are evaluated once an hour, in the guide's example at three minutes past. */
const MULTI_DAY_OFFSET_S = 180;

/**
 * Replays an alarm over metric points and returns its state changes. It follows Amazon CloudWatch user guide, "Alarm
 * evaluation": INSUFFICIENT_DATA at first, then evaluated each minute over periods that end now; alarms over more than
 * a day once an hour, over periods that end with the hour.
 *
 * Simplified: every point takes the same time to appear; evaluations are on whole minutes; periods slide by the minute.
 * @param points oldest first
 */
export function replayAlarm(
  alarm: AlarmDefinition,
  points: readonly MetricPoint[],
  { fromS, toS, surplusPeriods }: ReplayOptions,
): Transition[] {
  const isMultiDay = alarm.periodS * alarm.evaluationPeriods > DAY_S;
  const stepS = isMultiDay ? HOUR_S : 60;
  const firstS = isMultiDay ? Math.ceil(fromS / HOUR_S) * HOUR_S + MULTI_DAY_OFFSET_S : fromS + 60;
  const pointsOf = Object.entries(alarm.metrics).map(
    ([id, metric]) => [id, metric, points.filter(({ identity }) => identity === metric.identity)] as const,
  );
  const compute = readExpression(alarm.expression);
  const transitions: Transition[] = [];
  let state: AlarmState = 'INSUFFICIENT_DATA';
  for (let nowS = firstS; nowS <= toS; nowS += stepS) {
    const endS = isMultiDay ? Math.floor(nowS / HOUR_S) * HOUR_S : nowS;
    const range = { endS, periodS: alarm.periodS, periods: alarm.evaluationPeriods + surplusPeriods };
    const series = pointsOf.map(([id, metric, own]) => [
      id,
      aggregate(metric, retrieved(own, nowS, range), range),
    ]);
    const values = compute(Object.fromEntries(series) as Record<string, Series>);
    const breaches = values.map((value) =>
      value === undefined ? undefined : COMPARISONS[alarm.comparison](value, alarm.threshold),
    );
    const next = alarmState(breaches, alarm, state);
    if (next !== state) transitions.push({ atS: nowS, from: state, to: next });
    state = next;
  }
  return transitions;
}

interface RetrievedRange {
  /** The exclusive end of the newest period. */
  readonly endS: number;
  readonly periodS: number;
  readonly periods: number;
}

function startOf({ endS, periodS, periods }: RetrievedRange): number {
  return endS - periods * periodS;
}

/** The points of the range that can already be read. */
function retrieved(
  points: readonly MetricPoint[],
  nowS: number,
  range: RetrievedRange,
): readonly MetricPoint[] {
  const untilS = Math.min(range.endS, nowS - PUBLISHING_DELAY_S + 1);
  return points.slice(countBefore(points, startOf(range)), countBefore(points, untilS));
}

/** Uses binary search: a timeline has thousands of points and thousands of evaluations. */
function countBefore(points: readonly MetricPoint[], timeS: number): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.timeS ?? Infinity) < timeS) low = middle + 1;
    else high = middle;
  }
  return low;
}

function aggregate(
  { statistic }: WatchedMetric,
  points: readonly MetricPoint[],
  range: RetrievedRange,
): Series {
  const series = new Array<number | undefined>(range.periods).fill(undefined);
  for (const { timeS, value } of points) {
    const index = Math.floor((timeS - startOf(range)) / range.periodS);
    series[index] = STATISTICS[statistic](series[index], value);
  }
  return series;
}

const STATISTICS = {
  Sum: (before: number | undefined, value: number) => (before ?? 0) + value,
  SampleCount: (before: number | undefined) => (before ?? 0) + 1,
  Minimum: (before: number | undefined, value: number) => Math.min(before ?? value, value),
  Maximum: (before: number | undefined, value: number) => Math.max(before ?? value, value),
} as const;
