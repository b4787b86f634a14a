import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { Metric } from '../../contract/telemetry/metrics';
import { MetricsError } from '../../shared/errors';
import type { MetricValue } from '../../shared/metric-data';
import { putMetricData } from '../../shared/metric-data';
import type { DetectionCounts, MetricSink } from '../core/ports';

/** Sends the counts of detection as CloudWatch metrics. */
export class CloudWatchMetricSink implements MetricSink {
  constructor(
    private readonly client: CloudWatchClient,
    private readonly nowMs: () => number,
    /** What metrics call the deployment. @default - it has the default stack name */
    private readonly deployment?: string,
  ) {}

  async send(
    sourceId: string,
    { alertsRaised, eventsExcluded, eventsWithoutGroup }: DetectionCounts,
  ): Promise<void> {
    const all: readonly MetricValue[] = [
      [Metric.AlertsRaised, alertsRaised],
      [Metric.EventsExcluded, eventsExcluded],
      [Metric.EventsWithoutGroup, eventsWithoutGroup],
    ];
    const values = all.filter(([, value]) => value > 0);
    if (values.length === 0) return;
    const origin = { sourceId, deployment: this.deployment };
    try {
      await putMetricData(this.client, origin, { atMs: this.nowMs(), values });
    } catch (cause) {
      throw new MetricsError(`CloudWatch refused ${values.length} metrics of source ${sourceId}`, { cause });
    }
  }
}
