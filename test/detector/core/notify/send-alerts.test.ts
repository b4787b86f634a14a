import type { AlertRecord } from '../../../../lambdas/contract/storage/alert-record';
import { outboxId, sourceOfOutbox } from '../../../../lambdas/contract/storage/detection-table';
import type { PendingGroup } from '../../../../lambdas/detector/core/alert/pending-alert';
import { LineTally } from '../../../../lambdas/detector/core/event/read-lines';
import type { GroupState } from '../../../../lambdas/detector/core/group/group-state';
import { EMPTY_STATE } from '../../../../lambdas/detector/core/group/group-state';
import type { WindowTally } from '../../../../lambdas/detector/core/group/tally';
import type { MatchedObject } from '../../../../lambdas/detector/core/matched-object';
import type { AlertMessage, Outbox } from '../../../../lambdas/detector/core/notify/outbox';
import { publishDue, sendAlerts } from '../../../../lambdas/detector/core/notify/send-alerts';
import type { AlertTopic, DetectorDeps, PutAlert } from '../../../../lambdas/detector/core/ports';
import { NINE_S } from '../../archived';
import { exampleAlert } from '../../example-alert';
import { DetectorInMemory, refused } from '../detector-in-memory';

const OUTBOX = '#outbox#netskope';

let detector: DetectorInMemory;
let deps: DetectorDeps;
/** What was done, in its order. */
let steps: string[];
/** What is on the topics. */
let messages: { readonly topic: string; readonly kind: string; readonly alerts: readonly AlertRecord[] }[];
/** Names of topics that refuse a message. */
let refusing: readonly string[];

beforeEach(() => {
  detector = new DetectorInMemory();
  [steps, messages, refusing] = [[], [], []];
  const inMemory = detector.depsWith();
  deps = {
    ...inMemory,
    alerts: { ...inMemory.alerts, put: (alert) => (steps.push('object'), inMemory.alerts.put(alert)) },
    events: { put: (alert) => (steps.push('event'), inMemory.events.put(alert)) },
    alertLines: (sourceId) => {
      const lines = inMemory.alertLines(sourceId);
      return { ...lines, put: (...line) => (steps.push('line'), lines.put(...line)) };
    },
    states: {
      ...inMemory.states,
      save: (id, stored, life) => (steps.push(id), inMemory.states.save(id, stored, life)),
    },
    topics: [topicNamed('alerts')],
  };
});

function topicNamed(name: string): AlertTopic {
  return {
    name,
    publish: (_source: string, { kind }: AlertMessage, alerts) => {
      if (refusing.includes(name)) return refused(`the message on ${name}`);
      steps.push(`message on ${name}`);
      messages.push({ topic: name, kind, alerts });
      return Promise.resolve();
    },
  };
}

function object(): MatchedObject {
  const matched = { batches: [], counts: new Map(), failures: new Map() };
  return {
    ...{ key: 'o1', sourceId: 'netskope', lines: new LineTally(), matched },
    ...{ alertsRaised: 0, failures: [] },
  };
}

let alerts = 0;

/** A group with one alert that is not out. */
function unsent(different: Partial<AlertRecord> = {}, group: Partial<PendingGroup> = {}): PendingGroup {
  const record = exampleAlert({ alert_id: `many-deletes-${++alerts}`, incident_id: '', ...different });
  return {
    groupId: 'many-deletes#alice',
    stored: { state: EMPTY_STATE, version: 0 },
    alerts: [{ record, done: (state) => ({ ...state }) }],
    objects: [],
    ...group,
  };
}

function outbox(): Outbox | undefined {
  return detector.stored.get(OUTBOX)?.state as unknown as Outbox | undefined;
}

test('the outbox knows an alert before it is stored, its line before it is told, and its message after it is out', async () => {
  expect(await sendAlerts(deps, [unsent()])).toEqual([]);
  expect(steps).toEqual([
    OUTBOX,
    'object',
    'line',
    OUTBOX,
    'event',
    'many-deletes#alice',
    'message on alerts',
    OUTBOX,
  ]);
  expect(outbox()).toMatchObject({ ready: [], sent: [{ atS: NINE_S + 3_600, isUrgent: true }] });
  expect(detector.lives.get(OUTBOX)).toEqual({ keepS: 315_360_000, dueAtS: undefined });
});

test('a message has the records of its alerts, as they are stored', async () => {
  await sendAlerts(deps, [unsent()]);
  expect(detector.archived[0]?.incident_id).toMatch(/^incident-20261122T090000Z-[0-9a-f]{8}$/);
  expect(messages).toEqual([{ topic: 'alerts', kind: 'incident', alerts: detector.archived }]);
});

test('a digest has no records', async () => {
  await sendAlerts(deps, [unsent({ severity: 'low' })]);
  expect(messages).toEqual([]);
  expect(detector.lives.get(OUTBOX)?.dueAtS).toBe(NINE_S + 3_600 + 7 * 86_400);
  detector.nowS += 7 * 86_400;
  await publishDue(deps, 'netskope');
  expect(messages).toEqual([{ topic: 'alerts', kind: 'low', alerts: [] }]);
});

test('each source has an outbox of its own', async () => {
  await sendAlerts(deps, [unsent(), unsent({ source_id: 'emea' }), unsent()]);
  expect(steps.filter((step) => step.startsWith('#'))).toEqual([
    OUTBOX,
    OUTBOX,
    OUTBOX,
    '#outbox#emea',
    '#outbox#emea',
    '#outbox#emea',
  ]);
  expect(sourceOfOutbox(outboxId('emea'))).toBe('emea');
  expect(sourceOfOutbox('many-deletes#alice')).toBeUndefined();
});

describe('alerts are of one incident', () => {
  async function incidents(...groups: readonly PendingGroup[]): Promise<number> {
    await sendAlerts(deps, groups);
    return new Set(detector.archived.map(({ incident_id: id }) => id)).size;
  }
  const nobody = { who: [], addresses: [] };

  test('if they are of one user, in any spelling', async () => {
    const [alice, other] = ['alice@corp.example', 'Alice@Corp.Example'].map((name) => ({ who: [name] }));
    expect(await incidents(unsent(alice), unsent(other, { groupId: 'other' }))).toBe(1);
    expect(await incidents(unsent({ who: ['bogdan@corp.example'] }))).toBe(2);
  });

  test('if they are from one address', async () => {
    const [one, other] = [['a'], []].map((who) => ({ who, addresses: ['192.0.2.1'] }));
    expect(await incidents(unsent(one), unsent(other, { groupId: 'other' }))).toBe(1);
  });

  test('if they name nobody and no address, and are of one group', async () => {
    expect(await incidents(unsent(nobody), unsent(nobody))).toBe(1);
    expect(await incidents(unsent(nobody, { groupId: 'other' }))).toBe(2);
  });
});

test('only an alert that is new and no update counts for its object', async () => {
  const [raised, again, grown] = [object(), object(), object()];
  const id = { alert_id: 'many-deletes-a' };
  await sendAlerts(deps, [unsent(id, { objects: [raised] })]);
  await sendAlerts(deps, [unsent(id, { objects: [again] })]);
  await sendAlerts(deps, [unsent({ ...id, update: 'grown' }, { objects: [grown] })]);
  expect([raised, again, grown].map(({ alertsRaised }) => alertsRaised)).toEqual([1, 0, 0]);
});

test('a window that has grown meanwhile is due when it ends', async () => {
  const nothing = { what: [], users: [], targets: [], addresses: [], objects: [] };
  const told = { count: 1, severity: 'high' } as const;
  const tally: WindowTally = { ...nothing, raised: 1, count: 2, lastS: NINE_S, severity: 'high', told };
  const done = (state: GroupState): GroupState => ({ ...state, windows: [{ startS: NINE_S, tally }] });
  const [alert] = unsent().alerts;
  await sendAlerts(deps, [unsent({}, { alerts: alert ? [{ ...alert, done }] : [] })]);
  expect(detector.lives.get('many-deletes#alice')).toEqual({ keepS: 2_592_000, dueAtS: NINE_S + 4_500 });
});

describe('an alert that cannot be stored', () => {
  const onlyOthers = (alert: AlertRecord): Promise<PutAlert> =>
    alert.alert_id === 'refused' ? refused('the alert') : detector.depsWith().alerts.put(alert);

  test('is noted with the objects of its group, and the others are stored', async () => {
    const [failed, other] = [object(), object()];
    const groups = [unsent({ alert_id: 'refused' }, { objects: [failed] }), unsent({}, { objects: [other] })];
    expect(await sendAlerts({ ...deps, alerts: { ...deps.alerts, put: onlyOthers } }, groups)).toEqual([]);
    expect(failed.failures.map(String)).toContain('StateError: the alert is refused');
    expect(other.failures.map(String)).not.toContain('StateError: the alert is refused');
    expect(other.alertsRaised).toBe(1);
  });

  test('is returned if no object brought it', async () => {
    const groups = [unsent({ alert_id: 'refused' })];
    const failures = await sendAlerts({ ...deps, alerts: { ...deps.alerts, put: onlyOthers } }, groups);
    expect(failures.map(String)).toContain('StateError: the alert is refused');
  });
});

describe('a topic that refuses a message', () => {
  beforeEach(() => {
    deps = { ...deps, topics: [topicNamed('alerts'), topicNamed('chat')] };
    refusing = ['alerts'];
  });

  test('neither holds it back from another, nor makes it repeat there', async () => {
    const brought = object();
    expect(await sendAlerts(deps, [unsent({}, { objects: [brought] })])).toEqual([]);
    expect(brought.failures.map(String)).toEqual(['StateError: the message on alerts is refused']);
    expect(messages.map(({ topic }) => topic)).toEqual(['chat']);
    expect(detector.lives.get(OUTBOX)?.dueAtS).toBe(NINE_S + 3_720);
    refusing = [];
    detector.nowS += 120;
    await publishDue(deps, 'netskope');
    expect(messages.map(({ topic }) => topic)).toEqual(['chat', 'alerts']);
    expect(messages[1]?.alerts).toEqual(detector.archived);
    expect(outbox()?.ready).toEqual([]);
  });

  test('is waited for no more once it is gone', async () => {
    await sendAlerts(deps, [unsent()]);
    expect(outbox()?.ready).toMatchObject([{ publishedOn: ['chat'] }]);
    detector.nowS += 120;
    await publishDue({ ...deps, topics: [topicNamed('chat')] }, 'netskope');
    expect(messages.map(({ topic }) => topic)).toEqual(['chat']);
    expect(outbox()?.ready).toEqual([]);
  });
});
