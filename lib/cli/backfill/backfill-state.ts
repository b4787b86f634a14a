import type { BackfillJob, Checkpoint } from '../../../lambdas/contract/storage/checkpoint-table';

/** A backfill as it is filed: what is to be collected, how far it has come, and what came of it. */
export type FiledBackfill = Checkpoint & { readonly backfill: BackfillJob };

/** How many seconds of its stretch a backfill has behind it. */
export function reachedS(filed: FiledBackfill): number {
  const { fromEpochS, toEpochS, state } = filed.backfill;
  const lengthS = toEpochS - fromEpochS;
  return state === 'done' ? lengthS : Math.min(Math.max(placeOfS(filed) - fromEpochS, 0), lengthS);
}

/** The hour that is being read; a backfill that an earlier version filed knows only its watermark. */
function placeOfS({ backfill, watermarkS }: FiledBackfill): number {
  return backfill.stepS ?? watermarkS ?? backfill.fromEpochS;
}

/** The same in percent of the stretch. */
export function reachedPercent(filed: FiledBackfill): number {
  const { fromEpochS, toEpochS } = filed.backfill;
  return Math.floor((100 * reachedS(filed)) / (toEpochS - fromEpochS));
}
