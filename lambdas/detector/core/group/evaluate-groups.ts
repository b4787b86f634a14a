import type { TimeBudget } from '../../../shared/invocation';
import { alertOf } from '../alert/alert';
import { GroupStateError } from '../errors';
import type { MatchedObject } from '../matched-object';
import type { DetectorDeps, StoredState } from '../ports';
import { NOTHING_STORED } from '../ports';
import type { GroupBatch } from '../rule/tuned-rule';
import { applyBatch } from './apply-batch';
import type { GroupState } from './group-state';
import { announced, unannounced } from './group-state';

/** Groups whose states are read together: as many as one call allows (Amazon DynamoDB API Reference, BatchGetItem). */
const GROUPS_TOGETHER = 100;
/** Groups that are evaluated at the same time: each needs a write of some milliseconds. */
const GROUPS_AT_ONCE = 8;
/** Many times what the groups of one moment take. With less time left, the rest waits for the objects' next delivery. */
const GROUPS_RESERVE_MS = 5_000;
/** Each conflict means that another detector made progress, and there are few detectors. */
const MAX_ATTEMPTS = 50;

/**
 * Evaluates the groups of objects, each group once for all of them. A failure is noted with the objects that have events
 * in the group, and does not affect other groups. What there is no time for is noted, too.
 */
export async function evaluateGroups(
  deps: DetectorDeps,
  objects: readonly MatchedObject[],
  budget: TimeBudget,
): Promise<void> {
  const groups = groupsOf(objects);
  const isOutOfTime = () => budget.remainingMs() < GROUPS_RESERVE_MS;
  let done = 0;
  for (const together of slices(groups, GROUPS_TOGETHER)) {
    if (isOutOfTime()) break;
    const ids = together.map(([groupId]) => groupId);
    const stored = await noted(together, deps.states.loadMany(ids));
    for (const atOnce of slices(together, GROUPS_AT_ONCE)) {
      if (isOutOfTime()) break;
      if (stored !== undefined)
        await Promise.all(
          atOnce.map((group) =>
            noted([group], evaluateGroup(deps, group, stored.get(group[0]) ?? NOTHING_STORED)),
          ),
        );
      done += atOnce.length;
    }
  }
  if (done === groups.length) return;
  note(
    groups.slice(done),
    new GroupStateError(
      `no time was left for ${groups.length - done} of ${groups.length} groups; the next delivery goes on there`,
    ),
  );
}

/** What the objects have in one group, in the order of the objects. */
type SharedGroup = readonly [groupId: string, parts: Part[]];

interface Part {
  readonly object: MatchedObject;
  readonly batch: GroupBatch;
}

function groupsOf(objects: readonly MatchedObject[]): readonly SharedGroup[] {
  const groups = new Map<string, Part[]>();
  for (const object of objects)
    for (const batch of object.matched.batches) {
      const known = groups.get(batch.groupId);
      if (known === undefined) groups.set(batch.groupId, [{ object, batch }]);
      else known.push({ object, batch });
    }
  return [...groups];
}

/** Notes a failure with the objects of the groups. @returns undefined if the work failed */
async function noted<T>(groups: readonly SharedGroup[], work: Promise<T>): Promise<T | undefined> {
  return work.catch((error: unknown) => {
    note(groups, error);
    return undefined;
  });
}

function note(groups: readonly SharedGroup[], error: unknown): void {
  const objects = new Set(groups.flatMap(([, parts]) => parts.map(({ object }) => object)));
  for (const { failures } of objects) failures.push(error);
}

function* slices<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size);
}

/**
 * Counts the events of some objects in their group, and raises the alerts of these objects that are not out yet.
 *
 * The order never changes: state, alert object, message, then the note that the message is out. If the function dies in
 * between, the cause of the alert is in the state, and the object is delivered again. The alert's object has the
 * alert's id and is written once. Only the message may go out twice, because SNS has no conditional publish: if the
 * function dies or an answer is lost before the note, or if two detectors have the same object at the same moment.
 * @throws GroupStateError, AlertError
 */
async function evaluateGroup(
  deps: DetectorDeps,
  [groupId, parts]: SharedGroup,
  found: StoredState,
): Promise<void> {
  let stored = await change(deps, groupId, {
    from: found,
    by: (before) => parts.reduce((state, { batch }) => applyBatch(state, batch).state, before),
  });
  for (const { object, batch } of parts)
    for (const window of unannounced(stored.state, object.key)) {
      const alert = alertOf(batch, window);
      if (alert === undefined) continue;
      await deps.alerts.put(alert);
      await deps.topic.publish(alert);
      object.alertsRaised += 1;
      stored = await change(deps, groupId, {
        from: stored,
        by: (state) => (isOpen(state, window.startS) ? announced(state, window.startS) : state),
      });
      const { alert_id: alertId, severity } = alert;
      deps.log.info('alert', { alertId, severity, objectKey: object.key });
    }
}

function isOpen({ windows }: GroupState, startS: number): boolean {
  return windows.some((window) => window.startS === startS && window.cause !== undefined);
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
