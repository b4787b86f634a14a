import { applyBatch } from '../../../../lambdas/detector/core/group/apply-batch';
import { evaluateGroup } from '../../../../lambdas/detector/core/group/evaluate-group';
import { announced, EMPTY_STATE } from '../../../../lambdas/detector/core/group/group-state';
import { NOTHING_STORED } from '../../../../lambdas/detector/core/ports';
import { NINE_S, seenRow } from '../../archived';
import { batchOf, exampleRule } from '../../example-rule';
import { DetectorInMemory } from '../detector-in-memory';

const GROUP = 'example-rule#alice';
const once = exampleRule();
const twice = exampleRule({ threshold: 2 });
const first = seenRow('netskope:1', NINE_S);
const second = seenRow('netskope:2', NINE_S + 60);

let detector: DetectorInMemory;
let alerts: number;
beforeEach(() => {
  detector = new DetectorInMemory();
  alerts = 0;
});
const onAlert = () => (alerts += 1);

test('an alert that is out is counted, and named in the log', async () => {
  await evaluateGroup(
    detector.depsWith(),
    { batch: batchOf(once, [first]), stored: NOTHING_STORED },
    onAlert,
  );
  expect(alerts).toBe(1);
  expect(detector.logged).toEqual([
    [
      'info',
      'alert',
      {
        alertId: 'example-rule-20261122T090000Z-40ef1f80389406a8',
        severity: 'high',
        objectKey: 'object-1',
      },
    ],
  ]);
});

test('where another detector was faster, the batch is counted in what the other stored', async () => {
  const { state } = applyBatch(EMPTY_STATE, batchOf(twice, [first], 'object-2'));
  detector.stored.set(GROUP, { state, version: 1 });
  await evaluateGroup(
    detector.depsWith(),
    { batch: batchOf(twice, [second]), stored: NOTHING_STORED },
    onAlert,
  );
  expect(detector.published.map(({ event_count: count }) => count)).toEqual([2]);
});

test('where another detector has noted that the message is out, nothing more is written', async () => {
  const deps = detector.depsWith();
  const topic = {
    publish: () => {
      const { state, version } = detector.stored.get(GROUP) ?? NOTHING_STORED;
      detector.stored.set(GROUP, { state: announced(state, NINE_S), version: version + 1 });
      return Promise.resolve();
    },
  };
  await evaluateGroup({ ...deps, topic }, { batch: batchOf(once, [first]), stored: NOTHING_STORED }, onAlert);
  expect(detector.stored.get(GROUP)).toEqual({
    state: { windows: [{ startS: NINE_S }], rows: [] },
    version: 2,
  });
});

describe('a state that others keep changing', () => {
  /** Another detector is faster so many times. */
  function evaluatedAfter(lostRaces: number): Promise<void> {
    const deps = detector.depsWith();
    let saves = 0;
    const save: typeof deps.states.save = (id, stored) =>
      ++saves > lostRaces ? deps.states.save(id, stored) : Promise.resolve(false);
    return evaluateGroup(
      { ...deps, states: { ...deps.states, save } },
      { batch: batchOf(twice, [first]), stored: NOTHING_STORED },
      onAlert,
    );
  }

  test('is written at the fiftieth attempt', async () => {
    await evaluatedAfter(49);
    expect(detector.stored.get(GROUP)?.version).toBe(1);
  });

  test('is given up after it', async () => {
    await expect(evaluatedAfter(50)).rejects.toMatchObject({
      name: 'GroupStateError',
      message:
        'the state of example-rule#alice was changed by others 50 times while it was being written; expected few detectors at work',
    });
  });
});
