import { evaluateGroups } from '../../../lambdas/detector/core/evaluate-groups';
import { LineTally } from '../../../lambdas/detector/core/event/read-lines';
import { applyBatch } from '../../../lambdas/detector/core/group/apply-batch';
import { EMPTY_STATE, withAlertOut } from '../../../lambdas/detector/core/group/group-state';
import type { MatchedObject } from '../../../lambdas/detector/core/matched-object';
import { sendAlerts } from '../../../lambdas/detector/core/notify/send-alerts';
import type { DetectorDeps } from '../../../lambdas/detector/core/ports';
import type { GroupBatch } from '../../../lambdas/detector/core/rule/tuned-rule';
import { NINE_S, seenRow } from '../archived';
import { batchOf, exampleRule } from '../example-rule';
import { DetectorInMemory, refused } from './detector-in-memory';

const GROUP = 'example-rule#alice';
const once = exampleRule();
const twice = exampleRule({ threshold: 2 });
const first = seenRow('netskope:1', NINE_S);
const second = seenRow('netskope:2', NINE_S + 60);

let detector: DetectorInMemory;
beforeEach(() => {
  detector = new DetectorInMemory();
});

/** An object with these rows in groups. */
function objectOf(...batches: readonly GroupBatch[]): MatchedObject {
  const matched = { batches, counts: new Map(), failures: new Map() };
  const key = batches[0]?.objectKey ?? 'object-1';
  return {
    ...{ key, sourceId: 'netskope', lines: new LineTally(), matched },
    ...{ alertsRaised: 0, failures: [] },
  };
}

/** Evaluates objects together, as one invocation does. @returns them */
async function evaluated(
  deps: DetectorDeps,
  objects: readonly MatchedObject[],
  remainingMs: () => number = () => 60_000,
): Promise<readonly MatchedObject[]> {
  await sendAlerts(deps, await evaluateGroups(deps, objects, { remainingMs }));
  return objects;
}

test('an alert that is out is counted, and named in the log', async () => {
  const [object] = await evaluated(detector.depsWith(), [objectOf(batchOf(once, [first]))]);
  expect(object).toMatchObject({ alertsRaised: 1, failures: [] });
  expect(detector.logged).toEqual([
    [
      'info',
      'alert',
      {
        alertId: 'example-rule-20261122T090000Z-40ef1f80389406a8',
        update: 'raised',
        severity: 'high',
        historic: false,
      },
    ],
  ]);
});

test('an alert is updated when its window has grown tenfold, once', async () => {
  const rows = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, place) => seenRow(`netskope:${from + place}`, NINE_S + from));
  await evaluated(detector.depsWith(), [objectOf(batchOf(once, rows(0, 1), 'object-1'))]);
  await evaluated(detector.depsWith(), [objectOf(batchOf(once, rows(1, 9), 'object-2'))]);
  expect(detector.lives.get(GROUP)).toEqual({ keepS: 2_592_000, dueAtS: NINE_S + 4_500 });
  await evaluated(detector.depsWith(), [objectOf(batchOf(once, rows(9, 10), 'object-3'))]);
  await evaluated(detector.depsWith(), [objectOf(batchOf(once, rows(10, 11), 'object-4'))]);
  expect(detector.archived.map(({ update, event_count: count }) => [update, count])).toEqual([
    ['raised', 1],
    ['grown', 10],
  ]);
  expect(detector.stored.get(GROUP)?.state.windows).toMatchObject([
    { tally: { count: 11, told: { count: 10 } } },
  ]);
  // The group, and the outbox where there is an alert.
  expect(detector.reads).toEqual([1, 1, 1, 1, 1, 1]);
});

test('without objects nothing is read', async () => {
  await evaluated(detector.depsWith(), []);
  expect(detector.reads).toEqual([]);
});

test('where another detector was faster, the batch is counted in what the other stored', async () => {
  const { state } = applyBatch(EMPTY_STATE, batchOf(twice, [first], 'object-2'));
  detector.stored.set(GROUP, { state, version: 1 });
  const deps = detector.depsWith();
  let reads = 0;
  const loadMany: typeof deps.states.loadMany = (ids) =>
    ++reads === 1 ? Promise.resolve(new Map()) : deps.states.loadMany(ids);
  const states = { ...deps.states, loadMany };
  await evaluated({ ...deps, states }, [objectOf(batchOf(twice, [second]))]);
  expect(detector.archived.map(({ event_count: count }) => count)).toEqual([2]);
});

test('where another detector has noted that the alert is out, nothing more is written', async () => {
  const deps = detector.depsWith();
  const events = {
    put: () => {
      const { state, version } = detector.stored.get(GROUP) ?? { state: EMPTY_STATE, version: 0 };
      detector.stored.set(GROUP, { state: withAlertOut(state, NINE_S), version: version + 1 });
      return Promise.resolve();
    },
  };
  await evaluated({ ...deps, events }, [objectOf(batchOf(once, [first]))]);
  const stored = detector.stored.get(GROUP);
  expect(stored?.version).toBe(2);
  expect(stored?.state.windows.map(({ cause }) => cause)).toEqual([undefined]);
});

describe('a state that others keep changing', () => {
  /** Another detector is faster so many times. */
  async function failuresAfter(lostRaces: number): Promise<readonly unknown[]> {
    const deps = detector.depsWith();
    let saves = 0;
    const save: typeof deps.states.save = (id, stored, life) =>
      ++saves > lostRaces ? deps.states.save(id, stored, life) : Promise.resolve(false);
    const states = { ...deps.states, save };
    const objects = await evaluated({ ...deps, states }, [objectOf(batchOf(twice, [first]))]);
    return objects.flatMap(({ failures }) => failures);
  }

  test('is written at the fiftieth attempt', async () => {
    expect(await failuresAfter(49)).toEqual([]);
    expect(detector.stored.get(GROUP)?.version).toBe(1);
  });

  test('is given up after it', async () => {
    expect(await failuresAfter(50)).toMatchObject([
      {
        name: 'StateError',
        message:
          'the state of example-rule#alice was changed by others 50 times while it was being written; expected few detectors at work',
      },
    ]);
  });
});

describe('objects with events in one group', () => {
  const third = seenRow('netskope:3', NINE_S + 7200);

  test('are counted with one read and one write, and the alert is counted once', async () => {
    const objects = await evaluated(detector.depsWith(), [
      objectOf(batchOf(twice, [first], 'object-1')),
      objectOf(batchOf(twice, [second], 'object-2')),
      objectOf(batchOf(twice, [third], 'object-3')),
    ]);
    // The group, and the outbox.
    expect(detector.reads).toEqual([1, 1]);
    expect(objects.map(({ alertsRaised }) => alertsRaised)).toEqual([1, 0, 0]);
    expect(detector.archived.map(({ event_count: count }) => count)).toEqual([2]);
    // The second write notes that the message is out.
    expect(detector.stored.get(GROUP)).toMatchObject({ version: 2, state: { rows: [third] } });
  });

  test('raise the same alerts and leave the same state as one after the other', async () => {
    const parts = [batchOf(once, [first], 'object-1'), batchOf(once, [third], 'object-2')];
    await evaluated(
      detector.depsWith(),
      parts.map((batch) => objectOf(batch)),
    );
    const oneByOne = new DetectorInMemory();
    for (const batch of parts) await evaluated(oneByOne.depsWith(), [objectOf(batch)]);
    expect(detector.archived.map(({ alert_id: id }) => id)).toEqual([
      'example-rule-20261122T090000Z-40ef1f80389406a8',
      'example-rule-20261122T110000Z-6e24d254f75fafa9',
    ]);
    expect(detector.archived).toEqual(oneByOne.archived);
    expect(detector.stored.get(GROUP)?.state).toEqual(oneByOne.stored.get(GROUP)?.state);
  });

  test('fail together if the state of the group cannot be written, and no other object fails', async () => {
    const deps = detector.depsWith();
    const save: typeof deps.states.save = (id, stored, life) =>
      id === GROUP ? refused('the state') : deps.states.save(id, stored, life);
    const other = { ...batchOf(once, [first], 'object-3'), groupId: 'example-rule#other' };
    const objects = await evaluated({ ...deps, states: { ...deps.states, save } }, [
      objectOf(batchOf(once, [first], 'object-1')),
      objectOf(batchOf(once, [third], 'object-2')),
      objectOf(other),
    ]);
    expect(objects.map(({ failures }) => failures.map(String))).toEqual([
      ['StateError: the state is refused'],
      ['StateError: the state is refused'],
      [],
    ]);
  });

  test('fail together if the states cannot be read, and the next hundred groups are evaluated', async () => {
    const deps = detector.depsWith();
    const loadMany: typeof deps.states.loadMany = (ids) =>
      ids.length === 100 ? refused('the read') : deps.states.loadMany(ids);
    const batches = groups(101);
    const objects = await evaluated({ ...deps, states: { ...deps.states, loadMany } }, [
      objectOf(...batches.slice(0, 50)),
      objectOf(...batches.slice(50, 100)),
      objectOf(...batches.slice(100)),
    ]);
    expect(objects.map(({ failures, alertsRaised }) => [failures.map(String), alertsRaised])).toEqual([
      [['StateError: the read is refused'], 0],
      [['StateError: the read is refused'], 0],
      [[], 1],
    ]);
  });
});

test('where the time runs out, the rest is named once, and the next delivery goes on there', async () => {
  const deps = detector.depsWith();
  let leftMs = 6_000;
  const objects = () => [objectOf(...groups(300).slice(0, 8)), objectOf(...groups(300).slice(8))];
  // 1 s passes with each look at the clock: two looks are enough for the first eight groups.
  const [done, cut] = await evaluated(deps, objects(), () => (leftMs -= 500));
  expect(done).toMatchObject({ alertsRaised: 8, failures: [] });
  expect(cut).toMatchObject({ alertsRaised: 0, failures: [expect.any(Error)] });
  expect(String(cut?.failures[0])).toBe(
    'StateError: no time was left for 292 of 300 groups; the next delivery goes on there',
  );
  const [, rest] = await evaluated(deps, objects());
  expect(rest).toMatchObject({ alertsRaised: 292, failures: [] });
  expect(detector.archived).toHaveLength(300);
});

/** Batches of so many groups of one object, each with one event. */
function groups(count: number): readonly GroupBatch[] {
  return Array.from({ length: count }, (_, place) => ({
    ...batchOf(once, [first]),
    groupId: `example-rule#${place}`,
  }));
}
