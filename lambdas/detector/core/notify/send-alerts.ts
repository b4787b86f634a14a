import type { AlertRecord } from '../../../contract/storage/alert-record';
import { alertKey } from '../../../contract/storage/alert-record';
import { append, slices } from '../../../shared/collections';
import type { PendingGroup } from '../alert/pending-alert';
import { GROUPS_AT_ONCE } from '../evaluate-groups';
import { EMPTY_STATE, groupLife } from '../group/group-state';
import { noteFailure } from '../matched-object';
import type { DetectorDeps, PutAlert } from '../ports';
import { changeState } from '../state-store';
import type { WithLastAddress } from './last-addresses';
import { lastAddresses } from './last-addresses';
import { listAlerts, listLeft, withOpen } from './list-alerts';
import type { AlertMessage, NewAlert, Outbox } from './outbox';
import { accept, incidentOf, published, take } from './outbox';
import type { SourceOutbox } from './stored-outbox';
import { changeOutbox, loadOutbox } from './stored-outbox';

/**
 * Sends alerts: finds their incidents, stores, lists and announces each, and publishes what is to be read now.
 *
 * The order never changes: the outbox knows the alert, then its object is written, then a line lists it, then its event
 * is on the bus, then the group notes that it is out, then messages go out, then the outbox notes that they are. If the
 * function dies in between, the next delivery or sweep goes on there. Object, line and outbox take an alert once. Where
 * no line can be written, messages go out all the same. Its event and its message may go out twice, because neither
 * service has a conditional publish. A message is noted for each topic by itself: one topic that refuses it neither
 * holds it back from the other nor repeats it there.
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

/**
 * Lists what was left unlisted, and publishes what a source has to tell by now.
 * @throws StateError, AlertError, ArchiveError
 */
export async function publishDue(deps: DetectorDeps, sourceId: string): Promise<void> {
  const { outbox, taken } = await takeFrom(deps, sourceId, []);
  let listed = outbox;
  try {
    listed = await listLeft(deps, outbox);
  } finally {
    await publish(deps, { outbox: listed, taken }, new Map());
  }
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
  const eachGroup = async <Group extends PendingGroup, Result>(
    of: readonly Group[],
    work: (group: Group) => Promise<Result>,
  ): Promise<Result[]> => {
    const done: Result[][] = [];
    for (const atOnce of slices(of, GROUPS_AT_ONCE)) {
      const results = atOnce.map((group) =>
        work(group).then(
          (result) => [result],
          (error: unknown) => {
            fail([group], error);
            return [];
          },
        ),
      );
      done.push(...(await Promise.all(results)));
    }
    return done.flat();
  };
  try {
    const alerts = groups.flatMap((group) =>
      group.alerts.map(({ record }) => newAlertOf(deps, group.groupId, record)),
    );
    const { outbox, taken } = await takeFrom(deps, sourceId, alerts);
    const withLastAddress = await lastAddresses(deps, sourceId, groups);
    const stored = await eachGroup(groups, (group) =>
      storeAlerts(deps, group, { outbox: outbox.stored.state, withLastAddress }),
    );
    const puts = stored.flatMap((group) => group.puts);
    const listed = await listAlerts(deps, outbox, puts).catch((error: unknown) => fail(stored, error));
    if (listed !== undefined) await eachGroup(stored, (group) => announceAlerts(deps, group));
    const records = new Map(puts.map(({ object, record }) => [object.key, record]));
    await publish(deps, { outbox: listed ?? outbox, taken }, records);
  } catch (error) {
    fail(groups, error);
  }
  return failures;
}

interface Taken {
  readonly outbox: SourceOutbox;
  /** The messages that are to be published now. */
  readonly taken: readonly AlertMessage[];
}

/** Gives the outbox new alerts, and takes from it what is to be published now. */
async function takeFrom(
  { states, nowMs }: DetectorDeps,
  sourceId: string,
  alerts: readonly NewAlert[],
): Promise<Taken> {
  const nowS = Math.floor(nowMs() / 1000);
  const keys = alerts.map(({ key }) => key);
  let taken: readonly AlertMessage[] = [];
  const found = await loadOutbox(states, sourceId);
  const outbox = await changeOutbox(states, found, (before) => {
    const step = take(accept(withOpen(before, keys, nowS), alerts, nowS), nowS);
    ({ taken } = step);
    return step.outbox;
  });
  return { outbox, taken };
}

/** A group whose alerts are stored. */
interface StoredGroup extends PendingGroup {
  readonly puts: readonly (PutAlert & { readonly record: AlertRecord })[];
}

async function storeAlerts(
  { feed, alerts: archive }: DetectorDeps,
  group: PendingGroup,
  { outbox, withLastAddress }: { readonly outbox: Outbox; readonly withLastAddress: WithLastAddress },
): Promise<StoredGroup> {
  const puts = [];
  for (const { record: pending } of group.alerts) {
    const incidentId = incidentOf(outbox, alertKey(feed, pending)) ?? '';
    const record = { ...withLastAddress(pending), incident_id: incidentId };
    const put = await archive.put(record);
    const [object] = group.objects;
    if (object !== undefined && put.isNew && record.update === 'raised') object.alertsRaised += 1;
    puts.push({ ...put, record });
  }
  return { ...group, puts };
}

/** Announces the alerts of a group, and notes that they are out. */
async function announceAlerts(
  deps: DetectorDeps,
  { groupId, stored, alerts, puts }: StoredGroup,
): Promise<void> {
  for (const { record } of puts) {
    await deps.events.put(record);
    const { alert_id: alertId, update, severity, historic } = record;
    deps.log.info('alert', { alertId, update, severity, historic });
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
  from: Taken,
  records: ReadonlyMap<string, AlertRecord>,
): Promise<void> {
  let { outbox } = from;
  for (const message of from.taken) {
    const alerts =
      message.kind === 'incident'
        ? await Promise.all(message.alerts.map(async ({ key }) => records.get(key) ?? deps.alerts.get(key)))
        : [];
    const topics = deps.topics.map(({ name }) => name);
    const note = async (on: readonly string[]): Promise<void> => {
      const nowS = Math.floor(deps.nowMs() / 1000);
      outbox = await changeOutbox(deps.states, outbox, (before) =>
        published(before, message, { on, topics, nowS }),
      );
    };
    const left = deps.topics.filter(({ name }) => message.publishedOn?.includes(name) !== true);
    const failures: unknown[] = [];
    for (const topic of left)
      await topic.publish(outbox.sourceId, message, alerts).then(
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
