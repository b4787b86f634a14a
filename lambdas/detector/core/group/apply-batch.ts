import type { GroupBatch } from '../rule/tuned-rule';
import type { GroupState } from './group-state';
import { bounded } from './group-state';
import { applyToKnownValues } from './novelty';
import type { Applied } from './window';
import { applyToWindows } from './window';

/**
 * Applies the rows of one archived object to their group's state.
 *
 * Rows are identified by their id, so a row that is delivered again, in this or another object, changes nothing. A
 * caller that stores the state under a condition on its version and, after a conflict, applies the batch to the newer
 * state, counts each row once. Until `withAlertOut` is stored, `pendingWindows` finds the alerts that are not out.
 */
export function applyBatch(state: GroupState, batch: GroupBatch): Applied {
  const { novelty } = batch.tuned.rule;
  const applied =
    novelty === undefined ? applyToWindows(state, batch) : applyToKnownValues(state, batch, novelty);
  return applied.state === state ? applied : { ...applied, state: bounded(applied.state) };
}
