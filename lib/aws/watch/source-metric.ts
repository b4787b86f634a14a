import type { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmKind } from '../../../lambdas/contract/telemetry/alarms';
import type { Metric } from '../../../lambdas/contract/telemetry/metrics';
import {
  affectedDimensions,
  deploymentOf,
  METRIC_NAMESPACE,
  metricDimensions,
  SourcesAffected,
} from '../../../lambdas/contract/telemetry/metrics';
import type { SourceSettings } from '../deployment-schema';

interface SourceMetricOptions {
  readonly sourceId: string;
  readonly deploymentName: string;
  readonly statistic: 'Sum' | 'SampleCount' | 'Minimum' | 'Maximum';
  readonly period: Duration;
}

/** A metric of one source, as the functions send it. */
export function sourceMetric(metric: keyof typeof Metric, options: SourceMetricOptions): cloudwatch.Metric {
  const { sourceId, deploymentName, statistic, period } = options;
  return new cloudwatch.Metric({
    namespace: METRIC_NAMESPACE,
    metricName: metric,
    dimensionsMap: metricDimensions(sourceId, deploymentOf(deploymentName)),
    statistic,
    period,
  });
}

/** How many sources an alarm is about that the deployment has once. */
export function sourcesAffected(
  kind: AlarmKind,
  { deploymentName, period }: { readonly deploymentName: string; readonly period: Duration },
): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: METRIC_NAMESPACE,
    metricName: SourcesAffected.name,
    dimensionsMap: affectedDimensions(kind, deploymentOf(deploymentName)),
    statistic: 'Maximum',
    period,
  });
}

/** One line per source. */
export function sourceLines(
  metric: Parameters<typeof sourceMetric>[0],
  sources: readonly SourceSettings[],
  options: Omit<SourceMetricOptions, 'sourceId'>,
): cloudwatch.IMetric[] {
  return sources.map(({ id }) => sourceMetric(metric, { ...options, sourceId: id }).with({ label: id }));
}

/**
 * The metric, with zero in every period without a point that comes after one with a point. So silence counts, but only
 * after there was data. Before the first point there is no data, which an alarm that ignores missing data waits out.
 *
 * REPEAT fills with the value before the gap, so nothing is filled before the first point. IF gives the metric, zero if
 * it has no point, and nothing if its condition has none (Amazon CloudWatch user guide, "Using metric math", table of
 * IF(metric1, metric2, scalar3)). It is one metric, so one alarm metric is billed. The newest point is the fill value
 * until the real one arrives, which delays an alarm's end by the time CloudWatch takes to publish a point.
 */
export function zeroOnceSilent(metric: cloudwatch.Metric): cloudwatch.MathExpression {
  return new cloudwatch.MathExpression({
    expression: 'IF(FILL(sent, REPEAT), sent, 0)',
    usingMetrics: { sent: metric },
    label: metric.metricName,
    period: metric.period,
  });
}

/** The metric, with gaps filled with the value before: for a gauge that is not sent in every period. */
export function lastKnown(metric: cloudwatch.Metric): cloudwatch.MathExpression {
  return new cloudwatch.MathExpression({
    expression: 'FILL(sent, REPEAT)',
    usingMetrics: { sent: metric },
    label: metric.metricName,
    period: metric.period,
  });
}
