import { Duration } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { FULL_WIDTH, graph, sourceLines } from './graph';
import type { SourceConfig } from './source-config';

/** What a dashboard shows of detection. */
export interface ShownDetection {
  readonly detector: lambda.IFunction;
  /** What waits for it. */
  readonly queue: sqs.IQueue;
}

const THIRD_WIDTH = FULL_WIDTH / 3;

/** A row of a dashboard: what was raised, what the settings kept from being raised, and how late detection is. */
export function detectionGraphs(
  sources: readonly SourceConfig[],
  { queue }: ShownDetection,
): cloudwatch.IWidget[] {
  const perHour = { statistic: 'Sum', period: Duration.hours(1) } as const;
  return [
    graph('Alerts raised per hour', THIRD_WIDTH, {
      left: sourceLines('AlertsRaised', sources, perHour),
      leftYAxis: { min: 0, label: 'alerts', showUnits: false },
    }),
    graph('Events excluded from rules per hour', THIRD_WIDTH, {
      left: sourceLines('EventsExcluded', sources, perHour),
      leftYAxis: { min: 0, label: 'events', showUnits: false },
    }),
    graph('Longest wait for detection', THIRD_WIDTH, {
      left: [
        queue.metricApproximateAgeOfOldestMessage({
          statistic: 'Maximum',
          label: 'oldest object',
          period: Duration.minutes(5),
        }),
      ],
      leftYAxis: { min: 0, label: 'seconds', showUnits: false },
    }),
  ];
}
