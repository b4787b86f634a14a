import type { AlertWindow } from '../../../../lambdas/detector/core/group/group-state';
import { bounded, groupLife, withAlertOut } from '../../../../lambdas/detector/core/group/group-state';
import { tallyOf } from '../../../../lambdas/detector/core/group/tally';
import { NINE_S, seenRow } from '../../archived';

/** A window whose alert is out, and into which so many rows came, the first of which raised the alert. */
function windowFrom(startS: number, count = 2): AlertWindow {
  return { startS, tally: { ...tallyOf([seenRow('1', startS)], 1), count } };
}

test('a group is kept for 30 days, and is due when the first of its windows that has grown ends', () => {
  const windows = [windowFrom(NINE_S - 60, 1), windowFrom(NINE_S), windowFrom(NINE_S + 3_600)];
  expect(groupLife({ windows, rows: [] }, 60)).toEqual({ keepS: 2_592_000, dueAtS: NINE_S + 4_500 });
});

test('known values are kept for 400 days, and a group whose windows have not grown is never due', () => {
  const state = { windows: [windowFrom(NINE_S, 1), { startS: NINE_S + 3_600 }], rows: [] };
  expect(groupLife({ ...state, known: { sinceS: NINE_S, values: [] } }, 60)).toEqual({ keepS: 34_560_000 });
});

test('the latest ten windows are counted on', () => {
  const windows = Array.from({ length: 11 }, (_, place) => windowFrom(NINE_S + place * 3_600));
  const [first, ...others] = windows;
  expect(bounded({ windows, rows: [] }).windows).toEqual([{ startS: first?.startS }, ...others]);
});

test('of rows that only count, the latest keep details of 3,000 characters together', () => {
  const large = { event: 'x'.repeat(2_988) };
  const rows = [seenRow('1', NINE_S, { detail: { event: '' } }), seenRow('2', NINE_S, { detail: large })];
  expect(bounded({ windows: [], rows }).rows).toEqual([seenRow('1', NINE_S), rows[1]]);
});

test('a window whose alert is out already stays as it is', () => {
  const state = { windows: [windowFrom(NINE_S)], rows: [] };
  expect(withAlertOut(state, NINE_S)).toBe(state);
});
