import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { OutboxWithChain } from '../contract/storage/detection-table';
import { DETECTION_KEY, DETECTION_STATE, outboxId } from '../contract/storage/detection-table';
import { FORMAT, Format } from '../contract/storage/format';
import type { ManifestHead } from '../contract/storage/manifest';
import { assertKnownFormat } from './known-format';
import { readItems } from './table-items';
import { unpackedJson } from './unpack';

interface OutboxItem {
  readonly [FORMAT]?: unknown;
  readonly [DETECTION_STATE]: Uint8Array;
}

/**
 * The newest line that lists alerts of each source, as the detection table knows it; sources without one are left out.
 * @throws NewerFormatError, and what the SDK throws
 */
export async function alertChainHeads(
  client: DynamoDBClient,
  table: string,
  sourceIds: readonly string[],
): Promise<ReadonlyMap<string, ManifestHead>> {
  const items = await readItems<OutboxItem>(client, {
    table,
    key: DETECTION_KEY,
    ids: sourceIds.map(outboxId),
    attributes: [FORMAT, DETECTION_STATE],
  });
  const heads = sourceIds.flatMap((sourceId): (readonly [string, ManifestHead])[] => {
    const item = items.get(outboxId(sourceId));
    if (item === undefined) return [];
    assertKnownFormat(`the state of ${outboxId(sourceId)}`, item[FORMAT], Format.detectionState);
    const { chain } = unpackedJson(item[DETECTION_STATE]) as OutboxWithChain;
    return chain?.head === undefined ? [] : [[sourceId, chain.head]];
  });
  return new Map(heads);
}
