import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { FleetSource } from '../../lambdas/contract/deployment/fleet';
import type { SourceStatus } from '../../lambdas/contract/storage/fleet-table';
import { packed } from '../../lambdas/shared/table-items';
import { LOCAL_CHECKPOINT_TABLE } from '../../lib/local/local-deployment';

/** Source `corp` with the defaults, or a part of them replaced. */
export function fleetSource(different: Partial<FleetSource> = {}): FleetSource {
  const { sourceId = 'corp' } = different;
  return {
    sourceId,
    label: sourceId,
    startLookbackHours: 24,
    scheduleMinutes: 6,
    dailyRecheck: true,
    addedAtMs: 1_795_000_000_000,
    noDataWindowMinutes: 1_440,
    ...different,
  };
}

/** Puts the list of sources as `netskope-audit sources add` does. */
export async function putSources(client: DynamoDBClient, sources: readonly FleetSource[]): Promise<void> {
  const Item = marshall({ streamId: '#sources', version: 1, ...packed(sources) });
  await client.send(new PutItemCommand({ TableName: LOCAL_CHECKPOINT_TABLE, Item }));
}

/** Puts what the runs of a source have reported. */
export async function putStatus(
  client: DynamoDBClient,
  sourceId: string,
  status: SourceStatus,
): Promise<void> {
  const Item = marshall({ streamId: `${sourceId}#audit#status`, ...status });
  await client.send(new PutItemCommand({ TableName: LOCAL_CHECKPOINT_TABLE, Item }));
}
