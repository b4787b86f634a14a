import { alertOf } from '../alert/alert';
import { GroupStateError } from '../errors';
import type { DetectorDeps, StoredState } from '../ports';
import type { GroupBatch } from '../rule/tuned-rule';
import { applyBatch } from './apply-batch';
import type { GroupState } from './group-state';
import { announced, unannounced } from './group-state';

/** A batch, and the stored state of its group. */
export interface GroupWork {
  readonly batch: GroupBatch;
  readonly stored: StoredState;
}

/** Each conflict means that another detector made progress, and there are few detectors. */
const MAX_ATTEMPTS = 50;

/**
 * Counts a batch in its group, and raises the alerts of its object that are not out yet.
 *
 * The order never changes: state, alert object, message, then the note that the message is out. If the function dies in
 * between, the cause of the alert is in the state, and the object is delivered again. The alert's object has the
 * alert's id and is written once. Only the message may go out twice, because SNS has no conditional publish: if the
 * function dies or an answer is lost before the note, or if two detectors have the same object at the same moment.
 * @param onAlert is called after each alert that is out
 * @throws GroupStateError, AlertError
 */
export async function evaluateGroup(
  deps: DetectorDeps,
  { batch, stored: found }: GroupWork,
  onAlert: () => void,
): Promise<void> {
  const { groupId, objectKey } = batch;
  let stored = await change(deps, groupId, {
    from: found,
    by: (state) => applyBatch(state, batch).state,
  });
  for (const window of unannounced(stored.state, objectKey)) {
    const alert = alertOf(batch, window);
    if (alert === undefined) continue;
    await deps.alerts.put(alert);
    await deps.topic.publish(alert);
    onAlert();
    stored = await change(deps, groupId, { from: stored, by: (state) => noted(state, window.startS) });
    const { alert_id: alertId, severity } = alert;
    deps.log.info('alert', { alertId, severity, objectKey });
  }
}

function noted(state: GroupState, startS: number): GroupState {
  const isOpen = state.windows.some((window) => window.startS === startS && window.cause !== undefined);
  return isOpen ? announced(state, startS) : state;
}

/** Stores a change; after a conflict, to the newer state. @returns what is stored now */
async function change(
  { states }: DetectorDeps,
  groupId: string,
  { from, by }: { readonly from: StoredState; readonly by: (state: GroupState) => GroupState },
): Promise<StoredState> {
  let { state, version } = from;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const next = by(state);
    if (next === state) return { state, version };
    if (await states.save(groupId, { state: next, version })) return { state: next, version: version + 1 };
    ({ state, version } = await states.load(groupId));
  }
  throw new GroupStateError(
    `the state of ${groupId} was changed by others ${MAX_ATTEMPTS} times while it was being written; expected few detectors at work`,
  );
}
