import { alertOf } from '../alert/alert';
import { GroupStateError } from '../errors';
import type { DetectorDeps, StoredState } from '../ports';
import type { GroupBatch } from '../rule/tuned-rule';
import { applyBatch } from './apply-batch';
import type { GroupState } from './group-state';
import { announced, unannounced } from './group-state';

/** A batch, and what is stored of its group. */
export interface GroupWork {
  readonly batch: GroupBatch;
  readonly stored: StoredState;
}

/** Each lost race means that another detector has gone on, and there are few. */
const MAX_ATTEMPTS = 50;

/**
 * Counts a batch in its group, and tells the alerts that its object has raised and nobody has told yet.
 *
 * The order never changes: state, then alert object, then message, then the note that the message is out. A death anywhere
 * leaves the cause of the alert in the state, and the object comes again. The alert's object has the alert's id and is
 * written once. Only the message may go out twice: when the death, or the loss of an answer, falls between it and the note,
 * or when two detectors have the same object at the same moment, for SNS knows no conditional publish.
 * @param onAlert told after each alert that is out
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

/** Stores a change, to another's state where another was faster. @returns what is stored now */
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
