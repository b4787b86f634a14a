import { gzipSync } from 'node:zlib';
import { isSuccessfulLogin } from '../../../../lambdas/detector/core/event/event-names';
import { applyBatch } from '../../../../lambdas/detector/core/group/apply-batch';
import type { GroupState } from '../../../../lambdas/detector/core/group/group-state';
import {
  EMPTY_STATE,
  pendingWindows,
  withAlertOut,
} from '../../../../lambdas/detector/core/group/group-state';
import type { SeenRow } from '../../../../lambdas/detector/core/rule/seen-row';
import type { TunedRule } from '../../../../lambdas/detector/core/rule/tuned-rule';
import { NINE_S, seenRow } from '../../archived';
import { batchOf, exampleRule } from '../../example-rule';

const MINUTE_S = 60;

/** Rows named a, b, c … at so many minutes past nine. */
function at(...minutes: readonly number[]): readonly SeenRow[] {
  return minutes.map((minute, place) => seenRow(`${minute}#${place}`, NINE_S + minute * MINUTE_S));
}

/** Applies batches in turn. @returns for each window its start, in minutes past nine, and its number of rows */
function alerts(tuned: TunedRule, ...batches: readonly (readonly SeenRow[])[]): readonly string[] {
  let state: GroupState = EMPTY_STATE;
  return batches.flatMap((rows) => {
    const applied = applyBatch(state, batchOf(tuned, rows));
    ({ state } = applied);
    return applied.raised.map(({ startS, cause }) => `${(startS - NINE_S) / MINUTE_S}: ${cause?.count} rows`);
  });
}

const once = exampleRule({ threshold: 1 });
const thrice = exampleRule({ threshold: 3 });

describe('with a threshold of 1', () => {
  test('the first row raises an alert, and the others of the hour do not', () => {
    expect(alerts(once, at(0), at(10), at(59))).toEqual(['0: 1 rows']);
  });

  test('the first row after the hour raises the next', () => {
    expect(alerts(once, at(0), at(60), at(61), at(125))).toEqual(['0: 1 rows', '60: 1 rows', '125: 1 rows']);
  });

  test('rows of one object that fall into one hour are one alert that counts them all', () => {
    expect(alerts(once, at(0, 10, 59, 60))).toEqual(['0: 3 rows', '60: 1 rows']);
  });

  test('a row that comes late, from before the window, raises an alert of its own', () => {
    expect(alerts(once, at(90), at(80))).toEqual(['90: 1 rows', '80: 1 rows']);
  });

  test('a window of 15 minutes lasts 15 minutes', () => {
    expect(alerts(exampleRule({ windowMinutes: 15 }), at(0), at(14), at(15))).toEqual([
      '0: 1 rows',
      '15: 1 rows',
    ]);
  });
});

describe('with a threshold of 3', () => {
  test('two rows are no alert, the third is', () => {
    expect(alerts(thrice, at(0, 10))).toEqual([]);
    expect(alerts(thrice, at(0, 10, 20))).toEqual(['0: 3 rows']);
  });

  test('rows add up over objects', () => {
    expect(alerts(thrice, at(0), at(10), at(20))).toEqual(['0: 3 rows']);
  });

  test('three rows that an hour cannot hold are no alert', () => {
    expect(alerts(thrice, at(0, 30, 60))).toEqual([]);
  });

  test('a burst is found although a lone row came shortly before it', () => {
    expect(alerts(thrice, at(0, 55, 61, 62))).toEqual(['55: 3 rows']);
  });

  test('rows in the window count no more, the ones after it do', () => {
    expect(alerts(thrice, at(0, 10, 20), at(30, 40, 50), at(61, 62, 63))).toEqual([
      '0: 3 rows',
      '61: 3 rows',
    ]);
  });

  test('rows of one object that follow the window do not count those in it', () => {
    expect(alerts(thrice, at(0, 10, 20, 61))).toEqual(['0: 3 rows']);
  });

  test('a row from before the window still counts with others from before it', () => {
    expect(alerts(thrice, at(0, 55, 61, 62), at(-20, -10))).toEqual(['55: 3 rows', '-20: 3 rows']);
  });

  test('a row that is delivered twice counts once', () => {
    expect(alerts(thrice, at(0, 10), at(0, 10), at(0, 10))).toEqual([]);
  });

  test('one row twice in one object counts once', () => {
    const [row] = at(0);
    expect(row && alerts(thrice, [row, row, row])).toEqual([]);
  });

  test('one row twice in one object, with two times, counts at the earlier', () => {
    const [later, earlier] = [NINE_S + 10 * MINUTE_S, NINE_S].map((timeS) => seenRow('one', timeS));
    expect(later && earlier && alerts(once, [later, earlier])).toEqual(['0: 1 rows']);
  });

  test('rows that come late, in the wrong order, complete a burst', () => {
    expect(alerts(thrice, at(20), at(10), at(0))).toEqual(['0: 3 rows']);
  });

  test('rows that come four windows late still complete a burst', () => {
    const later = at(240, 180, 120, 60);
    expect(alerts(thrice, at(1, 2), later, at(3))).toEqual(['1: 3 rows']);
  });

  test('rows that come later than that are evaluated with what comes with them', () => {
    const later = at(100, 130, 165, 195, 230, 260, 295, 325);
    expect(alerts(thrice, at(1, 2), later, at(3))).toEqual([]);
    expect(alerts(thrice, later, at(1, 2, 3))).toEqual(['1: 3 rows']);
  });

  test('one event with a time far in the future does not make the others late', () => {
    expect(alerts(thrice, at(1_000_000), at(0, 10), at(20))).toEqual(['0: 3 rows']);
  });
});

describe('rows that stand for several occurrences', () => {
  const heavy = (minute: number, weight: number, different: Partial<SeenRow> = {}) =>
    seenRow(`heavy ${minute}`, NINE_S + minute * MINUTE_S, { weight, ...different });

  test('one that weighs the threshold raises an alert alone', () => {
    expect(alerts(thrice, [heavy(0, 12)])).toEqual(['0: 12 rows']);
  });

  test('they add up with ordinary ones, over objects', () => {
    expect(alerts(thrice, at(0), [heavy(10, 2)])).toEqual(['0: 3 rows']);
    expect(alerts(thrice, [heavy(0, 2)], at(60))).toEqual([]);
  });

  test('the window begins with the first of the fewest rows that reach the threshold', () => {
    expect(alerts(thrice, at(0), [heavy(10, 3)])).toEqual(['10: 3 rows']);
    expect(alerts(thrice, at(0, 50), [heavy(61, 1)], [heavy(62, 2)])).toEqual(['61: 3 rows']);
  });

  test('every row of the first second belongs to the alert', () => {
    expect(alerts(thrice, at(0), [heavy(0, 1)], [heavy(10, 2)])).toEqual(['0: 4 rows']);
  });

  test('one that comes later in the window is counted with its weight', () => {
    expect(alerts(once, [heavy(0, 2), heavy(10, 5)])).toEqual(['0: 7 rows']);
  });

  test('in a correlation the weights of the failures reach the threshold, and all are counted', () => {
    const rule = exampleRule({ threshold: 5, correlation: { completes: isSuccessfulLogin } });
    const success = heavy(6, 2, { completes: true });
    expect(alerts(rule, [heavy(0, 3), heavy(5, 2), success])).toEqual(['0: 7 rows']);
    expect(alerts(rule, [heavy(0, 3), heavy(5, 1), success])).toEqual([]);
  });

  test('a state of an earlier version, whose rows have no weight, goes on', () => {
    const stored: GroupState = { windows: [], rows: at(0) };
    const { raised } = applyBatch(stored, batchOf(thrice, [heavy(10, 2)]));
    expect(raised.map(({ cause }) => cause?.count)).toEqual([3]);
  });
});

describe('a correlation of two failures and a success', () => {
  const rule = exampleRule({ threshold: 2, correlation: { completes: isSuccessfulLogin } });
  const failed = (minute: number) => seenRow(`failed ${minute}`, NINE_S + minute * MINUTE_S);
  const success = (minute: number) =>
    seenRow(`success ${minute}`, NINE_S + minute * MINUTE_S, { completes: true });

  test('two failures and a success are an alert that begins with the first failure', () => {
    expect(alerts(rule, [failed(0), failed(5), success(6)])).toEqual(['0: 3 rows']);
  });

  test('one failure and a success are none', () => {
    expect(alerts(rule, [failed(5), success(6)])).toEqual([]);
  });

  test('failures after the success are none', () => {
    expect(alerts(rule, [success(0), failed(1), failed(2)])).toEqual([]);
  });

  test('failures alone are none', () => {
    expect(alerts(rule, [failed(0), failed(1), failed(2), failed(3)])).toEqual([]);
  });

  test('failures an hour or more before the success do not count', () => {
    expect(alerts(rule, [failed(0), failed(30), success(60)])).toEqual([]);
    expect(alerts(rule, [failed(1), failed(30), success(60)])).toEqual(['1: 3 rows']);
  });

  test('all failures of the hour before are counted', () => {
    expect(alerts(rule, [failed(0), failed(1), failed(2), failed(3), success(4)])).toEqual(['0: 5 rows']);
  });

  test('in one second, the success counts as last', () => {
    const successFirst = { ...success(5), rowId: 'a success' };
    expect(alerts(rule, [successFirst, failed(0), failed(5)])).toEqual(['0: 3 rows']);
    expect(alerts(rule, [failed(5), failed(0), successFirst])).toEqual(['0: 3 rows']);
  });

  test('the failures may come late, after the success', () => {
    expect(alerts(rule, [success(6)], [failed(5)], [failed(0)])).toEqual(['0: 3 rows']);
  });

  test('of a flood of failures all are counted, and the latest hundred rows are shown', () => {
    const flood = Array.from({ length: 300 }, (_, place) => seenRow(`failed ${place}`, NINE_S + place));
    const { raised } = applyBatch(EMPTY_STATE, batchOf(rule, [...flood, success(6)]));
    expect(raised.map(({ cause }) => [cause?.count, cause?.rows.length, cause?.rows.at(-1)?.rowId])).toEqual([
      [301, 100, 'success 6'],
    ]);
  });

  test('one event with a time far in the future does not push the failures out', () => {
    expect(alerts(rule, [failed(1_000_000), failed(0)], [failed(1)], [success(2)])).toEqual(['0: 3 rows']);
  });

  test('failures far back are forgotten', () => {
    const long = [failed(760), failed(761), failed(1_000), failed(2_000), failed(3_000)];
    const { state } = applyBatch(EMPTY_STATE, batchOf(rule, long));
    expect(state.rows.map(({ rowId }) => rowId)).toEqual([
      'failed 761',
      'failed 1000',
      'failed 2000',
      'failed 3000',
    ]);
  });

  test('rows that may still be completed are remembered once, in the order of time', () => {
    const { state } = applyBatch(EMPTY_STATE, batchOf(rule, [failed(1), success(0), failed(2)]));
    expect(state.rows.map(({ rowId }) => rowId)).toEqual(['success 0', 'failed 1', 'failed 2']);
  });

  test.each([
    ['failures', {}],
    ['successes', { completes: true as const }],
  ])('of a flood of %s that nothing completes, the newest 200 are remembered', (_what, kind) => {
    const flood = Array.from({ length: 300 }, (_, place) => seenRow(`row ${place}`, NINE_S + place, kind));
    const { state } = applyBatch(EMPTY_STATE, batchOf(rule, flood));
    expect([state.rows.length, state.rows[0]?.rowId]).toEqual([200, 'row 100']);
  });

  test('a second success after the same failures raises no second alert', () => {
    expect(alerts(rule, [failed(0), failed(5), success(6)], [success(7)], [success(80)])).toEqual([
      '0: 3 rows',
    ]);
  });
});

describe('what is kept', () => {
  const minutesOf = ({ rows }: GroupState) => rows.map(({ timeS }) => (timeS - NINE_S) / MINUTE_S);

  test('a batch that brings nothing new leaves the state unchanged', () => {
    const { state } = applyBatch(EMPTY_STATE, batchOf(thrice, at(0, 10)));
    expect(applyBatch(state, batchOf(thrice, at(0, 10), 'object-2')).state).toBe(state);
  });

  test('the state is plain JSON', () => {
    const { state } = applyBatch(EMPTY_STATE, batchOf(thrice, at(0, 10, 20, 200)));
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
  });

  test('of very many rows, only the newest are kept, four windows full at most', () => {
    const scattered = at(...Array.from({ length: 200 }, (_, place) => place * 35));
    const { state } = applyBatch(EMPTY_STATE, batchOf(thrice, scattered));
    expect(minutesOf(state)).toEqual([6720, 6755, 6790, 6825, 6860, 6895, 6930, 6965]);
    const next = applyBatch(state, batchOf(thrice, at(7000))).state;
    expect(minutesOf(next)).toEqual([6755, 6790, 6825, 6860, 6895, 6930, 6965, 7000]);
  });

  test('a late row that pushes the oldest out is kept in its place', () => {
    const full = applyBatch(EMPTY_STATE, batchOf(thrice, at(0, 61, 122, 183, 244, 305, 366, 427))).state;
    const { state } = applyBatch(full, batchOf(thrice, at(214)));
    expect(minutesOf(state)).toEqual([61, 122, 183, 214, 244, 305, 366, 427]);
  });

  test('rows of one second are kept in the order of their ids, however they come', () => {
    const rows = ['b', 'a', 'c'].map((id) => seenRow(id, NINE_S));
    const { state } = applyBatch(EMPTY_STATE, batchOf(exampleRule({ threshold: 5 }), rows));
    expect(state.rows.map(({ rowId }) => rowId)).toEqual(['a', 'b', 'c']);
  });

  test('a burst of thousands is counted whole, and shown with its latest hundred rows', () => {
    const burst = Array.from({ length: 3_000 }, (_, place) => seenRow(`row ${place}`, NINE_S + place));
    const { raised } = applyBatch(EMPTY_STATE, batchOf(thrice, burst));
    expect(raised.map(({ cause }) => [cause?.count, cause?.rows.length, cause?.rows[0]?.rowId])).toEqual([
      [3_000, 100, 'row 2900'],
    ]);
  });

  test('windows are kept in the order of time, however they were opened', () => {
    const later = applyBatch(EMPTY_STATE, batchOf(once, at(180))).state;
    const { state } = applyBatch(later, batchOf(once, at(0)));
    expect(state.windows.map(({ startS }) => (startS - NINE_S) / MINUTE_S)).toEqual([0, 180]);
  });

  test('the latest 400 windows are kept, and older ones whose alert was not sent', () => {
    const hours = at(...Array.from({ length: 450 }, (_, place) => place * 60));
    const { state } = applyBatch(EMPTY_STATE, batchOf(once, hours));
    const told = state.windows.slice(1).reduce((kept, { startS }) => withAlertOut(kept, startS), state);
    const next = applyBatch(told, batchOf(once, at(450 * 60))).state;
    expect(next.windows.map(({ startS }) => (startS - NINE_S) / 3_600).slice(0, 3)).toEqual([0, 51, 52]);
    expect(next.windows).toHaveLength(401);
  });
});

describe('until an alert is sent', () => {
  const opened = applyBatch(EMPTY_STATE, batchOf(once, at(0), 'object-1')).state;

  test('whoever loads the state next finds it', () => {
    const again = applyBatch(opened, batchOf(once, at(0), 'object-1'));
    expect(again.raised).toEqual([]);
    expect(pendingWindows(again.state).map(({ startS }) => startS)).toEqual([NINE_S]);
  });

  test('once it is sent, nothing is left to send, and the window is still remembered', () => {
    const told = withAlertOut(opened, NINE_S);
    expect(pendingWindows(told)).toEqual([]);
    expect(applyBatch(told, batchOf(once, at(0, 30), 'object-1')).raised).toEqual([]);
  });
});

describe('a distinct count of 3', () => {
  const rule = exampleRule({ threshold: 3, distinct: () => 'from the row' });
  const from = (minute: number, value: string, weight = 1) =>
    seenRow(`${minute} ${value}`, NINE_S + minute * MINUTE_S, { value, weight });

  test('three different values are an alert, whatever they weigh; the same value often is none', () => {
    expect(alerts(rule, [from(0, 'a'), from(1, 'b'), from(2, 'c')])).toEqual(['0: 3 rows']);
    expect(alerts(rule, [from(0, 'a', 9), from(1, 'a'), from(2, 'b', 9), from(3, 'b')])).toEqual([]);
  });

  test('they add up over objects, and every row since the first of them is counted', () => {
    expect(alerts(rule, [from(0, 'a')], [from(1, 'b'), from(2, 'b')], [from(3, 'c')])).toEqual(['0: 4 rows']);
  });

  test('values that an hour cannot hold are none', () => {
    expect(alerts(rule, [from(0, 'a'), from(30, 'b'), from(60, 'c')])).toEqual([]);
  });

  test('many rows of few values do not push others out', () => {
    const flood = Array.from({ length: 500 }, (_, place) => from(1 + place / 100, `b`, 1)).map(
      (row, place) => ({
        ...row,
        rowId: `flood ${place}`,
      }),
    );
    expect(alerts(rule, [from(0, 'a')], flood, [from(20, 'c')])).toHaveLength(1);
  });

  test('a row without a value does not count', () => {
    expect(alerts(rule, [from(0, 'a'), from(1, 'b'), seenRow('none', NINE_S + 120)])).toEqual([]);
  });
});

describe('a correlation with failures of others', () => {
  const rule = exampleRule({ threshold: 2, correlation: { completes: isSuccessfulLogin, byOthers: true } });
  const failed = (minute: number, user: string) =>
    seenRow(`failed ${minute}`, NINE_S + minute * MINUTE_S, { user });
  const success = (minute: number, user?: string) =>
    seenRow(`success ${minute}`, NINE_S + minute * MINUTE_S, { user, completes: true });

  test('is an alert if two failures of others came before, and counts none of the own', () => {
    expect(
      alerts(rule, [failed(0, 'bogdan'), failed(1, 'carla'), failed(2, 'alice'), success(3, 'alice')]),
    ).toEqual(['0: 3 rows']);
    expect(alerts(rule, [failed(0, 'bogdan'), failed(1, 'Alice'), success(3, 'alice')])).toEqual([]);
  });

  test('is none if nobody knows who succeeded', () => {
    expect(alerts(rule, [failed(0, 'bogdan'), failed(1, 'carla'), success(3)])).toEqual([]);
  });
});

describe('a state stays small', () => {
  const detail = { event: 'x'.repeat(400) };

  test('details go first, those of the oldest rows', () => {
    const rows = Array.from({ length: 90 }, (_, place) => seenRow(`${place}`, NINE_S + place, { detail }));
    const { state } = applyBatch(EMPTY_STATE, batchOf(exampleRule({ threshold: 100 }), rows));
    expect(state.rows).toHaveLength(90);
    expect(state.rows.map((row) => row.detail !== undefined).lastIndexOf(false)).toBe(82);
  });

  test('of alerts that cannot be stored for weeks each keeps one row, and the newest keep more', () => {
    let state: GroupState = EMPTY_STATE;
    const rule = exampleRule({ threshold: 50 });
    for (let hour = 0; hour < 24 * 14; hour++) {
      const rows = Array.from({ length: 50 }, (_, place) =>
        seenRow(`${hour}-${place}`, NINE_S + hour * 3_600 + place, { detail }),
      );
      ({ state } = applyBatch(state, batchOf(rule, rows, `object-${hour}`)));
    }
    const kept = state.windows.map(({ cause }) => cause?.rows.length);
    expect([kept.length, kept[0], kept.at(-1)]).toEqual([336, 1, 50]);
    expect(gzipSync(JSON.stringify(state)).length).toBeLessThan(60_000);
  });
});
