import { PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import type { CloudWatchClient, MetricDatum } from '@aws-sdk/client-cloudwatch';
import { METRIC_DIMENSION, METRIC_NAMESPACE, Metric } from '../../contract/metrics';
import { MetricsError } from '../core/errors';
import type { Announcement, Clock, MetricSink } from '../core/ports';

/** Metrics by `PutMetricData`, one call an announcement: synchronous, so that a run knows whether they arrived. */
export class CloudWatchMetricSink implements MetricSink {
  constructor(
    private readonly client: CloudWatchClient,
    private readonly clock: Clock,
  ) {}

  async send(sourceId: string, announcement: Announcement): Promise<void> {
    const timestamp = new Date(this.clock.nowMs());
    const datum = ({ name, unit }: (typeof Metric)[keyof typeof Metric], value: number): MetricDatum => ({
      MetricName: name,
      Unit: unit,
      Value: value,
      Timestamp: timestamp,
      Dimensions: [{ Name: METRIC_DIMENSION, Value: sourceId }],
    });
    const data = valuesOf(announcement).map(([metric, value]) => datum(metric, value));
    try {
      await this.client.send(new PutMetricDataCommand({ Namespace: METRIC_NAMESPACE, MetricData: data }));
    } catch (cause) {
      throw new MetricsError(`CloudWatch refused ${data.length} metrics of source ${sourceId}`, { cause });
    }
  }
}

function valuesOf(announcement: Announcement): [(typeof Metric)[keyof typeof Metric], number][] {
  const { counts, lagS, tokenDaysLeft } = announcement;
  const values: [(typeof Metric)[keyof typeof Metric], number | undefined][] = [
    [Metric.EventsArchived, counts?.archived],
    [Metric.EventsQuarantined, counts?.quarantined === 0 ? undefined : counts?.quarantined],
    [Metric.EventsDrifted, counts?.drifted === 0 ? undefined : counts?.drifted],
    [Metric.LagSeconds, lagS],
    [Metric.TokenDaysLeft, tokenDaysLeft],
    [Metric.RunSucceeded, announcement.runSucceeded === true ? 1 : undefined],
    [Metric.CredentialsRefused, announcement.credentialsRefused === true ? 1 : undefined],
  ];
  return values.filter(
    (entry): entry is [(typeof Metric)[keyof typeof Metric], number] => entry[1] !== undefined,
  );
}
