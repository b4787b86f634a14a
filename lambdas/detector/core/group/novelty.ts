import type { Novelty } from '../rule/rule';
import type { SeenRow } from '../rule/seen-row';
import { byTime, weightOf } from '../rule/seen-row';
import type { GroupBatch } from '../rule/tuned-rule';
import type { AlertWindow, GroupState, KnownValue, KnownValues } from './group-state';
import { covers, withWindows } from './group-state';
import type { Applied } from './window';

const SECONDS_PER_DAY = 86_400;

/**
 * A value that was not seen for so many days, or up to a week less, is new again: an address, for example, has another
 * owner by then.
 */
const DAYS_KNOWN = 180;

/** A value's last day is stored again only after so many days: daily would cost a write for each value and day. */
const DAYS_BETWEEN_NOTES = 7;

/**
 * Limit on the values of a group, so that its state fits a DynamoDB item; the one not seen for the longest time is
 * forgotten first. Whoever wants to push values out raises an alert for each one that takes their place.
 */
const MAX_VALUES = 500;

/** One value of a whole may be chance; with a second one it is known that the group's values change within it. */
const VALUES_THAT_MAKE_A_WHOLE_KNOWN = 2;

/** Limit on the rows that an alert shows; the alert counts all. */
const MAX_NEW_ROWS = 20;

/** The values of a group while a batch is being read. */
interface Learning {
  sinceS: number;
  readonly lastDayByValue: Map<string, number>;
  /** Whether there is anything to be stored. */
  hasLearnt: boolean;
}

/**
 * Finds values that a group has not had before, or not for long.
 *
 * A value is known, too, if two others of the whole it is `partOf` are.
 *
 * For `learningDays` from the group's first event, the first `learnedSilently` values are only learned. Any other new
 * value raises an alert and is known from then on, so it raises one alert, whatever else was new shortly before. New
 * values that one batch shows within the window share an alert, which lists them: a flood is one alert an object.
 *
 * A row delivered again changes nothing. A row out of order is evaluated by what is known when it arrives.
 */
export function applyToKnownValues(
  state: GroupState,
  { tuned, rows }: GroupBatch,
  novelty: Novelty,
): Applied {
  const learning = learningOf(state.known, novelty);
  const fresh: SeenRow[] = [];
  for (const row of [...rows].sort(byTime)) {
    if (row.value === undefined) continue;
    if (row.timeS < learning.sinceS) learning.sinceS = row.timeS;
    if (isNew(row.value, row.timeS, learning, novelty) && !isLearnedSilently(row.timeS, learning, novelty))
      fresh.push(row);
    learn(row.value, row.timeS, learning);
  }
  const learned = knownOf(learning, state.known);
  const known = novelty.keepsAddress === true ? withLastAddress(learned, rows) : learned;
  if (known === undefined || known === state.known) return { state, raised: [] };
  const raised = windowsOf(fresh, tuned.rule.windowMinutes * 60, state);
  return { state: { ...state, known, windows: withWindows(state.windows, raised) }, raised };
}

function learningOf(known: KnownValues | undefined, { sameAs = (value) => value }: Novelty): Learning {
  const lastDayByValue = new Map<string, number>();
  for (const { value, lastDay } of known?.values ?? []) {
    const same = sameAs(value);
    lastDayByValue.set(same, Math.max(lastDay, lastDayByValue.get(same) ?? lastDay));
  }
  return { sinceS: known?.sinceS ?? Number.POSITIVE_INFINITY, lastDayByValue, hasLearnt: false };
}

/** With the address of the latest event. */
function withLastAddress(known: KnownValues | undefined, rows: readonly SeenRow[]): KnownValues | undefined {
  const latest = rows
    .filter(({ addresses }) => addresses.length > 0)
    .sort(byTime)
    .at(-1);
  const [address] = latest?.addresses ?? [];
  if (known === undefined || latest === undefined || address === undefined) return known;
  const { lastAddress } = known;
  if (lastAddress !== undefined && lastAddress.timeS >= latest.timeS) return known;
  return { ...known, lastAddress: { address, timeS: latest.timeS } };
}

function dayOf(timeS: number): number {
  return Math.floor(timeS / SECONDS_PER_DAY);
}

function isNew(value: string, timeS: number, { lastDayByValue }: Learning, { partOf }: Novelty): boolean {
  const day = dayOf(timeS);
  const isKnown = (lastDay: number | undefined): boolean =>
    lastDay !== undefined && day - lastDay <= DAYS_KNOWN;
  if (isKnown(lastDayByValue.get(value))) return false;
  if (partOf === undefined) return true;
  const whole = partOf(value);
  const others = [...lastDayByValue].filter(
    ([other, lastDay]) => isKnown(lastDay) && partOf(other) === whole,
  );
  return others.length < VALUES_THAT_MAKE_A_WHOLE_KNOWN;
}

function isLearnedSilently(
  timeS: number,
  { sinceS, lastDayByValue }: Learning,
  { learningDays, learnedSilently = Number.POSITIVE_INFINITY }: Novelty,
): boolean {
  return timeS < sinceS + learningDays * SECONDS_PER_DAY && lastDayByValue.size < learnedSilently;
}

function learn(value: string, timeS: number, learning: Learning): void {
  const day = dayOf(timeS);
  const lastDay = learning.lastDayByValue.get(value);
  if (lastDay !== undefined && day < lastDay + DAYS_BETWEEN_NOTES) return;
  learning.lastDayByValue.set(value, day);
  learning.hasLearnt = true;
}

function knownOf({ sinceS, lastDayByValue, hasLearnt }: Learning, before: KnownValues | undefined) {
  if (!hasLearnt && sinceS === (before?.sinceS ?? Number.POSITIVE_INFINITY)) return before;
  const values: KnownValue[] = [...lastDayByValue].map(([value, lastDay]) => ({ value, lastDay }));
  values.sort((one, other) => other.lastDay - one.lastDay || (one.value < other.value ? -1 : 1));
  return { ...before, sinceS, values: values.slice(0, MAX_VALUES) };
}

/**
 * The windows of the rows with new values, in order of time. An alert is identified by the second in which its window
 * begins; where a window of an earlier batch begins in the same second, the next free one is taken.
 */
function windowsOf(fresh: readonly SeenRow[], windowS: number, state: GroupState): readonly AlertWindow[] {
  const taken = new Set(state.windows.map(({ startS }) => startS));
  const bursts: { readonly startS: number; readonly rows: SeenRow[] }[] = [];
  for (const row of fresh) {
    const latest = bursts.at(-1);
    if (latest !== undefined && covers(latest, row.timeS, windowS)) latest.rows.push(row);
    else bursts.push({ startS: row.timeS, rows: [row] });
  }
  return bursts.map(({ startS: firstS, rows }) => {
    let startS = firstS;
    while (taken.has(startS)) startS += 1;
    taken.add(startS);
    return { startS, cause: { count: weightOf(rows), rows: rows.slice(-MAX_NEW_ROWS) } };
  });
}
