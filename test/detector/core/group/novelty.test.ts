import { applyBatch } from '../../../../lambdas/detector/core/group/apply-batch';
import type { GroupState, SeenRow } from '../../../../lambdas/detector/core/group/group-state';
import { EMPTY_STATE } from '../../../../lambdas/detector/core/group/group-state';
import { NINE_S, seenRow } from '../../archived';
import { batchOf, exampleRule } from '../../example-rule';

const MINUTE_S = 60;
const DAY_S = 86_400;

const rule = exampleRule({ novelty: { valueOf: () => undefined, learningDays: 14 } });

function shows(value: string, day: number, minute = 0): SeenRow {
  const timeS = NINE_S + day * DAY_S + minute * MINUTE_S;
  return seenRow(`${value} on day ${day} at ${minute}`, timeS, { value });
}

/** Applies batches one after another. @returns the row ids of the alerts */
function alerts(state: GroupState, ...batches: readonly (readonly SeenRow[])[]): readonly string[] {
  let current = state;
  return batches.flatMap((rows) => {
    const applied = applyBatch(current, batchOf(rule, rows));
    current = applied.state;
    return applied.raised.flatMap(({ cause }) => cause?.rows.map(({ rowId }) => rowId) ?? []);
  });
}

function after(...batches: readonly (readonly SeenRow[])[]): GroupState {
  return batches.reduce((state, rows) => applyBatch(state, batchOf(rule, rows)).state, EMPTY_STATE);
}

const learned = after([shows('home', 0)], [shows('office', 13)]);

test('in the first 14 days every value is learned without an alert, and no window opens', () => {
  expect(learned.windows).toEqual([]);
  expect(alerts(EMPTY_STATE, [shows('home', 0)], [shows('office', 1)], [shows('hotel', 13, 1_439)])).toEqual(
    [],
  );
});

test('afterwards a value that was not seen raises an alert, and a known one does not', () => {
  expect(alerts(learned, [shows('home', 14), shows('office', 15)], [shows('abroad', 20)])).toEqual([
    'abroad on day 20 at 0',
  ]);
});

test('14 days after the first event, to the second, learning is over', () => {
  expect(alerts(learned, [shows('abroad', 14)])).toEqual(['abroad on day 14 at 0']);
});

test('the alert counts what its row stands for', () => {
  const { raised } = applyBatch(learned, batchOf(rule, [{ ...shows('abroad', 20), weight: 12 }]));
  expect(raised.map(({ cause }) => cause?.count)).toEqual([12]);
});

test('a value that has raised its alert is known', () => {
  expect(alerts(learned, [shows('abroad', 20)], [shows('abroad', 21)], [shows('abroad', 30)])).toEqual([
    'abroad on day 20 at 0',
  ]);
});

test('the alert is for the first row that shows the value', () => {
  expect(alerts(learned, [shows('abroad', 20, 10), shows('abroad', 20, 9)])).toEqual([
    'abroad on day 20 at 9',
  ]);
});

test('of two new values in one second, the row with the lower id raises the alert, whichever arrives first', () => {
  const one = seenRow('1', NINE_S + 20 * DAY_S, { value: 'elsewhere' });
  const two = seenRow('2', NINE_S + 20 * DAY_S, { value: 'abroad' });
  expect(alerts(learned, [one, two])).toEqual(['1']);
  expect(alerts(learned, [two, one])).toEqual(['1']);
});

test('a known value that is seen while a window is open is remembered as seen on that day', () => {
  const state = after([shows('home', 0)], [shows('abroad', 20)], [shows('home', 20, 30)]);
  expect(state.known?.values).toEqual([
    { value: 'abroad', lastDay: 20_799 },
    { value: 'home', lastDay: 20_799 },
  ]);
});

test('a second new value within the hour raises none and is not learned, so that it raises one when it is seen again', () => {
  expect(
    alerts(learned, [shows('abroad', 20)], [shows('elsewhere', 20, 30)], [shows('elsewhere', 21)]),
  ).toEqual(['abroad on day 20 at 0', 'elsewhere on day 21 at 0']);
});

test('rows that are delivered again change nothing', () => {
  const state = after([shows('home', 0)], [shows('abroad', 20)], [shows('elsewhere', 20, 30)]);
  expect(applyBatch(state, batchOf(rule, [shows('abroad', 20)], 'object-2')).state).toBe(state);
  expect(applyBatch(state, batchOf(rule, [shows('elsewhere', 20, 30)])).state).toBe(state);
  expect(applyBatch(state, batchOf(rule, [shows('home', 0)])).state).toBe(state);
});

test('a known value leaves the state unchanged, until it is seen on another day', () => {
  expect(applyBatch(learned, batchOf(rule, [shows('office', 13, 50)])).state).toBe(learned);
  expect(applyBatch(learned, batchOf(rule, [shows('office', 14)])).state).not.toBe(learned);
});

test('a row without a value counts for nothing', () => {
  const nothing = batchOf(rule, [seenRow('no value', NINE_S + 30 * DAY_S)]);
  expect(applyBatch(learned, nothing).state).toBe(learned);
  expect(applyBatch(EMPTY_STATE, nothing).state).toBe(EMPTY_STATE);
});

test('learning begins with the earliest event, even if it comes late', () => {
  const late = after([shows('office', 10)], [shows('home', 0)]);
  expect(alerts(late, [shows('abroad', 15)])).toEqual(['abroad on day 15 at 0']);
  const lateAndKnown = after([shows('home', 10)], [shows('home', 0)]);
  expect(alerts(lateAndKnown, [shows('abroad', 15)])).toEqual(['abroad on day 15 at 0']);
});

test('values are remembered by the day they were last seen, latest first, and then by name', () => {
  const state = after([shows('b', 0), shows('c', 0, 1), shows('a', 0, 2), shows('z', 1), shows('y', 1, 1)]);
  expect(state.known?.values.map(({ value }) => value)).toEqual(['y', 'z', 'a', 'b', 'c']);
});

test('of more than a hundred values, the one not seen for longest is forgotten, and is new again', () => {
  const many = Array.from({ length: 100 }, (_, place) => shows(`address ${place}`, 1 + (place % 10)));
  const state = after([shows('home', 0)], many);
  expect(alerts(state, [shows('address 7', 20)], [shows('home', 20, 61)])).toEqual(['home on day 20 at 61']);
});

test('one event with a time far in the past ends the learning: alerts may be too many, never too few', () => {
  const state = after([shows('home', 0)], [shows('long ago', -9_000)]);
  expect(alerts(state, [shows('abroad', 1)])).toEqual(['abroad on day 1 at 0']);
});
