import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ConfigError } from './errors';
import { readSourceList } from './fleet-sources';

/**
 * The ids of the sources in the schedule's input; of a fleet none.
 * @throws ConfigError if something else invoked the function
 */
export function parseWatchedSources(event: unknown): readonly string[] | 'fleet' {
  const { sourceIds, fleet } = (event ?? {}) as { readonly sourceIds?: unknown; readonly fleet?: unknown };
  if (fleet === true) return 'fleet';
  if (Array.isArray(sourceIds) && sourceIds.every((id) => typeof id === 'string')) return sourceIds;
  throw new ConfigError(['input has no sourceIds; expected a list of source ids']);
}

/** The sources of a fleet, which its table lists. @throws what the SDK throws */
export async function sourceIdsOfFleet(client: DynamoDBClient, table: string): Promise<readonly string[]> {
  return (await readSourceList(client, table)).sources.map(({ sourceId }) => sourceId);
}
