import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { SourceSettings } from '../settings/deployment-schema';
import type { SourceMetricOptions } from './source-metric';
import { sourceMetric } from './source-metric';

/** A dashboard is this many columns wide (Amazon CloudWatch API reference, "Dashboard body structure and syntax"). */
export const FULL_WIDTH = 24;
const GRAPH_HEIGHT = 7;

/**
 * A graph of a dashboard.
 * @param width in columns, of FULL_WIDTH
 */
export function graph(title: string, width: number, props: cloudwatch.GraphWidgetProps): cloudwatch.IWidget {
  return new cloudwatch.GraphWidget({ ...props, title, width, height: GRAPH_HEIGHT });
}

export interface SourceLinesOptions extends Omit<SourceMetricOptions, 'sourceId'> {
  /** What precedes the source id in the name of its line. @default - nothing */
  readonly prefix?: string;
}

/** One line per source. */
export function sourceLines(
  metric: Parameters<typeof sourceMetric>[0],
  sources: readonly SourceSettings[],
  { prefix = '', ...options }: SourceLinesOptions,
): cloudwatch.IMetric[] {
  return sources.map(({ id }) =>
    sourceMetric(metric, { ...options, sourceId: id }).with({ label: `${prefix}${id}` }),
  );
}
