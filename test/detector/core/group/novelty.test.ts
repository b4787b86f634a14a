import { applyBatch } from '../../../../lambdas/detector/core/group/apply-batch';
import type { GroupState } from '../../../../lambdas/detector/core/group/group-state';
import { EMPTY_STATE } from '../../../../lambdas/detector/core/group/group-state';
import type { SeenRow } from '../../../../lambdas/detector/core/rule/seen-row';
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

test('of two new values in one second, the row with the lower id stands first, whichever arrives first', () => {
  const one = seenRow('1', NINE_S + 20 * DAY_S, { value: 'elsewhere' });
  const two = seenRow('2', NINE_S + 20 * DAY_S, { value: 'abroad' });
  expect(alerts(learned, [one, two])).toEqual(['1', '2']);
  expect(alerts(learned, [two, one])).toEqual(['1', '2']);
});

test('a known value that is seen while a window is open is remembered as seen on that day', () => {
  const state = after([shows('home', 0)], [shows('abroad', 20)], [shows('home', 20, 30)]);
  expect(state.known?.values).toEqual([
    { value: 'abroad', lastDay: 20_799 },
    { value: 'home', lastDay: 20_799 },
  ]);
});

test('a second new value within the hour raises its own alert, once', () => {
  expect(
    alerts(learned, [shows('abroad', 20)], [shows('elsewhere', 20, 20)], [shows('elsewhere', 20, 40)]),
  ).toEqual(['abroad on day 20 at 0', 'elsewhere on day 20 at 20']);
});

test('new values that one batch shows within the hour share an alert, which lists and counts them', () => {
  const rows = [
    shows('abroad', 20),
    { ...shows('elsewhere', 20, 59), weight: 2 },
    shows('abroad', 20, 50),
    shows('far', 20, 60),
  ];
  const { raised } = applyBatch(learned, batchOf(rule, rows));
  expect(
    raised.map(({ startS, cause }) => [startS, cause?.count, cause?.rows.map(({ value }) => value)]),
  ).toEqual([
    [NINE_S + 20 * DAY_S, 3, ['abroad', 'elsewhere']],
    [NINE_S + 20 * DAY_S + 3_600, 1, ['far']],
  ]);
});

test('an alert shows the latest twenty of very many new values, and counts all', () => {
  const rows = Array.from({ length: 30 }, (_, minute) => shows(`address ${minute}`, 20, minute));
  const [window, ...others] = applyBatch(learned, batchOf(rule, rows)).raised;
  expect(others).toEqual([]);
  expect([window?.cause?.count, window?.cause?.rows.length]).toEqual([30, 20]);
  expect(window?.cause?.rows.at(-1)?.value).toBe('address 29');
});

test('new values of one second in two batches are two alerts, each with a second of its own', () => {
  const at = NINE_S + 20 * DAY_S;
  const [one, two, three] = ['abroad', 'elsewhere', 'far'].map((value) => seenRow(value, at, { value }));
  const state = after([shows('home', 0)], one ? [one] : []);
  const { raised } = applyBatch(state, batchOf(rule, two && three ? [two, three] : [], 'object-2'));
  expect(raised.map(({ startS, cause }) => [startS, cause?.rows.length])).toEqual([[at + 1, 2]]);
});

describe('where only two values are learned without an alert', () => {
  const cautious = exampleRule({
    novelty: { valueOf: () => undefined, learningDays: 14, learnedSilently: 2 },
  });
  const raisedBy = (...rows: readonly SeenRow[]) =>
    applyBatch(EMPTY_STATE, batchOf(cautious, rows)).raised.flatMap(
      ({ cause }) => cause?.rows.map(({ rowId }) => rowId) ?? [],
    );

  test('the third one raises an alert in the first days already, once', () => {
    expect(raisedBy(shows('home', 0), shows('office', 1), shows('home', 2), shows('abroad', 3))).toEqual([
      'abroad on day 3 at 0',
    ]);
    expect(raisedBy(shows('home', 0), shows('office', 1), shows('abroad', 3), shows('abroad', 4))).toEqual([
      'abroad on day 3 at 0',
    ]);
  });

  test('seventy in fourteen days are told', () => {
    expect(
      raisedBy(...Array.from({ length: 70 }, (_, place) => shows(`address ${place}`, place / 5))),
    ).toHaveLength(68);
  });

  test('after the first days the second one raises an alert, too', () => {
    expect(raisedBy(shows('home', 0), shows('office', 14))).toEqual(['office on day 14 at 0']);
  });
});

test('a value not seen for more than 180 days is new again', () => {
  expect(alerts(learned, [shows('home', 180)])).toEqual([]);
  expect(alerts(learned, [shows('home', 181)], [shows('home', 182)])).toEqual(['home on day 181 at 0']);
  expect(alerts(learned, [shows('home', 100)], [shows('home', 280)])).toEqual([]);
});

test('values that were learned in another form are known in the new one, by the later of their days', () => {
  const renamed = exampleRule({
    novelty: { valueOf: () => undefined, learningDays: 14, sameAs: (value) => value.slice(0, 1) },
  });
  const before = after([shows('a1', 0)], [shows('a2', 5), shows('b1', 1)], [shows('a3', 3)]);
  const { raised, state } = applyBatch(before, batchOf(renamed, [shows('a', 20), shows('c', 20)]));
  expect(raised.flatMap(({ cause }) => cause?.rows.map(({ value }) => value))).toEqual(['c']);
  const day = Math.floor(NINE_S / DAY_S);
  expect(state.known?.values).toEqual([
    { value: 'a', lastDay: day + 20 },
    { value: 'c', lastDay: day + 20 },
    { value: 'b', lastDay: day + 1 },
  ]);
  const [a] = applyBatch(before, batchOf(renamed, [shows('c', 20)])).state.known?.values.slice(1) ?? [];
  expect(a).toEqual({ value: 'a', lastDay: day + 5 });
});

test('rows that are delivered again change nothing', () => {
  const state = after([shows('home', 0)], [shows('abroad', 20)], [shows('elsewhere', 20, 30)]);
  expect(applyBatch(state, batchOf(rule, [shows('abroad', 20)], 'object-2')).state).toBe(state);
  expect(applyBatch(state, batchOf(rule, [shows('elsewhere', 20, 30)])).state).toBe(state);
  expect(applyBatch(state, batchOf(rule, [shows('home', 0)])).state).toBe(state);
});

test('a known value leaves the state unchanged, until it is seen a week later', () => {
  expect(applyBatch(learned, batchOf(rule, [shows('office', 13, 50)])).state).toBe(learned);
  expect(applyBatch(learned, batchOf(rule, [shows('office', 19)])).state).toBe(learned);
  expect(applyBatch(learned, batchOf(rule, [shows('office', 20)])).state).not.toBe(learned);
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

test('of more than five hundred values, the one not seen for longest is forgotten, and is new again', () => {
  const many = Array.from({ length: 500 }, (_, place) => shows(`address ${place}`, 1 + (place % 10)));
  const full = after([shows('home', 0)], many.slice(1));
  expect(alerts(full, [shows('home', 20)])).toEqual([]);
  const state = after([shows('home', 0)], many);
  expect(alerts(state, [shows('address 7', 20)], [shows('home', 20, 61)])).toEqual(['home on day 20 at 61']);
});

test('one event with a time far in the past ends the learning: alerts may be too many, never too few', () => {
  const state = after([shows('home', 0)], [shows('long ago', -9_000)]);
  expect(alerts(state, [shows('abroad', 1)])).toEqual(['abroad on day 1 at 0']);
});

describe('where values are part of a whole', () => {
  const ofProvider = exampleRule({
    novelty: { valueOf: () => undefined, learningDays: 14, partOf: (value) => value.split('-')[0] ?? '' },
  });
  /** @returns the values of the alerts */
  const fresh = (...days: readonly (readonly [value: string, day: number])[]) => {
    let state = learned;
    return days.flatMap(([value, day]) => {
      const applied = applyBatch(state, batchOf(ofProvider, [shows(value, day)]));
      state = applied.state;
      return applied.raised.map(() => value);
    });
  };

  test('a third value of one whole raises no alert', () => {
    expect(fresh(['phone-1', 20], ['phone-2', 21], ['phone-3', 22], ['phone-4', 200])).toEqual([
      'phone-1',
      'phone-2',
    ]);
  });

  test('values of other wholes do', () => {
    expect(fresh(['phone-1', 20], ['phone-2', 21], ['hotel-1', 22])).toEqual([
      'phone-1',
      'phone-2',
      'hotel-1',
    ]);
  });

  test('two that were not seen for half a year make nothing known', () => {
    expect(fresh(['phone-1', 20], ['phone-2', 21], ['phone-3', 202])).toEqual([
      'phone-1',
      'phone-2',
      'phone-3',
    ]);
  });
});

describe('the latest address of a group', () => {
  const keeping = exampleRule({
    novelty: { valueOf: () => undefined, learningDays: 14, keepsAddress: true },
  });
  const from = (day: number, ...addresses: readonly string[]): SeenRow => ({
    ...shows('home', day),
    addresses,
  });
  const lastAddressAfter = (tuned: typeof keeping, ...batches: readonly (readonly SeenRow[])[]) =>
    batches.reduce((state, rows) => applyBatch(state, batchOf(tuned, rows)).state, EMPTY_STATE).known
      ?.lastAddress;
  const onDay = (day: number, address: string) => ({ address, timeS: NINE_S + day * DAY_S });

  test.each<[string, readonly (readonly SeenRow[])[], ReturnType<typeof onDay> | undefined]>([
    [
      'is that of the latest event, in whatever order they come',
      [[from(2, '192.0.2.2'), from(1, '192.0.2.1')]],
      onDay(2, '192.0.2.2'),
    ],
    ['is replaced by a later one', [[from(1, '192.0.2.1')], [from(2, '192.0.2.2')]], onDay(2, '192.0.2.2')],
    ['and by no earlier one', [[from(2, '192.0.2.2')], [from(1, '192.0.2.1')]], onDay(2, '192.0.2.2')],
    ['stays where a later event names none', [[from(1, '192.0.2.1')], [from(2)]], onDay(1, '192.0.2.1')],
    ['is the first that the event names', [[from(1, '192.0.2.1', '192.0.2.9')]], onDay(1, '192.0.2.1')],
    ['is none where no event names one', [[from(1)]], undefined],
  ])('%s', (_what, batches, expected) => {
    expect(lastAddressAfter(keeping, ...batches)).toEqual(expected);
  });

  test('is kept only for a rule that asks for it', () => {
    expect(lastAddressAfter(rule, [from(1, '192.0.2.1')])).toBeUndefined();
  });

  test('changes no state where it stays', () => {
    const { state } = applyBatch(EMPTY_STATE, batchOf(keeping, [from(1, '192.0.2.1')]));
    expect(applyBatch(state, batchOf(keeping, [from(1, '192.0.2.1')])).state).toBe(state);
  });
});
