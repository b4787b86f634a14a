import type { GroupBatch } from '../rule/tuned-rule';
import type { GroupState } from './group-state';
import { applyToKnownValues } from './novelty';
import type { Applied } from './window';
import { applyToWindows } from './window';

/**
 * Applies the rows of one archived object to their group's state.
 *
 * Rows are told apart by their id, so the same object, or the same row in another object, changes nothing when it comes
 * again. Whoever stores the state under a condition on its version and, where another was faster, applies the batch to the
 * other's state, counts each row once. What remains to be told is what `unannounced` finds for the object in the stored
 * state, until `announced` is stored.
 */
export function applyBatch(state: GroupState, batch: GroupBatch): Applied {
  const { novelty } = batch.tuned.rule;
  return novelty === undefined ? applyToWindows(state, batch) : applyToKnownValues(state, batch, novelty);
}
