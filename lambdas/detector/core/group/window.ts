import { MAX_THRESHOLD } from '../rule/rule';
import type { GroupBatch, TunedRule } from '../rule/tuned-rule';
import type { AlertWindow, GroupState, SeenRow } from './group-state';
import { covers, withWindows } from './group-state';

/** Rows of a very long burst that an alert shows, the latest of them; all are counted. */
const MAX_CAUSE_ROWS = 100;

/** Rows are remembered for so many windows behind the newest. What comes later than that is judged by what comes with it. */
const REMEMBERED_WINDOWS = 4;

/** Rows of either kind that a correlation remembers at most: as many in all as the largest count. */
const MAX_CORRELATED_ROWS = (REMEMBERED_WINDOWS * MAX_THRESHOLD) / 2;

/** A window while rows are still being added to it. */
interface OpenWindow {
  readonly startS: number;
  count: number;
  readonly rows: SeenRow[];
}

/** The state after a batch, and the windows that have raised their alert by it. */
export interface Applied {
  /** The very state that was given, where the batch brought nothing new: then there is nothing to store. */
  readonly state: GroupState;
  readonly raised: readonly AlertWindow[];
}

/**
 * Counts the rows of a batch in their group's windows.
 *
 * A window opens when `threshold` different rows lie closer together than `windowMinutes`, begins with the first of them,
 * and raises one alert. Every row in it belongs to that alert: it counts no more. So a burst is found wherever it begins,
 * where fixed hours would cut it in two, and a group whose threshold is 1 raises its alert with the first row and is heard
 * again with the first row after the window.
 *
 * With a correlation, a window opens with the row that completes it, when `threshold` others lie in the `windowMinutes`
 * before; it begins with the first of those. Within one second the order is unknown, and the completing row counts as last.
 *
 * Only event times count, never the time of delivery. Hence, as long as nothing comes later than what is remembered:
 * - a row delivered again, in whatever object, changes nothing;
 * - batches in the order of time give the same alerts however they are cut;
 * - in any other order the windows may begin elsewhere, but a group raises an alert exactly if it has a burst.
 */
export function applyToWindows(state: GroupState, batch: GroupBatch): Applied {
  const { tuned, rows } = batch;
  const windowS = tuned.rule.windowMinutes * 60;
  const raised: OpenWindow[] = [];
  let free: SeenRow[] = [];
  for (const row of inOrder(state.rows, rows)) {
    if (state.windows.some((window) => covers(window, row.timeS, windowS))) continue;
    const latest = raised.at(-1);
    if (latest !== undefined && covers(latest, row.timeS, windowS)) {
      add(row, latest);
      continue;
    }
    free.push(row);
    const cause = causeOf(free, row, tuned);
    const startS = cause?.[0]?.timeS;
    if (cause === undefined || startS === undefined) continue;
    raised.push({ startS, count: cause.length, rows: cause.slice(-MAX_CAUSE_ROWS) });
    free = free.filter(({ timeS }) => timeS < startS);
  }
  return result(state, { rows: remembered(free, tuned), raised, objectKey: batch.objectKey });
}

/** Each row once, by time. A row that is remembered stays as it is, even if it comes again with another time. */
function inOrder(remembered: readonly SeenRow[], fresh: readonly SeenRow[]): readonly SeenRow[] {
  const byId = new Map(remembered.map((row) => [row.rowId, row]));
  for (const row of [...fresh].sort(byTime)) if (!byId.has(row.rowId)) byId.set(row.rowId, row);
  return [...byId.values()].sort(byTime);
}

function byTime(one: SeenRow, other: SeenRow): number {
  if (one.timeS !== other.timeS) return one.timeS - other.timeS;
  if (one.completes !== other.completes) return one.completes ? 1 : -1;
  return one.rowId < other.rowId ? -1 : 1;
}

/** The rows that open a window, if the latest of the free ones does. */
function causeOf(
  free: readonly SeenRow[],
  row: SeenRow,
  { rule, threshold }: TunedRule,
): SeenRow[] | undefined {
  const afterS = row.timeS - rule.windowMinutes * 60;
  if (rule.correlation === undefined) {
    const cause = free.slice(-threshold);
    return cause.length === threshold && (cause[0]?.timeS ?? afterS) > afterS ? cause : undefined;
  }
  if (row.completes !== true) return undefined;
  const before = free.filter(({ timeS, completes }) => completes !== true && timeS > afterS);
  return before.length >= threshold ? [...before, row] : undefined;
}

function add(row: SeenRow, window: OpenWindow): void {
  window.count += 1;
  window.rows.push(row);
  if (window.rows.length > MAX_CAUSE_ROWS) window.rows.shift();
}

/**
 * What is remembered of the rows that no window covers. A bound by number holds whatever times the events claim, and of a
 * count it is never too small: fewer than `threshold` rows lie in any one window. Of a correlation any number may, so rows
 * that lie too far back are forgotten first. With a threshold of 1 no row is left to be remembered.
 */
function remembered(free: readonly SeenRow[], { rule, threshold }: TunedRule): readonly SeenRow[] {
  if (rule.correlation === undefined) return free.slice(-REMEMBERED_WINDOWS * (threshold - 1));
  const recent = notFarBack(free, REMEMBERED_WINDOWS * rule.windowMinutes * 60);
  const first = recent.filter(({ completes }) => completes !== true);
  const last = recent.filter(({ completes }) => completes === true);
  return [...first.slice(-MAX_CORRELATED_ROWS), ...last.slice(-MAX_CORRELATED_ROWS)].sort(byTime);
}

/** Measured from the third newest, so that one event or two with a time in the future do not push the others out. */
function notFarBack(rows: readonly SeenRow[], withinS: number): readonly SeenRow[] {
  const third = rows.at(-3);
  return third === undefined ? rows : rows.filter(({ timeS }) => timeS > third.timeS - withinS);
}

/** What became of the rows. */
interface Outcome {
  readonly rows: readonly SeenRow[];
  readonly raised: readonly OpenWindow[];
  readonly objectKey: string;
}

function result(state: GroupState, { rows, raised, objectKey }: Outcome): Applied {
  if (raised.length === 0 && isSame(rows, state.rows)) return { state, raised: [] };
  const windows = raised.map(({ startS, count, rows: cause }) => ({
    startS,
    cause: { objectKey, count, rows: cause },
  }));
  return {
    state: { ...state, rows, windows: withWindows(state.windows, windows) },
    raised: windows,
  };
}

function isSame(rows: readonly SeenRow[], before: readonly SeenRow[]): boolean {
  return rows.length === before.length && rows.every((row, place) => row === before[place]);
}
