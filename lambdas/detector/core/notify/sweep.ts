import { sourceOfOutbox } from '../../../contract/storage/detection-table';
import { updateOf } from '../alert/alert';
import type { PendingAlert, PendingGroup } from '../alert/pending-alert';
import type { AlertWindow, CountedWindow, GroupState } from '../group/group-state';
import { closesAtS, EMPTY_STATE, groupLife, isUpdated, withWindow } from '../group/group-state';
import type { DetectorDeps } from '../ports';
import { FAILED_RULE } from '../rule/failed-rule';
import { readMutes } from '../rule/mute';
import type { TunedRule } from '../rule/tuned-rule';
import type { Stored } from '../state-store';
import { changeState } from '../state-store';
import { publishDue, sendAlerts } from './send-alerts';

/**
 * Does what is due without any event: closes windows, lists what was left unlisted, and publishes what has waited. It
 * fails over mutes that cannot be read, so that an alarm tells of them: objects are evaluated without.
 * @throws the first failure, after everything else was tried
 */
export async function sweep(deps: DetectorDeps): Promise<void> {
  const failures: unknown[] = [];
  const ids = await deps.states.due(Math.floor(deps.nowMs() / 1000));
  const groupIds = ids.filter((id) => sourceOfOutbox(id) === undefined);
  if (groupIds.length > 0) failures.push(...(await closeWindows(deps, groupIds)));
  for (const sourceId of ids.flatMap((id) => sourceOfOutbox(id) ?? []))
    await publishDue(deps, sourceId).catch((error: unknown) => failures.push(error));
  await readMutes(deps.states).catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}

/** Sends the final counts of windows that are over. @returns failures */
async function closeWindows(deps: DetectorDeps, groupIds: readonly string[]): Promise<readonly unknown[]> {
  const nowS = Math.floor(deps.nowMs() / 1000);
  const states = await deps.states.loadMany<GroupState>(groupIds);
  const unsent: PendingGroup[] = [];
  for (const [groupId, stored] of states) {
    const tuned = [...deps.tuning.rules, FAILED_RULE].find(({ rule }) => groupId.startsWith(`${rule.id}#`));
    const { group } = stored.state;
    if (tuned === undefined || group === undefined) {
      await forgetTallies(deps, groupId, stored);
      continue;
    }
    const { windowMinutes } = tuned.rule;
    const alerts = stored.state.windows
      .filter(isUpdated)
      .filter((window) => closesAtS(window, windowMinutes) <= nowS)
      .map((window) => closed(window, { tuned, group, groupId }, nowS));
    if (alerts.length > 0) unsent.push({ groupId, stored, alerts, objects: [] });
  }
  return sendAlerts(deps, unsent);
}

function closed(
  window: CountedWindow,
  about: {
    readonly tuned: TunedRule;
    readonly group: NonNullable<GroupState['group']>;
    readonly groupId: string;
  },
  nowS: number,
): PendingAlert {
  return {
    record: updateOf(about, window, { update: 'closed', nowS }),
    done: (state) => withWindow(state, window.startS, withoutTally),
  };
}

/** The rule is switched off or gone: nobody is notified any more. */
async function forgetTallies(deps: DetectorDeps, groupId: string, stored: Stored<GroupState>): Promise<void> {
  await changeState(deps.states, groupId, {
    from: stored,
    by: (state) => ({ ...state, windows: state.windows.map(withoutTally) }),
    empty: EMPTY_STATE,
    lifeOf: (state) => groupLife(state, 0),
  });
}

function withoutTally({ tally: _, ...window }: AlertWindow): AlertWindow {
  return window;
}
