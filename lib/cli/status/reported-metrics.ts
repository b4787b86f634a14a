import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { affectedBy, readStatuses, tokenDaysLeft } from '../../../lambdas/shared/fleet-sources';
import type { Deployment, SourceInStack } from '../deployment/deployment';
import type { SourceMetrics } from './source-metrics';
import { readSourceMetrics } from './source-metrics';

/** What the runs of these sources have reported, in the order given. */
export function readReportedMetrics(
  deployment: Deployment,
  sources: readonly SourceInStack[],
  nowMs: number,
): Promise<readonly SourceMetrics[]> {
  if (deployment.isFleet) return readFromTable(deployment, sources, nowMs);
  const { aws, name } = deployment;
  const sourceIds = sources.map(({ sourceId }) => sourceId);
  return readSourceMetrics(aws.client(CloudWatchClient), { name, sourceIds }, nowMs);
}

/** The runs of a fleet send no metrics. What they write in their place counts no events. */
async function readFromTable(
  { aws, feed, outputs }: Deployment,
  sources: readonly SourceInStack[],
  nowMs: number,
): Promise<readonly SourceMetrics[]> {
  const sourceIds = sources.map(({ sourceId }) => sourceId);
  const client = aws.client(DynamoDBClient);
  const statuses = await readStatuses(client, outputs.CheckpointTable, { feed, sourceIds });
  return sources.map(({ addedAtMs = 0, ...source }) => {
    const status = statuses.get(source.sourceId) ?? {};
    const { succeededAtMs, reportedAtMs, refusedAtMs } = status;
    return {
      succeededAtMs,
      reportedAtMs,
      refusedAtMs,
      tokenDaysLeft: tokenDaysLeft(status, nowMs),
      affectedBy: affectedBy({ ...source, addedAtMs }, status, nowMs),
    };
  });
}
