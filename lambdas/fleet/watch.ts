import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { SNSClient } from '@aws-sdk/client-sns';
import { PublishCommand } from '@aws-sdk/client-sns';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { FleetSource } from '../contract/deployment/fleet';
import type { Feed } from '../contract/feed/feed';
import { CHECKPOINT_KEY } from '../contract/storage/checkpoint-table';
import { FleetItem } from '../contract/storage/fleet-table';
import { FLEET_ALARM_KINDS } from '../contract/telemetry/alarms';
import { deploymentOf } from '../contract/telemetry/metrics';
import { affectedBy, readStatuses } from '../shared/fleet-sources';
import { putSourcesAffected } from '../shared/metric-data';
import { packed, readItems, unpacked } from '../shared/table-items';
import type { WatchSettings } from '../shared/watch-settings';
import type { Affected } from './message';
import { changeMessage, NOBODY_AFFECTED } from './message';

interface Clients {
  readonly dynamoDb: DynamoDBClient;
  readonly cloudWatch: CloudWatchClient;
  readonly sns: SNSClient;
}

interface Watched {
  readonly feed: Pick<Feed, 'shortName'>;
  readonly sources: readonly FleetSource[];
  readonly nowMs: number;
}

/**
 * Counts the sources that each kind of alarm is about, and tells which have come to be. What was told is remembered
 * afterwards: after a death between the two a message may come twice, and none is lost.
 * @throws what AWS refused
 */
export async function watch(clients: Clients, settings: WatchSettings, watched: Watched): Promise<void> {
  const { dynamoDb, sns } = clients;
  const { deploymentName, checkpointTable: table, alarmTopicArn } = settings;
  const affected = await readAffected(dynamoDb, table, watched);
  await putSourcesAffected(clients.cloudWatch, deploymentOf(deploymentName), {
    atMs: watched.nowMs,
    counts: FLEET_ALARM_KINDS.map((kind) => [kind, affected[kind].length]),
  });
  const told = await readTold(dynamoDb, table);
  const message = changeMessage(deploymentName, { told, affected });
  if (message !== undefined) {
    const { subject: Subject, text: Message } = message;
    await sns.send(new PublishCommand({ TopicArn: alarmTopicArn, Subject, Message }));
  }
  if (JSON.stringify(affected) === JSON.stringify(told)) return;
  const Item = marshall({ [CHECKPOINT_KEY]: FleetItem.Told, ...packed(affected) });
  await dynamoDb.send(new PutItemCommand({ TableName: table, Item }));
}

async function readAffected(
  client: DynamoDBClient,
  table: string,
  { feed, sources, nowMs }: Watched,
): Promise<Affected> {
  const sourceIds = sources.map(({ sourceId }) => sourceId);
  const statuses = await readStatuses(client, table, { feed, sourceIds });
  const kinds = sources.map((source) => ({
    sourceId: source.sourceId,
    kinds: affectedBy(source, statuses.get(source.sourceId) ?? {}, nowMs),
  }));
  const idsOf = FLEET_ALARM_KINDS.map((kind) => [
    kind,
    kinds.filter((one) => one.kinds.includes(kind)).map(({ sourceId }) => sourceId),
  ]);
  return Object.fromEntries(idsOf) as Affected;
}

async function readTold(client: DynamoDBClient, table: string): Promise<Affected> {
  const items = await readItems<object>(client, { table, ids: [FleetItem.Told] });
  const item = items.get(FleetItem.Told);
  return item === undefined ? NOBODY_AFFECTED : (unpacked(item) as Affected);
}
