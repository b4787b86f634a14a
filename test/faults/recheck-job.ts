import { AUDIT_FEED } from '../../lambdas/contract/feed/audit';
import type { Checkpoint, RecheckJob } from '../../lambdas/contract/storage/checkpoint-table';
import { recheckStreamId } from '../../lambdas/contract/storage/checkpoint-table';
import type { Pipeline } from '../pipeline';
import { SOURCE_ID } from '../pipeline';

export async function storedRecheck(
  pipeline: Pipeline,
): Promise<Checkpoint & { readonly recheck: RecheckJob }> {
  const found = await pipeline.checkpoints.load(recheckStreamId(AUDIT_FEED, SOURCE_ID));
  if (found?.recheck === undefined) throw new Error('no recheck is stored');
  return { ...found, recheck: found.recheck };
}
