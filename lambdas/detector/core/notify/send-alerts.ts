import type { AlertRecord } from '../../../contract/storage/alert-record';
import { alertKey } from '../../../contract/storage/alert-record';
import { append, slices } from '../../../shared/collections';
import type { PendingGroup } from '../alert/pending-alert';
import { GROUPS_AT_ONCE } from '../evaluate-groups';
import { EMPTY_STATE, groupLife } from '../group/group-state';
import { noteFailure } from '../matched-object';
import type { DetectorDeps } from '../ports';
import type { Stored } from '../state-store';
import { changeState } from '../state-store';
import type { WithLastAddress } from './last-addresses';
import { lastAddresses } from './last-addresses';
import type { AlertMessage, NewAlert, Outbox } from './outbox';
import { accept, dueAtS, EMPTY_OUTBOX, incidentOf, published, take } from './outbox';

const KEEP_OUTBOX_S = 30 * 86_400;

/** No rule has such an id, so no group does. */
const OUTBOX_PREFIX = '#outbox#';

/** Key of the state of a source's outbox. */
export function outboxId(sourceId: string): string {
  return `${OUTBOX_PREFIX}${sourceId}`;
}

/** @returns undefined for the id of a group */
export function sourceOfOutbox(id: string): string | undefined {
  return id.startsWith(OUTBOX_PREFIX) ? id.slice(OUTBOX_PREFIX.length) : undefined;
}

/**
 * Sends alerts: finds their incidents, stores and announces each, and publishes what is to be read now.
 *
 * The order never changes: the outbox knows the alert, then its object is written, then its event is on the bus, then
 * the group notes that it is out, then messages go out, then the outbox notes that they are. If the function dies in
 * between, the next delivery or sweep goes on there. Object and outbox take an alert once. Its event and its message may
 * go out twice, because neither service has a conditional publish. A message is noted for each topic by itself: one topic
 * that refuses it neither holds it back from the other nor repeats it there.
 *
 * A failure is noted with the objects of its group.
 * @returns failures that concern no object
 */
export async function sendAlerts(
  deps: DetectorDeps,
  groups: readonly PendingGroup[],
): Promise<readonly unknown[]> {
  const failures: unknown[] = [];
  for (const [sourceId, ofSource] of bySource(groups))
    failures.push(...(await sendOfSource(deps, sourceId, ofSource)));
  return failures;
}

/** Publishes what a source has to tell by now. @throws StateError, AlertError, ArchiveError */
export async function publishDue(deps: DetectorDeps, sourceId: string): Promise<void> {
  const { stored, taken } = await takeFrom(deps, sourceId, []);
  await publish(deps, { sourceId, stored, taken }, new Map());
}

function bySource(groups: readonly PendingGroup[]): ReadonlyMap<string, readonly PendingGroup[]> {
  const found = new Map<string, PendingGroup[]>();
  for (const group of groups) append(found, group.alerts[0]?.record.source_id ?? '', group);
  return found;
}

async function sendOfSource(
  deps: DetectorDeps,
  sourceId: string,
  groups: readonly PendingGroup[],
): Promise<readonly unknown[]> {
  const failures: unknown[] = [];
  const fail = (of: readonly PendingGroup[], error: unknown): void => {
    for (const { objects } of of) {
      noteFailure(objects, error);
      if (objects.length === 0) failures.push(error);
    }
  };
  try {
    const alerts = groups.flatMap((group) =>
      group.alerts.map(({ record }) => newAlertOf(deps, group.groupId, record)),
    );
    const { stored, taken } = await takeFrom(deps, sourceId, alerts);
    const withLastAddress = await lastAddresses(deps, sourceId, groups);
    const records = new Map<string, AlertRecord>();
    const sending = { outbox: stored.state, withLastAddress, records };
    for (const atOnce of slices(groups, GROUPS_AT_ONCE))
      await Promise.all(
        atOnce.map((group) =>
          storeAlerts(deps, group, sending).catch((error: unknown) => fail([group], error)),
        ),
      );
    await publish(deps, { sourceId, stored, taken }, records);
  } catch (error) {
    fail(groups, error);
  }
  return failures;
}

/** Gives the outbox new alerts, and takes from it what is to be published now. */
async function takeFrom(
  { states, nowMs }: DetectorDeps,
  sourceId: string,
  alerts: readonly NewAlert[],
): Promise<{ readonly stored: Stored<Outbox>; readonly taken: readonly AlertMessage[] }> {
  const id = outboxId(sourceId);
  const nowS = Math.floor(nowMs() / 1000);
  const found = await states.loadMany<Outbox>([id]);
  let taken: readonly AlertMessage[] = [];
  const stored = await changeOutbox(states, id, found.get(id), (before) => {
    const step = take(accept(before, alerts, nowS), nowS);
    ({ taken } = step);
    return step.outbox;
  });
  return { stored, taken };
}

function changeOutbox(
  states: DetectorDeps['states'],
  id: string,
  from: Stored<Outbox> | undefined,
  by: (outbox: Outbox) => Outbox,
): Promise<Stored<Outbox>> {
  return changeState(states, id, {
    from: from ?? { state: EMPTY_OUTBOX, version: 0 },
    by,
    empty: EMPTY_OUTBOX,
    lifeOf: (outbox) => ({ keepS: KEEP_OUTBOX_S, dueAtS: dueAtS(outbox) }),
  });
}

interface Sending {
  readonly outbox: Outbox;
  readonly withLastAddress: WithLastAddress;
  /** Is filled with the stored records, by key. */
  readonly records: Map<string, AlertRecord>;
}

/** Stores and announces the alerts of a group, and notes that they are out. */
async function storeAlerts(
  deps: DetectorDeps,
  { groupId, stored, alerts, objects }: PendingGroup,
  { outbox, withLastAddress, records }: Sending,
): Promise<void> {
  for (const { record } of alerts) {
    const key = alertKey(deps.feed, record);
    const alert = { ...withLastAddress(record), incident_id: incidentOf(outbox, key) ?? '' };
    const isNew = await deps.alerts.put(alert);
    await deps.events.put(alert);
    records.set(key, alert);
    const { alert_id: alertId, update, severity, historic } = alert;
    deps.log.info('alert', { alertId, update, severity, historic });
    const [object] = objects;
    if (object !== undefined && isNew && update === 'raised') object.alertsRaised += 1;
  }
  await changeState(deps.states, groupId, {
    from: stored,
    by: (state) => alerts.reduce((before, { done }) => done(before), state),
    empty: EMPTY_STATE,
    lifeOf: (state) => groupLife(state, alerts[0]?.record.window_minutes ?? 0),
  });
}

/** Publishes messages one after the other, on each topic, and notes it. @param records of alerts that were stored just now */
async function publish(
  deps: DetectorDeps,
  from: {
    readonly sourceId: string;
    readonly stored: Stored<Outbox>;
    readonly taken: readonly AlertMessage[];
  },
  records: ReadonlyMap<string, AlertRecord>,
): Promise<void> {
  let { stored } = from;
  for (const message of from.taken) {
    const alerts =
      message.kind === 'incident'
        ? await Promise.all(message.alerts.map(async ({ key }) => records.get(key) ?? deps.alerts.get(key)))
        : [];
    const topics = deps.topics.map(({ name }) => name);
    const note = async (on: readonly string[]): Promise<void> => {
      const nowS = Math.floor(deps.nowMs() / 1000);
      stored = await changeOutbox(deps.states, outboxId(from.sourceId), stored, (outbox) =>
        published(outbox, message, { on, topics, nowS }),
      );
    };
    const left = deps.topics.filter(({ name }) => message.publishedOn?.includes(name) !== true);
    const failures: unknown[] = [];
    for (const topic of left)
      await topic.publish(from.sourceId, message, alerts).then(
        () => note([topic.name]),
        (error: unknown) => void failures.push(error),
      );
    if (left.length === 0) await note([]);
    if (failures.length > 0) throw failures[0];
  }
}

function newAlertOf({ feed }: DetectorDeps, groupId: string, record: AlertRecord): NewAlert {
  const { headline, severity, update, historic: isHistoric, who, addresses } = record;
  const actors = [...who.map((name) => name.toLowerCase()), ...addresses];
  return {
    key: alertKey(feed, record),
    headline,
    severity,
    update,
    isHistoric,
    groupId,
    actors: actors.length > 0 ? actors : [groupId],
    firstS: epochS(record.first_event_time),
    lastS: epochS(record.last_event_time),
  };
}

function epochS(time: string): number {
  return Date.parse(time) / 1000;
}
