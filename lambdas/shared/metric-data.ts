import type { CloudWatchClient, MetricDatum } from '@aws-sdk/client-cloudwatch';
import { PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import type { AlarmKind } from '../contract/telemetry/alarms';
import type { METRICS } from '../contract/telemetry/metrics';
import {
  affectedDimensions,
  METRIC_NAMESPACE,
  metricDimensions,
  SourcesAffected,
} from '../contract/telemetry/metrics';

/** One metric, and its value in the metric's unit. */
export type MetricValue = readonly [metric: (typeof METRICS)[number], value: number];

/** Whose metrics they are. */
interface MetricOrigin {
  readonly sourceId: string;
  /** What metrics call the deployment. @default - it has the default stack name */
  readonly deployment?: string;
}

/**
 * Sends metrics of one source in one `PutMetricData` call and waits for it, so the caller knows whether they arrived.
 * @throws what the SDK throws
 */
export async function putMetricData(
  client: CloudWatchClient,
  { sourceId, deployment }: MetricOrigin,
  { atMs, values }: { readonly atMs: number; readonly values: readonly MetricValue[] },
): Promise<void> {
  await send(
    client,
    values.map(([metric, value]) => datumOf(metric, value, atMs, metricDimensions(sourceId, deployment))),
  );
}

/**
 * Sends how many sources each kind of alarm is about, in one call.
 * @throws what the SDK throws
 */
export async function putSourcesAffected(
  client: CloudWatchClient,
  deployment: string | undefined,
  { atMs, counts }: { readonly atMs: number; readonly counts: readonly (readonly [AlarmKind, number])[] },
): Promise<void> {
  await send(
    client,
    counts.map(([kind, count]) =>
      datumOf(SourcesAffected, count, atMs, affectedDimensions(kind, deployment)),
    ),
  );
}

function datumOf(
  { name, unit }: Pick<MetricValue[0] | typeof SourcesAffected, 'name' | 'unit'>,
  value: number,
  atMs: number,
  dimensions: Readonly<Record<string, string>>,
): MetricDatum {
  return {
    MetricName: name,
    Unit: unit,
    Value: value,
    Timestamp: new Date(atMs),
    Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
  };
}

async function send(client: CloudWatchClient, MetricData: MetricDatum[]): Promise<void> {
  await client.send(new PutMetricDataCommand({ Namespace: METRIC_NAMESPACE, MetricData }));
}
