import type { AlertRecord } from '../../../lambdas/contract/storage/alert-record';
import { alertOf } from '../../../lambdas/detector/core/alert/alert';
import { applyBatch } from '../../../lambdas/detector/core/group/apply-batch';
import { EMPTY_STATE, announced } from '../../../lambdas/detector/core/group/group-state';
import type { GroupState } from '../../../lambdas/detector/core/group/group-state';
import type { GroupBatch } from '../../../lambdas/detector/core/rule/tuned-rule';

/** The detector with its groups' states in memory: it tells nobody. */
export class ReplayedDetector {
  private readonly states = new Map<string, GroupState>();

  /** Counts the batches of one object. @returns the alerts they raise */
  judge(batches: readonly GroupBatch[]): AlertRecord[] {
    return batches.flatMap((batch) => this.judgeGroup(batch));
  }

  private judgeGroup(batch: GroupBatch): AlertRecord[] {
    const before = this.states.get(batch.groupId) ?? EMPTY_STATE;
    const { state, raised } = applyBatch(before, batch);
    // Kept as after the alert has gone out: without its cause, which nobody asks for any more.
    const after = raised.reduce((current, { startS }) => announced(current, startS), state);
    this.states.set(batch.groupId, after);
    return raised.flatMap((window) => alertOf(batch, window) ?? []);
  }
}
