import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import type { METRICS } from '../contract/telemetry/metrics';
import { METRIC_NAMESPACE, metricDimensions } from '../contract/telemetry/metrics';

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
  const timestamp = new Date(atMs);
  const dimensions = Object.entries(metricDimensions(sourceId, deployment));
  await client.send(
    new PutMetricDataCommand({
      Namespace: METRIC_NAMESPACE,
      MetricData: values.map(([{ name, unit }, value]) => ({
        MetricName: name,
        Unit: unit,
        Value: value,
        Timestamp: timestamp,
        Dimensions: dimensions.map(([Name, Value]) => ({ Name, Value })),
      })),
    }),
  );
}
