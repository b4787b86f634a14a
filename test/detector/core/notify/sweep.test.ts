import { MUTES_ID } from '../../../../lambdas/contract/storage/detection-table';
import type { AlertWindow, GroupState } from '../../../../lambdas/detector/core/group/group-state';
import type { WindowTally } from '../../../../lambdas/detector/core/group/tally';
import { EMPTY_OUTBOX } from '../../../../lambdas/detector/core/notify/outbox';
import { sweep } from '../../../../lambdas/detector/core/notify/sweep';
import { NINE_S } from '../../archived';
import { exampleRule } from '../../example-rule';
import { DetectorInMemory, refused } from '../detector-in-memory';

const GROUP = 'example-rule#alice';
/** A quarter of an hour after the end of a window of an hour. */
const CLOSES_S = NINE_S + 4_500;

let detector: DetectorInMemory;
beforeEach(() => {
  detector = new DetectorInMemory();
  detector.nowS = CLOSES_S;
});

/** A window whose alert is out. */
function windowFrom(startS: number, different: Partial<WindowTally> = {}): AlertWindow {
  const lists = {
    what: ['Deleted admin'],
    users: ['alice@corp.example'],
    targets: [],
    addresses: [],
    objects: [],
  };
  const told = { count: 1, severity: 'high' } as const;
  return {
    startS,
    tally: { ...lists, raised: 1, count: 4, lastS: startS + 60, severity: 'high', told, ...different },
  };
}

/** Stores a group that is due. */
function dueGroup(id: string, windows: readonly AlertWindow[], different: Partial<GroupState> = {}): void {
  const group = { sourceId: 'netskope', parts: [['user', 'alice@corp.example']] as const };
  detector.stored.set(id, { state: { windows, rows: [], group, ...different }, version: 1 });
  detector.lives.set(id, { keepS: 86_400, dueAtS: NINE_S });
}

/** Stores an outbox whose digest is due. */
function dueOutbox(sourceId: string): void {
  const alert = { key: 'alert-1', headline: 'Something of the past', severity: 'high' };
  const historic = { alerts: [alert], others: 0, firstAtS: NINE_S, lastAtS: NINE_S };
  const state = { ...EMPTY_OUTBOX, historic } as unknown as GroupState;
  detector.stored.set(`#outbox#${sourceId}`, { state, version: 1 });
  detector.lives.set(`#outbox#${sourceId}`, { keepS: 86_400, dueAtS: NINE_S });
}

const closed = () =>
  detector.archived.map(({ rule_id: id, update, event_count }) => [id, update, event_count]);

test('a window that is over is closed: its final count is sent, and the group is due no more', async () => {
  dueGroup(GROUP, [windowFrom(NINE_S)]);
  await sweep(detector.depsWith(exampleRule({ id: 'example' }), exampleRule()));
  expect(closed()).toEqual([['example-rule', 'closed', 4]]);
  expect(detector.stored.get(GROUP)?.state.windows).toEqual([{ startS: NINE_S }]);
  expect(detector.lives.get(GROUP)?.dueAtS).toBeUndefined();
});

test('a window that is not over stays open, and so does one to which nothing came', async () => {
  const windows = [windowFrom(NINE_S, { count: 1 }), windowFrom(NINE_S + 1)];
  dueGroup(GROUP, windows);
  await sweep(detector.depsWith(exampleRule()));
  expect(closed()).toEqual([]);
  expect(detector.reads).toEqual([1]);
  expect(detector.stored.get(GROUP)).toMatchObject({ state: { windows }, version: 1 });
});

test('the window of a rule that failed is closed, too', async () => {
  detector.nowS = NINE_S + 86_400 + 900;
  dueGroup('rule-failed#broken', [windowFrom(NINE_S)]);
  await sweep(detector.depsWith());
  expect(closed()).toEqual([['rule-failed', 'closed', 4]]);
});

test.each([
  ['whose rule is gone', 'old-rule#alice', {}],
  ['that is not known, in states of earlier versions', GROUP, { group: undefined }],
])('nobody is notified of a group %s, and it is due no more', async (_what, id, different) => {
  dueGroup(id, [windowFrom(NINE_S)], different);
  dueGroup('example-rule#bogdan', [windowFrom(NINE_S)]);
  await sweep(detector.depsWith(exampleRule()));
  expect(detector.stored.get(id)?.state.windows).toEqual([{ startS: NINE_S }]);
  expect(detector.lives.get(id)).toEqual({ keepS: 2_592_000 });
  expect(closed()).toEqual([['example-rule', 'closed', 4]]);
});

describe('what has waited is published', () => {
  function sweepWithRefusalOf(source: string): { readonly end: Promise<void>; readonly told: string[] } {
    const told: string[] = [];
    const publish = (sourceId: string) =>
      sourceId === source ? refused(`the message of ${sourceId}`) : Promise.resolve(void told.push(sourceId));
    return {
      end: sweep({ ...detector.depsWith(exampleRule()), topics: [{ name: 'alerts', publish }] }),
      told,
    };
  }

  test('without a look at a group that is due later', async () => {
    dueOutbox('netskope');
    dueGroup(GROUP, [windowFrom(NINE_S)]);
    detector.lives.set(GROUP, { keepS: 86_400, dueAtS: CLOSES_S + 1 });
    const { end, told } = sweepWithRefusalOf('none');
    await end;
    expect(told).toEqual(['netskope']);
    expect(detector.reads).toEqual([1]);
  });

  test('also after another source failed, whose failure is thrown in the end', async () => {
    dueOutbox('emea');
    dueOutbox('netskope');
    const { end, told } = sweepWithRefusalOf('emea');
    await expect(end).rejects.toThrow('the message of emea is refused');
    expect(told).toEqual(['netskope']);
  });

  test('also after a window could not be closed, whose failure is thrown in the end', async () => {
    dueGroup(GROUP, [windowFrom(NINE_S)]);
    dueOutbox('emea');
    const deps = detector.depsWith(exampleRule());
    const alerts = { ...deps.alerts, put: () => refused('the alert') };
    await expect(sweep({ ...deps, alerts })).rejects.toThrow('the alert is refused');
    expect(detector.lives.get('#outbox#emea')?.dueAtS).toBeUndefined();
  });
});

test('mutes that are wrong make it fail, after everything else', async () => {
  detector.stored.set(MUTES_ID, { state: {} as GroupState, version: 1 });
  dueGroup(GROUP, [windowFrom(NINE_S)]);
  await expect(sweep(detector.depsWith(exampleRule()))).rejects.toThrow('mutes is not set');
  expect(closed()).toEqual([['example-rule', 'closed', 4]]);
});
