import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';

/** One metric that an alarm reads, by its whole identity: other dimensions mean another metric. */
export interface WatchedMetric {
  /** Namespace, name and dimensions, as `metricIdentity` writes them. */
  readonly identity: string;
  readonly statistic: 'Sum' | 'SampleCount' | 'Minimum' | 'Maximum';
}

/** An alarm as CloudFormation would create it. */
export interface AlarmDefinition extends Evaluation {
  readonly name: string;
  readonly periodS: number;
  readonly comparison: keyof typeof COMPARISONS;
  readonly threshold: number;
  readonly expression: string;
  /** By the ids that the expression uses. */
  readonly metrics: Readonly<Record<string, WatchedMetric>>;
}

/** The comparisons that CloudWatch has for a static threshold. */
export const COMPARISONS = {
  GreaterThanThreshold: (value: number, threshold: number) => value > threshold,
  GreaterThanOrEqualToThreshold: (value: number, threshold: number) => value >= threshold,
  LessThanThreshold: (value: number, threshold: number) => value < threshold,
  LessThanOrEqualToThreshold: (value: number, threshold: number) => value <= threshold,
} as const;

/** Properties of AWS::CloudWatch::Alarm (AWS CloudFormation template reference) that the model knows. */
export interface AlarmProperties {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly AlarmActions?: readonly unknown[];
  readonly OKActions?: readonly unknown[];
  readonly InsufficientDataActions?: readonly unknown[];
  readonly ComparisonOperator: keyof typeof COMPARISONS;
  readonly Threshold: number;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm: number;
  readonly TreatMissingData: MissingData;
  readonly Period?: number;
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly Statistic?: WatchedMetric['statistic'];
  readonly Dimensions?: readonly Dimension[];
  readonly Metrics?: readonly MetricQuery[];
}

interface Dimension {
  readonly Name: string;
  readonly Value: unknown;
}

interface MetricQuery {
  readonly Id: string;
  readonly Expression?: string;
  readonly MetricStat?: {
    readonly Metric: Pick<AlarmProperties, 'Namespace' | 'MetricName' | 'Dimensions'>;
    readonly Period: number;
    readonly Stat: WatchedMetric['statistic'];
  };
}

const KNOWN: Readonly<Record<keyof AlarmProperties, true>> = {
  AlarmName: true,
  AlarmDescription: true,
  AlarmActions: true,
  OKActions: true,
  InsufficientDataActions: true,
  ComparisonOperator: true,
  Threshold: true,
  EvaluationPeriods: true,
  DatapointsToAlarm: true,
  TreatMissingData: true,
  Period: true,
  Namespace: true,
  MetricName: true,
  Statistic: true,
  Dimensions: true,
  Metrics: true,
};

/** Every alarm of a synthesized stack, as in its template. @throws Error for a property that the model does not know */
export function alarmProperties(stack: Stack): AlarmProperties[] {
  const resources = Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm');
  return Object.values(resources).map((resource) => {
    const properties = (resource as { readonly Properties: AlarmProperties }).Properties;
    const unknown = Object.keys(properties).filter((name) => !(name in KNOWN));
    if (unknown.length > 0)
      throw new Error(`alarm ${properties.AlarmName}: the model does not know ${unknown.join(', ')}`);
    return properties;
  });
}

/** An alarm as the model evaluates it, from the properties in its template. */
export function alarmDefinition(properties: AlarmProperties): AlarmDefinition {
  return {
    name: properties.AlarmName,
    evaluationPeriods: properties.EvaluationPeriods,
    datapointsToAlarm: properties.DatapointsToAlarm,
    missing: properties.TreatMissingData,
    comparison: properties.ComparisonOperator,
    threshold: properties.Threshold,
    ...(properties.Metrics === undefined ? single(properties) : expression(properties.Metrics)),
  };
}

/** One text per metric: its namespace, its name and its whole set of dimensions. */
export function metricIdentity(namespace: string, name: string, dimensions: readonly Dimension[]): string {
  const sorted = [...dimensions].sort((left, right) => (left.Name < right.Name ? -1 : 1));
  return JSON.stringify([namespace, name, ...sorted.map(({ Name, Value }) => [Name, Value])]);
}

type Measured = Pick<AlarmDefinition, 'periodS' | 'expression' | 'metrics'>;

function single({ Period, Namespace, MetricName, Statistic, Dimensions }: AlarmProperties): Measured {
  if (!Period || !Namespace || !MetricName || !Statistic) throw new Error('alarm without metric');
  const identity = metricIdentity(Namespace, MetricName, Dimensions ?? []);
  return { periodS: Period, expression: 'metric', metrics: { metric: { identity, statistic: Statistic } } };
}

function expression(queries: readonly MetricQuery[]): Measured {
  const expressions = queries.flatMap(({ Expression }) => Expression ?? []);
  const stats = queries.flatMap(({ Id, MetricStat }) =>
    MetricStat === undefined ? [] : [{ Id, ...MetricStat }],
  );
  const [first] = stats;
  if (expressions[0] === undefined || expressions.length > 1 || first === undefined)
    throw new Error(`alarm with ${expressions.length} expressions over ${stats.length} metrics`);
  const metrics = stats.map(({ Id, Metric: { Namespace = '', MetricName = '', Dimensions = [] }, Stat }) => [
    Id,
    { identity: metricIdentity(Namespace, MetricName, Dimensions), statistic: Stat },
  ]);
  return {
    periodS: first.Period,
    expression: expressions[0],
    metrics: Object.fromEntries(metrics) as AlarmDefinition['metrics'],
  };
}

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export type MissingData = 'breaching' | 'notBreaching' | 'ignore' | 'missing';

/** How the points of an alarm are evaluated. */
interface Evaluation {
  /** N */
  readonly evaluationPeriods: number;
  /** M */
  readonly datapointsToAlarm: number;
  readonly missing: MissingData;
}

/**
 * The state after an evaluation (Amazon CloudWatch user guide, "Configuring how CloudWatch alarms treat missing data").
 * With enough real points, the newest N decide and the setting for missing data is not used. With fewer, every real
 * point of the evaluation range counts, and as few as possible are filled in.
 *
 * Simplified where the guide has no rule: with `missing`, a lone breaching point that is too young for the "premature
 * alarm" rule keeps the state; with `ignore`, too few breaching points keep it, as in the guide's table.
 * @param breaches of the evaluation range, oldest first; undefined if there is no point
 */
export function alarmState(
  breaches: readonly (boolean | undefined)[],
  { evaluationPeriods, datapointsToAlarm, missing }: Evaluation,
  current: AlarmState,
): AlarmState {
  const real = breaches.filter((breach) => breach !== undefined);
  const newest = real.slice(-evaluationPeriods);
  const breaching = newest.filter(Boolean).length;
  if (breaching >= datapointsToAlarm) return 'ALARM';
  if (newest.length === evaluationPeriods) return 'OK';
  const filled = evaluationPeriods - newest.length;
  switch (missing) {
    case 'breaching':
      return breaching + filled >= datapointsToAlarm ? 'ALARM' : 'OK';
    case 'notBreaching':
      return 'OK';
    case 'ignore':
      return newest.includes(false) ? 'OK' : current;
    case 'missing':
      if (newest.length === 0) return 'INSUFFICIENT_DATA';
      if (newest.includes(false)) return 'OK';
      return breaches.length - breaches.indexOf(true) >= datapointsToAlarm ? 'ALARM' : current;
  }
}
