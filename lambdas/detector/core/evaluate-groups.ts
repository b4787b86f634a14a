import { append, slices } from '../../shared/collections';
import type { TimeBudget } from '../../shared/invocation';
import { alertOf, updateOf } from './alert/alert';
import type { PendingAlert, PendingGroup } from './alert/pending-alert';
import { StateError } from './errors';
import { applyBatch } from './group/apply-batch';
import type { GroupState } from './group/group-state';
import { EMPTY_STATE, groupLife, pendingWindows, withAlertOut, withWindow } from './group/group-state';
import { isGrown, withGrowthTold } from './group/tally';
import type { MatchedObject } from './matched-object';
import { noteFailure } from './matched-object';
import type { DetectorDeps } from './ports';
import type { GroupBatch } from './rule/tuned-rule';
import type { Stored } from './state-store';
import { changeState, MAX_LOADED } from './state-store';

/** Groups that are evaluated, or whose alerts are stored, at the same time: each needs calls of some milliseconds. */
export const GROUPS_AT_ONCE = 8;
/** Many times what the groups of one moment take. With less time left, the rest waits for the objects' next delivery. */
const GROUPS_RESERVE_MS = 5_000;

/**
 * Counts the events of objects in their groups, in each group once for all of them. A failure is noted with the objects
 * that have events in the group, and does not affect other groups. What there is no time for is noted, too.
 * @returns the groups with alerts that are not out
 */
export async function evaluateGroups(
  deps: DetectorDeps,
  objects: readonly MatchedObject[],
  budget: TimeBudget,
): Promise<readonly PendingGroup[]> {
  const groups = groupsOf(objects);
  const unsent: PendingGroup[] = [];
  const isOutOfTime = () => budget.remainingMs() < GROUPS_RESERVE_MS;
  let done = 0;
  for (const together of slices(groups, MAX_LOADED)) {
    if (isOutOfTime()) break;
    const ids = together.map(([groupId]) => groupId);
    const stored = await noted(together, deps.states.loadMany<GroupState>(ids));
    for (const atOnce of slices(together, GROUPS_AT_ONCE)) {
      if (isOutOfTime()) break;
      if (stored !== undefined) {
        const evaluated = await Promise.all(
          atOnce.map((group) => noted([group], evaluateGroup(deps, group, stored.get(group[0])))),
        );
        unsent.push(...evaluated.flatMap((group) => group ?? []));
      }
      done += atOnce.length;
    }
  }
  if (done < groups.length)
    note(
      groups.slice(done),
      new StateError(
        `no time was left for ${groups.length - done} of ${groups.length} groups; the next delivery goes on there`,
      ),
    );
  return unsent;
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
    for (const batch of object.matched.batches) append(groups, batch.groupId, { object, batch });
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
  noteFailure(
    groups.flatMap(([, parts]) => parts.map(({ object }) => object)),
    error,
  );
}

/**
 * Counts the events of some objects in their group. The cause of each alert is stored with the counts, and removed only
 * when the alert is out: whoever loads the state next goes on where a function died.
 * @returns undefined if no alert of the group is left to be sent
 * @throws StateError
 */
async function evaluateGroup(
  { states, nowMs }: DetectorDeps,
  [groupId, parts]: SharedGroup,
  found: Stored<GroupState> = { state: EMPTY_STATE, version: 0 },
): Promise<PendingGroup | undefined> {
  const [first] = parts;
  if (first === undefined) return undefined;
  const stored = await changeState(states, groupId, {
    from: found,
    by: (before) => parts.reduce((state, { batch }) => applyBatch(state, batch).state, before),
    empty: EMPTY_STATE,
    lifeOf: (state) => groupLife(state, first.batch.tuned.rule.windowMinutes),
  });
  const nowS = Math.floor(nowMs() / 1000);
  const raised = pendingWindows(stored.state).flatMap((window): readonly PendingAlert[] => {
    const record = alertOf(first.batch, window, nowS);
    return record === undefined ? [] : [{ record, done: (state) => withAlertOut(state, window.startS) }];
  });
  const grown = stored.state.windows.flatMap(({ startS, tally }): readonly PendingAlert[] => {
    if (tally === undefined || !isGrown(tally)) return [];
    const record = updateOf(first.batch, { startS, tally }, { update: 'grown', nowS });
    return [{ record, done: (state) => withTallyTold(state, startS) }];
  });
  const alerts = [...raised, ...grown];
  if (alerts.length === 0) return undefined;
  return { groupId, stored, alerts, objects: parts.map(({ object }) => object) };
}

function withTallyTold(state: GroupState, startS: number): GroupState {
  return withWindow(state, startS, (window) =>
    window.tally === undefined ? window : { ...window, tally: withGrowthTold(window.tally) },
  );
}
