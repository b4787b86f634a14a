import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { Metric } from '../../contract/telemetry/metrics';
import { MetricsError } from '../../shared/errors';
import type { MetricValue } from '../../shared/metric-data';
import { putMetricData } from '../../shared/metric-data';
import type { Announcement, Clock, MetricSink } from '../core/ports';

/** Sends each announcement as CloudWatch metrics, in one call. */
export class CloudWatchMetricSink implements MetricSink {
  constructor(
    private readonly client: CloudWatchClient,
    private readonly clock: Clock,
    /** What metrics call the deployment. @default - it has the default stack name */
    private readonly deployment?: string,
  ) {}

  async send(sourceId: string, announcement: Announcement): Promise<void> {
    const origin = { sourceId, deployment: this.deployment };
    const values = valuesOf(announcement);
    try {
      await putMetricData(this.client, origin, { atMs: this.clock.nowMs(), values });
    } catch (cause) {
      throw new MetricsError(`CloudWatch refused ${values.length} metrics of source ${sourceId}`, { cause });
    }
  }
}

function valuesOf(announcement: Announcement): MetricValue[] {
  const { counts, credentialsRefused, lagS, tokenDaysLeft } = announcement;
  const values: [MetricValue[0], number | undefined][] = [
    [Metric.EventsArchived, counts?.archived],
    [Metric.EventsQuarantined, unlessZero(counts?.quarantined)],
    [Metric.EventsDrifted, unlessZero(counts?.drifted)],
    [Metric.EventEditions, unlessZero(counts?.editions)],
    [Metric.EventsConflicting, unlessZero(counts?.conflicting)],
    [Metric.EventsRecovered, announcement.recovered],
    [Metric.LagSeconds, lagS],
    [Metric.TokenDaysLeft, tokenDaysLeft],
    [Metric.CredentialsRefused, credentialsRefused === undefined ? undefined : Number(credentialsRefused)],
  ];
  return values.filter((entry): entry is [MetricValue[0], number] => entry[1] !== undefined);
}

function unlessZero(count: number | undefined): number | undefined {
  return count === 0 ? undefined : count;
}
