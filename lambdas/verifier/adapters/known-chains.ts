import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Feed } from '../../contract/feed/feed';
import { alertFeed } from '../../contract/storage/archive-layout';
import type { Checkpoint } from '../../contract/storage/checkpoint-table';
import { liveStreamId } from '../../contract/storage/checkpoint-table';
import { FORMAT, Format } from '../../contract/storage/format';
import type { Verification } from '../../contract/storage/verification';
import { alertVerificationId, verificationId } from '../../contract/storage/verification';
import { alertChainHeads } from '../../shared/alert-chain-heads';
import { assertKnownFormat } from '../../shared/known-format';
import { readItems } from '../../shared/table-items';
import type { VerifiedChain } from '../core/verify-source';

/** A chain that has lines, and the key of what is known of its verification. */
export interface KnownChain extends VerifiedChain {
  readonly id: string;
}

interface Tables {
  /** Of the checkpoints. */
  readonly checkpoints: string;
  /** Of detection. @default - there is no detection, and no chain of alerts */
  readonly detection?: string;
}

interface OfSources {
  readonly feed: Pick<Feed, 'name' | 'shortName'>;
  readonly sourceIds: readonly string[];
}

/** The chains of events and of alerts. @throws what the SDK throws, and NewerFormatError */
export async function knownChains(
  client: DynamoDBClient,
  tables: Tables,
  of: OfSources,
): Promise<readonly KnownChain[]> {
  return [...(await chainsOfEvents(client, tables, of)), ...(await chainsOfAlerts(client, tables, of))];
}

/** Those that have lines. */
async function chainsOfEvents(
  client: DynamoDBClient,
  { checkpoints: table }: Tables,
  { feed, sourceIds }: OfSources,
): Promise<readonly KnownChain[]> {
  const checkpoints = await readItems<Pick<Checkpoint, 'format' | 'manifest'>>(client, {
    table,
    ids: sourceIds.map((id) => liveStreamId(feed, id)),
    attributes: [FORMAT, 'manifest'],
  });
  const ids = sourceIds.map((id) => verificationId(feed, id));
  const verifications = await readItems<Verification>(client, { table, ids });
  return sourceIds.flatMap((sourceId) => {
    const streamId = liveStreamId(feed, sourceId);
    const { format, manifest } = checkpoints.get(streamId) ?? {};
    assertKnownFormat(`the checkpoint of ${streamId}`, format, Format.checkpoint);
    const id = verificationId(feed, sourceId);
    if (manifest === undefined) return [];
    const newest = { ...manifest, knownTo: 'the checkpoint' };
    return [{ sourceId, feed, id, newest, before: verifications.get(id) }];
  });
}

/** Those that have lines, or had some when they were verified before. */
async function chainsOfAlerts(
  client: DynamoDBClient,
  { checkpoints: table, detection }: Tables,
  { feed, sourceIds }: OfSources,
): Promise<readonly KnownChain[]> {
  if (detection === undefined) return [];
  const heads = await alertChainHeads(client, detection, sourceIds);
  const ids = sourceIds.map((id) => alertVerificationId(feed, id));
  const verifications = await readItems<Verification>(client, { table, ids });
  return sourceIds.flatMap((sourceId) => {
    const id = alertVerificationId(feed, sourceId);
    const before = verifications.get(id);
    const newest = heads.get(sourceId) ?? before?.head;
    if (newest === undefined) return [];
    return [
      {
        sourceId,
        feed: alertFeed(feed),
        id,
        newest: { ...newest, knownTo: 'the table of detection' },
        before,
      },
    ];
  });
}
