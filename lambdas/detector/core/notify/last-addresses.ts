import type { AlertRecord } from '../../../contract/storage/alert-record';
import { utc } from '../../../contract/storage/alert-record';
import type { PendingGroup } from '../alert/pending-alert';
import type { GroupState } from '../group/group-state';
import type { DetectorDeps } from '../ports';
import { groupId, ofUser } from '../rule/group';
import { MAX_LOADED } from '../state-store';

/** Adds to an alert where its user was last seen. */
export type WithLastAddress = (record: AlertRecord) => AlertRecord;

/**
 * Where the users of alerts whose events have no address were last seen: a rule about new addresses remembers it. No
 * alert waits for it: where it cannot be read, it is left out.
 */
export async function lastAddresses(
  { states, tuning, log }: DetectorDeps,
  sourceId: string,
  groups: readonly PendingGroup[],
): Promise<WithLastAddress> {
  const rule = tuning.rules.find((tuned) => tuned.rule.novelty?.keepsAddress === true)?.rule;
  const users = groups.flatMap(({ alerts }) =>
    alerts.flatMap(({ record }) => userWithoutAddress(record) ?? []),
  );
  if (rule === undefined || users.length === 0) return (record) => record;
  const idOf = (user: string): string => groupId(rule.id, ofUser(sourceId, user));
  const ids = [...new Set(users.map(idOf))].slice(0, MAX_LOADED);
  const found = await states.loadMany<GroupState>(ids).catch((error: unknown) => {
    log.warn('last addresses are left out', { error });
    return new Map<string, { readonly state: GroupState }>();
  });
  return (record) => {
    const user = userWithoutAddress(record);
    const last = user === undefined ? undefined : found.get(idOf(user))?.state.known?.lastAddress;
    if (last === undefined) return record;
    return { ...record, last_login_address: last.address, last_login_time: utc(last.timeS) };
  };
}

/** The user of an alert that has one, and no address. */
function userWithoutAddress({ who, addresses }: AlertRecord): string | undefined {
  return addresses.length === 0 && who.length === 1 ? who[0] : undefined;
}
