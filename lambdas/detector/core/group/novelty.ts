import type { Novelty } from '../rule/rule';
import type { GroupBatch } from '../rule/tuned-rule';
import type { AlertWindow, GroupState, KnownValue, KnownValues, SeenRow } from './group-state';
import { covers, weightOf, withWindows } from './group-state';
import type { Applied } from './window';

const SECONDS_PER_DAY = 86_400;

/** Limit on the values of a group; the one not seen for the longest time is forgotten first, and is then new again. */
const MAX_VALUES = 100;

/** The values of a group while a batch is being read. */
interface Learning {
  sinceS: number;
  readonly lastDayByValue: Map<string, number>;
  /** Whether there is anything to be stored. */
  hasLearnt: boolean;
}

/**
 * Finds values that a group has not had before.
 *
 * For `learningDays` from the group's first event, values are only learned. Afterwards a new value opens a window,
 * raises an alert, and is known from then on. While the window is open, further new values raise no second alert. They
 * are not learned either, so each raises its own alert when it occurs after the window.
 *
 * A row delivered again changes nothing. A row out of order is evaluated by what is known when it arrives.
 */
export function applyToKnownValues(
  state: GroupState,
  { tuned, rows, objectKey }: GroupBatch,
  novelty: Novelty,
): Applied {
  const windowS = tuned.rule.windowMinutes * 60;
  const learning = learningOf(state.known);
  const raised: AlertWindow[] = [];
  for (const row of [...rows].sort(byTime)) {
    if (row.value === undefined) continue;
    if (row.timeS < learning.sinceS) learning.sinceS = row.timeS;
    const isLearning = row.timeS < learning.sinceS + novelty.learningDays * SECONDS_PER_DAY;
    const isCovered = [...state.windows, ...raised].some((window) => covers(window, row.timeS, windowS));
    const isKnown = learning.lastDayByValue.has(row.value);
    if (!isKnown && !isLearning && isCovered) continue;
    if (!isKnown && !isLearning)
      raised.push({ startS: row.timeS, cause: { objectKey, count: weightOf([row]), rows: [row] } });
    learn(row.value, row.timeS, learning);
  }
  const known = knownOf(learning, state.known);
  if (known === state.known) return { state, raised };
  return { state: { ...state, known, windows: withWindows(state.windows, raised) }, raised };
}

function byTime(one: SeenRow, other: SeenRow): number {
  return one.timeS - other.timeS || (one.rowId < other.rowId ? -1 : 1);
}

function learningOf(known: KnownValues | undefined): Learning {
  return {
    sinceS: known?.sinceS ?? Number.POSITIVE_INFINITY,
    lastDayByValue: new Map(known?.values.map(({ value, lastDay }) => [value, lastDay])),
    hasLearnt: false,
  };
}

function learn(value: string, timeS: number, learning: Learning): void {
  const day = Math.floor(timeS / SECONDS_PER_DAY);
  const lastDay = learning.lastDayByValue.get(value);
  if (lastDay !== undefined && lastDay >= day) return;
  learning.lastDayByValue.set(value, day);
  learning.hasLearnt = true;
}

function knownOf({ sinceS, lastDayByValue, hasLearnt }: Learning, before: KnownValues | undefined) {
  if (!hasLearnt && sinceS === (before?.sinceS ?? Number.POSITIVE_INFINITY)) return before;
  const values: KnownValue[] = [...lastDayByValue].map(([value, lastDay]) => ({ value, lastDay }));
  values.sort((one, other) => other.lastDay - one.lastDay || (one.value < other.value ? -1 : 1));
  return { sinceS, values: values.slice(0, MAX_VALUES) };
}
