import type { BackfillJob, Checkpoint } from '../../../lambdas/contract/checkpoint-table';

/** A backfill as it is filed: what is to be collected, how far it has come, and what came of it. */
export type FiledBackfill = Checkpoint & { readonly backfill: BackfillJob };

/** How many seconds of its stretch a backfill has behind it. */
export function reachedS({ backfill, watermarkS = backfill.fromEpochS }: FiledBackfill): number {
  const { fromEpochS, toEpochS, state } = backfill;
  const lengthS = toEpochS - fromEpochS;
  return state === 'done' ? lengthS : Math.min(Math.max(watermarkS - fromEpochS, 0), lengthS);
}

/** The same in percent of the stretch. */
export function reachedPercent(filed: FiledBackfill): number {
  const { fromEpochS, toEpochS } = filed.backfill;
  return Math.floor((100 * reachedS(filed)) / (toEpochS - fromEpochS));
}
