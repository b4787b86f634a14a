import { append } from '../../../shared/collections';
import { MAX_THRESHOLD } from '../rule/rule';
import type { SeenRow } from '../rule/seen-row';
import { weightOf } from '../rule/seen-row';
import type { GroupBatch, TunedRule } from '../rule/tuned-rule';
import type { AlertWindow, GroupState } from './group-state';
import { covers, withWindows } from './group-state';
import { added, objectMark, tallyOf } from './tally';

/** Limit on the rows that an alert shows, the latest of a very long burst; all are counted. */
const MAX_ROWS_OF_ALERT = 100;

/** So many windows' rows are remembered, see `remembered`. What arrives later is evaluated only among itself. */
const REMEMBERED_WINDOWS = 4;

/** Limit on remembered rows of each kind in a correlation: together as many as the largest threshold needs. */
const MAX_CORRELATED_ROWS = (REMEMBERED_WINDOWS * MAX_THRESHOLD) / 2;

/** Rows of one value that are remembered in a distinct count: the newest are enough to find every burst that follows. */
const MAX_ROWS_OF_VALUE = 3;

/** A window that the batch opens, while rows are still being added to it. */
interface NewWindow {
  readonly startS: number;
  readonly rows: SeenRow[];
}

/** The state after a batch, and the windows that the batch opened. */
export interface Applied {
  /** The same object as was given if the batch changed nothing: then there is nothing to store. */
  readonly state: GroupState;
  readonly raised: readonly AlertWindow[];
}

/**
 * Counts the rows of a batch in their group's windows, each by its weight.
 *
 * A window opens when different rows that lie closer together than `windowMinutes` weigh `threshold` together, begins
 * with the first of the fewest that do, and raises one alert. Every row in it belongs to that alert and no longer counts.
 * So a burst is found wherever it begins; fixed hours would cut it in two. A group with a threshold of 1 raises an alert
 * with its first row, and again with the first row after the window.
 *
 * With a distinct count, a window opens when the rows have `threshold` different values, whatever they weigh.
 *
 * With a correlation, a window opens with the row that completes it, if others in the `windowMinutes` before weigh
 * `threshold` together; it begins with the first of those. Within one second the order is unknown, and the completing
 * row counts as last.
 *
 * What comes into a window after its alert is added to its tally, once for each object.
 *
 * Only event times count, not delivery times. Hence, as long as nothing arrives later than what is remembered:
 * - a row delivered again, in any object, changes nothing;
 * - batches in order of time give the same alerts, however they are divided;
 * - in any other order the windows may begin elsewhere, but a group raises an alert exactly if it has a burst.
 */
export function applyToWindows(state: GroupState, batch: GroupBatch): Applied {
  const { tuned, rows } = batch;
  const windowS = tuned.rule.windowMinutes * 60;
  const raised: NewWindow[] = [];
  const joined = new Map<AlertWindow, SeenRow[]>();
  let free: SeenRow[] = [];
  const object = objectMark(batch.objectKey);
  const fresh = rows.map((row) => ({ ...row, object }));
  for (const row of inOrder(state.rows, fresh)) {
    const raisedBefore = state.windows.find((window) => covers(window, row.timeS, windowS));
    if (raisedBefore !== undefined) {
      append(joined, raisedBefore, row);
      continue;
    }
    const latest = raised.at(-1);
    if (latest !== undefined && covers(latest, row.timeS, windowS)) {
      latest.rows.push(row);
      continue;
    }
    free.push(row);
    const cause = causeOf(free, row, tuned);
    const startS = cause?.[0]?.timeS;
    if (cause === undefined || startS === undefined) continue;
    raised.push({ startS, rows: [...cause] });
    free = free.filter(({ timeS }) => timeS < startS);
  }
  const windows = tallied(state.windows, joined, object);
  return result({ ...state, windows }, state, { rows: remembered(free, tuned), raised, batch });
}

/** Adds to each window that raised before what the batch brought, unless the same object did so before. */
function tallied(
  windows: readonly AlertWindow[],
  joined: ReadonlyMap<AlertWindow, readonly SeenRow[]>,
  object: string,
): readonly AlertWindow[] {
  if (joined.size === 0) return windows;
  return windows.map((window) => {
    const { tally } = window;
    const rows = joined.get(window);
    if (tally === undefined || rows === undefined || tally.objects.includes(object)) return window;
    return { ...window, tally: added(tally, rows) };
  });
}

/** Each row once, by time. A row that is remembered stays as it is, even if it arrives again with another time. */
function inOrder(remembered: readonly SeenRow[], fresh: readonly SeenRow[]): readonly SeenRow[] {
  const byId = new Map(remembered.map((row) => [row.rowId, row]));
  for (const row of [...fresh].sort(byTimeCompletingLast)) if (!byId.has(row.rowId)) byId.set(row.rowId, row);
  return [...byId.values()].sort(byTimeCompletingLast);
}

function byTimeCompletingLast(one: SeenRow, other: SeenRow): number {
  if (one.timeS !== other.timeS) return one.timeS - other.timeS;
  if (one.completes !== other.completes) return one.completes ? 1 : -1;
  return one.rowId < other.rowId ? -1 : 1;
}

/** The rows that open a window, if the newest free row opens one. */
function causeOf(
  free: readonly SeenRow[],
  row: SeenRow,
  { rule, threshold }: TunedRule,
): SeenRow[] | undefined {
  const afterS = row.timeS - rule.windowMinutes * 60;
  if (rule.correlation === undefined) {
    const startS =
      rule.distinct === undefined ? burstStartS(free, threshold) : distinctStartS(free, threshold);
    return startS > afterS ? free.filter(({ timeS }) => timeS >= startS) : undefined;
  }
  if (row.completes !== true) return undefined;
  const { byOthers = false } = rule.correlation;
  const before = free.filter(
    (other) =>
      other.completes !== true && other.timeS > afterS && (!byOthers || isOfAnother(other.user, row.user)),
  );
  return weightOf(before) >= threshold ? [...before, row] : undefined;
}

/** Time of the first of the fewest newest rows that weigh `threshold` together; minus infinity if all weigh less. */
function burstStartS(free: readonly SeenRow[], threshold: number): number {
  let together = 0;
  const first = free.findLast(({ weight = 1 }) => (together += weight) >= threshold);
  return first?.timeS ?? -Infinity;
}

/** Time of the first of the fewest newest rows with `threshold` different values; minus infinity if there are fewer. */
function distinctStartS(free: readonly SeenRow[], threshold: number): number {
  const values = new Set<string>();
  for (const { value, timeS } of free.toReversed()) {
    if (value !== undefined) values.add(value);
    if (values.size >= threshold) return timeS;
  }
  return -Infinity;
}

function isOfAnother(user: string | undefined, completing: string | undefined): boolean {
  return user !== undefined && completing !== undefined && user.toLowerCase() !== completing.toLowerCase();
}

/**
 * The remembered rows among those that no window covers. Their number is limited, whatever times the events claim. For
 * a count the limit is never too small: any one window weighs less than `threshold`, and each row 1 or more. For a
 * correlation there may be any number, so old rows are forgotten first. With a threshold of 1, no row is left to be
 * remembered.
 */
function remembered(free: readonly SeenRow[], { rule, threshold }: TunedRule): readonly SeenRow[] {
  if (rule.distinct !== undefined)
    return newestOfEachValue(free).slice(-REMEMBERED_WINDOWS * (threshold - 1) * MAX_ROWS_OF_VALUE);
  if (rule.correlation === undefined) return free.slice(-REMEMBERED_WINDOWS * (threshold - 1));
  const recent = notFarBack(free, REMEMBERED_WINDOWS * rule.windowMinutes * 60);
  const first = recent.filter(({ completes }) => completes !== true);
  const last = recent.filter(({ completes }) => completes === true);
  return [...first.slice(-MAX_CORRELATED_ROWS), ...last.slice(-MAX_CORRELATED_ROWS)].sort(
    byTimeCompletingLast,
  );
}

/** Measured from the third newest row, so that one or two events dated in the future do not push the others out. */
function notFarBack(rows: readonly SeenRow[], withinS: number): readonly SeenRow[] {
  const third = rows.at(-3);
  return third === undefined ? rows : rows.filter(({ timeS }) => timeS > third.timeS - withinS);
}

function newestOfEachValue(rows: readonly SeenRow[]): readonly SeenRow[] {
  const times = new Map<string | undefined, number>();
  const isKept = ({ value }: SeenRow): boolean => {
    const seen = (times.get(value) ?? 0) + 1;
    times.set(value, seen);
    return value !== undefined && seen <= MAX_ROWS_OF_VALUE;
  };
  return rows.toReversed().filter(isKept).toReversed();
}

interface Outcome {
  readonly rows: readonly SeenRow[];
  readonly raised: readonly NewWindow[];
  readonly batch: GroupBatch;
}

function result(next: GroupState, before: GroupState, { rows, raised, batch: { group } }: Outcome): Applied {
  const isUntouched = next.windows.every((window, place) => window === before.windows[place]);
  if (raised.length === 0 && isUntouched && isSame(rows, before.rows)) return { state: before, raised: [] };
  const windows = raised.map(({ startS, rows: all }) => {
    const count = weightOf(all);
    return { startS, cause: { count, rows: all.slice(-MAX_ROWS_OF_ALERT) }, tally: tallyOf(all, count) };
  });
  const kept = raised.length === 0 ? next.group : group;
  return {
    state: {
      ...next,
      rows,
      windows: withWindows(next.windows, windows),
      ...(kept === undefined ? {} : { group: kept }),
    },
    raised: windows,
  };
}

function isSame(rows: readonly SeenRow[], before: readonly SeenRow[]): boolean {
  return rows.length === before.length && rows.every((row, place) => row === before[place]);
}
