import {
  added,
  isGrown,
  objectMark,
  tallyOf,
  withGrowthTold,
} from '../../../../lambdas/detector/core/group/tally';
import { NINE_S, seenRow } from '../../archived';

const rows = (count: number, object = 'o1', severity: 'low' | 'high' = 'low') =>
  Array.from({ length: count }, (_, place) =>
    seenRow(`${object} ${place}`, NINE_S + place, {
      object,
      severity,
      user: `user ${place}`,
      addresses: [`192.0.2.${place}`],
      detail: { targets: [`target ${place}`] },
    }),
  );

test('it lists what came in, each once, and the objects that brought it', () => {
  const tally = added(tallyOf(rows(2), 2), rows(3, 'o2'));
  expect(tally).toEqual({
    raised: 2,
    count: 5,
    lastS: NINE_S + 2,
    severity: 'low',
    told: { count: 2, severity: 'low' },
    what: ['Deleted rbi template'],
    users: ['user 0', 'user 1', 'user 2'],
    targets: ['target 0', 'target 1', 'target 2'],
    addresses: ['192.0.2.0', '192.0.2.1', '192.0.2.2'],
    objects: ['o1', 'o2'],
  });
});

test('a row that stands for several counts as so many', () => {
  expect(added(tallyOf(rows(1), 1), [seenRow('heavy', NINE_S, { weight: 7 })]).count).toBe(8);
});

test('a row without a user, targets and object counts and adds to no list', () => {
  expect(tallyOf([seenRow('bare', NINE_S)], 1)).toMatchObject({
    count: 1,
    users: [],
    targets: [],
    addresses: [],
    objects: [],
  });
});

test('it lists at most 50 of a kind, and the latest 600 objects', () => {
  expect(tallyOf(rows(200), 200).users).toHaveLength(50);
  const objects = Array.from({ length: 601 }, (_, place) => `o${place}`);
  const delivered = objects.map((object) => seenRow(object, NINE_S, { object }));
  expect(tallyOf(delivered, 601).objects).toEqual(objects.slice(1));
});

test('an object is remembered by a short name that never changes', () => {
  expect(objectMark('netskope_audit/source=netskope/dt=2026-11-22/hour=09/o1.ndjson.gz')).toBe('iCOk40Qh');
});

describe('an alert is updated', () => {
  test('when it has ten times the occurrences that were told, and again at ten times these', () => {
    const nine = added(tallyOf(rows(1), 1), rows(8, 'o2'));
    expect(isGrown(nine)).toBe(false);
    const ten = added(nine, rows(1, 'o3'));
    expect(isGrown(ten)).toBe(true);
    const told = withGrowthTold(ten);
    expect(isGrown(told)).toBe(false);
    expect(isGrown(added(told, rows(89, 'o4')))).toBe(false);
    expect(isGrown(added(told, rows(90, 'o4')))).toBe(true);
  });

  test('when something worse was done than was told', () => {
    const worse = added(tallyOf(rows(1), 1), rows(1, 'o2', 'high'));
    expect(isGrown(worse)).toBe(true);
    expect(isGrown(withGrowthTold(worse))).toBe(false);
  });
});
