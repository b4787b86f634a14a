import type { AlertRecord } from '../../../lambdas/contract/storage/alert-record';
import { alertOf } from '../../../lambdas/detector/core/alert/alert';
import { readLines } from '../../../lambdas/detector/core/event/read-lines';
import { applyBatch } from '../../../lambdas/detector/core/group/apply-batch';
import type { GroupState } from '../../../lambdas/detector/core/group/group-state';
import { EMPTY_STATE, withAlertOut } from '../../../lambdas/detector/core/group/group-state';
import { matchEvents } from '../../../lambdas/detector/core/group/match-events';
import type { GroupBatch } from '../../../lambdas/detector/core/rule/tuned-rule';
import type { Tuning } from '../../../lambdas/detector/core/rule/tuning';
import type { MatchedHour, MatchedObject } from './detection-tally';

/** Whose events are evaluated, and how. */
export interface EvaluatedSource {
  readonly sourceId: string;
  readonly tuning: Tuning;
}

/**
 * Sorts the events of one object into the groups of the rules.
 * @param key of the object, or the name of the file that the lines are from
 */
export function matchLines(
  lines: readonly string[],
  { sourceId, tuning }: EvaluatedSource,
  key: string,
): MatchedObject {
  const { events, ...skipped } = readLines(lines, sourceId, tuning.anonymousUsers);
  const { batches, counts, failures } = matchEvents(events, tuning.rules, key);
  const firstEventS = events.reduce((earliest, { timeS }) => Math.min(earliest, timeS), Infinity);
  return { key, events: events.length, firstEventS, ...skipped, batches, counts, failures };
}

/** The detector with the states of its groups in memory. It notifies nobody. */
export class ReplayedDetector {
  private readonly states = new Map<string, GroupState>();

  /** Evaluates the objects of one hour. @returns the alerts they raise */
  evaluate({ objects }: MatchedHour): AlertRecord[] {
    return objects.flatMap(({ batches }) => batches.flatMap((batch) => this.evaluateGroup(batch)));
  }

  private evaluateGroup(batch: GroupBatch): AlertRecord[] {
    const before = this.states.get(batch.groupId) ?? EMPTY_STATE;
    const { state, raised } = applyBatch(before, batch);
    // Stored as after the alert was sent: without its cause, which is no longer needed.
    const after = raised.reduce((current, { startS }) => withAlertOut(current, startS), state);
    this.states.set(batch.groupId, after);
    return raised.flatMap((window) => alertOf(batch, window, window.startS) ?? []);
  }
}
