import type { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { Metric } from '../../../lambdas/contract/telemetry/metrics';
import { METRIC_DIMENSION, METRIC_NAMESPACE } from '../../../lambdas/contract/telemetry/metrics';

export interface SourceMetricOptions {
  readonly sourceId: string;
  readonly statistic: 'Sum' | 'Minimum' | 'Maximum';
  readonly period: Duration;
}

/** A metric of one source, as the collector sends it. */
export function sourceMetric(metric: keyof typeof Metric, options: SourceMetricOptions): cloudwatch.Metric {
  const { sourceId, statistic, period } = options;
  return new cloudwatch.Metric({
    namespace: METRIC_NAMESPACE,
    metricName: metric,
    dimensionsMap: { [METRIC_DIMENSION]: sourceId },
    statistic,
    period,
  });
}

/**
 * The metric, and zero in every period without a point that lies after one with a point: silence counts, but only once
 * there was something to fall silent. Before the first point there is nothing, which an alarm that ignores missing data
 * waits out.
 *
 * REPEAT fills with the value before the gap, so that nothing is filled where none was; IF gives the metric, zero where
 * it has no point, and nothing where its condition has none (Amazon CloudWatch user guide, "Using metric math", table of
 * IF(metric1, metric2, scalar3)). One metric, so one alarm metric is billed. The newest point is the fill value until
 * the real one arrives, which delays an alarm's end by the time CloudWatch takes to publish a point.
 */
export function zeroOnceSilent(metric: cloudwatch.Metric): cloudwatch.MathExpression {
  return new cloudwatch.MathExpression({
    expression: 'IF(FILL(sent, REPEAT), sent, 0)',
    usingMetrics: { sent: metric },
    label: metric.metricName,
    period: metric.period,
  });
}

/** The metric, and where a period has no point the value before it: for a gauge that is sent less often than every period. */
export function lastKnown(metric: cloudwatch.Metric): cloudwatch.MathExpression {
  return new cloudwatch.MathExpression({
    expression: 'FILL(sent, REPEAT)',
    usingMetrics: { sent: metric },
    label: metric.metricName,
    period: metric.period,
  });
}
