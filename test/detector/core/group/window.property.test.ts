import fc from 'fast-check';
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

const SEED = 20_261_122;
const RUNS = 1_000;
const WINDOW_S = 3_600;

/** Absent for 1, as in states of earlier versions. */
const weights = fc.oneof(
  fc.constant({}),
  fc.integer({ min: 1, max: 5 }).map((weight) => ({ weight })),
);

function weightOf(rows: readonly SeenRow[]): number {
  return rows.reduce((sum, { weight }) => sum + (weight ?? 1), 0);
}

/** Rows of one group, spread over so many windows. */
function rowsOver(windows: number) {
  const offsetS = fc.integer({ min: 0, max: windows * WINDOW_S - 1 });
  return fc
    .array(fc.tuple(offsetS, fc.boolean(), weights), { minLength: 1, maxLength: 24 })
    .map((drawn) =>
      drawn.map(([afterS, completes, weight], place) =>
        seenRow(`row ${place}`, NINE_S + afterS, { ...weight, ...(completes ? { completes: true } : {}) }),
      ),
    );
}

const rules: fc.Arbitrary<TunedRule> = fc
  .record({ threshold: fc.integer({ min: 1, max: 8 }), isCorrelation: fc.boolean() })
  .map(({ threshold, isCorrelation }) =>
    exampleRule({ threshold, ...(isCorrelation ? { correlation: { completes: () => true } } : {}) }),
  );

function byTime(one: SeenRow, other: SeenRow): number {
  return one.timeS - other.timeS || Number(one.completes ?? false) - Number(other.completes ?? false);
}

/** The rows that raise an alert with the row at a place, or none: written from the rule, not from the code. */
function burstAt(
  sorted: readonly SeenRow[],
  place: number,
  { rule, threshold }: TunedRule,
): readonly SeenRow[] {
  const row = sorted[place];
  if (row === undefined) return [];
  const near = sorted.slice(0, place + 1).filter(({ timeS }) => row.timeS - timeS < WINDOW_S);
  if (rule.correlation === undefined)
    return near.map((_, first) => near.slice(first)).findLast((rows) => weightOf(rows) >= threshold) ?? [];
  const failures = near.filter(({ completes }) => !completes);
  return row.completes && weightOf(failures) >= threshold ? [...failures, row] : [];
}

/** The plain model: everything is in memory, in order of time, and is searched from the beginning for each row. */
function modelStarts(rows: readonly SeenRow[], tuned: TunedRule): readonly number[] {
  const sorted = [...rows].sort(byTime);
  const starts: number[] = [];
  const isFree = ({ timeS }: SeenRow) =>
    starts.every((startS) => timeS < startS || timeS >= startS + WINDOW_S);
  for (const row of sorted) {
    const free = sorted.slice(0, sorted.indexOf(row) + 1).filter(isFree);
    if (free.at(-1) !== row) continue;
    const [first] = burstAt(free, free.length - 1, tuned);
    if (first !== undefined) starts.push(first.timeS);
  }
  return starts;
}

function hasBurst(rows: readonly SeenRow[], tuned: TunedRule): boolean {
  const sorted = [...rows].sort(byTime);
  return sorted.some((_, place) => burstAt(sorted, place, tuned).length > 0);
}

function isCovered({ timeS }: SeenRow, { windows }: GroupState): boolean {
  return windows.some(({ startS }) => timeS >= startS && timeS < startS + WINDOW_S);
}

/** Cuts a list at places drawn from it. */
function cut(rows: readonly SeenRow[], places: readonly number[]): readonly (readonly SeenRow[])[] {
  const at = [...new Set(places.map((place) => place % rows.length))].sort((one, other) => one - other);
  return [0, ...at].map((from, number) => rows.slice(from, at[number] ?? rows.length));
}

const cuts = fc.array(fc.nat(), { maxLength: 8 });

test(`in the order of time, however cut and repeated, the windows are those of the plain model (seed ${SEED})`, () => {
  fc.assert(
    fc.property(
      fc.oneof(rowsOver(4), rowsOver(40)),
      rules,
      cuts,
      fc.array(fc.nat(), { maxLength: 8 }),
      (rows, tuned, places, repeats) => {
        const batches = cut([...rows].sort(byTime), places);
        let state: GroupState = EMPTY_STATE;
        const starts: number[] = [];
        batches.forEach((batch, number) => {
          const repeated = batches[(repeats[number] ?? number) % (number + 1)] ?? [];
          for (const delivered of [batch, repeated]) {
            const applied = applyBatch(state, batchOf(tuned, delivered));
            ({ state } = applied);
            starts.push(...applied.raised.map(({ startS }) => startS));
          }
        });
        expect(starts).toEqual(modelStarts(rows, tuned));
      },
    ),
    { seed: SEED, numRuns: RUNS },
  );
});

/** As late as is supported: four windows. */
const shuffledEvents = rowsOver(4).chain((rows) =>
  fc.tuple(
    fc.constant(rows),
    fc.shuffledSubarray([...rows], { minLength: rows.length, maxLength: rows.length }),
  ),
);

test(`in any order, a group raises an alert exactly if it has a burst, and no burst is left over (seed ${SEED})`, () => {
  fc.assert(
    fc.property(shuffledEvents, rules, cuts, ([rows, shuffled], tuned, places) => {
      const batches = cut(shuffled, places);
      const raised: { startS: number; count: number; rows: readonly SeenRow[] }[] = [];
      let state: GroupState = EMPTY_STATE;
      for (const batch of batches) {
        const applied = applyBatch(state, batchOf(tuned, batch));
        ({ state } = applied);
        raised.push(...applied.raised.map(({ startS, cause }) => ({ startS, rows: [], count: 0, ...cause })));
      }
      expect(raised.length > 0).toBe(hasBurst(rows, tuned));
      expect(
        hasBurst(
          rows.filter((row) => !isCovered(row, state)),
          tuned,
        ),
      ).toBe(false);
      for (const alert of raised) {
        expect(hasBurst(alert.rows, tuned)).toBe(true);
        expect(alert.count).toBe(weightOf(alert.rows));
      }
      const counted = raised.flatMap((alert) => alert.rows.map(({ rowId }) => rowId));
      expect(new Set(counted).size).toBe(counted.length);
      expect(new Set(raised.map(({ startS }) => startS)).size).toBe(raised.length);
      for (const batch of batches) expect(applyBatch(state, batchOf(tuned, batch)).state).toBe(state);
    }),
    { seed: SEED, numRuns: RUNS },
  );
});

/** A table with one item that is written under a condition on its version. */
class VersionedItem {
  private version = 0;
  private stored = JSON.stringify(EMPTY_STATE);

  read(): { readonly state: GroupState; readonly version: number } {
    return { state: JSON.parse(this.stored) as GroupState, version: this.version };
  }

  writeIf(version: number, state: GroupState): boolean {
    if (version !== this.version) return false;
    this.version += 1;
    this.stored = JSON.stringify(state);
    return true;
  }
}

/** The steps of a detector with one object; at every `yield` it may be overtaken, or die. */
function* detect(
  item: VersionedItem,
  tuned: TunedRule,
  object: { key: string; rows: readonly SeenRow[] },
  told: string[],
) {
  for (let isStored = false; !isStored;) {
    const { state, version } = item.read();
    yield;
    const applied = applyBatch(state, batchOf(tuned, object.rows, object.key));
    isStored = applied.state === state || item.writeIf(version, applied.state);
    yield;
  }
  for (const { startS } of pendingWindows(item.read().state)) {
    // The outbox takes an alert once.
    if (!told.includes(`${startS}`)) told.push(`${startS}`);
    yield;
    for (let isStored = false; !isStored;) {
      const { state, version } = item.read();
      yield;
      isStored = item.writeIf(version, withAlertOut(state, startS));
    }
  }
}

/** Runs one detector per object at once; the turns say which one makes the next step, and whether it dies instead. */
function raceOver(
  tuned: TunedRule,
  batches: readonly (readonly SeenRow[])[],
  turns: readonly (readonly [who: number, dies: boolean])[],
) {
  const item = new VersionedItem();
  const told: string[] = [];
  const start = (number: number) =>
    detect(item, tuned, { key: `object-${number}`, rows: batches[number] ?? [] }, told);
  const running = batches.map((_, number) => start(number));
  for (const [who, dies] of turns) {
    const number = who % batches.length;
    if (dies) running[number] = start(number);
    else running[number]?.next();
  }
  for (const detector of running) while (detector.next().done !== true);
  return { state: item.read().state, told };
}

const turns = (canDie: boolean) =>
  fc.array(
    fc.tuple(
      fc.nat({ max: 20 }),
      canDie ? fc.integer({ min: 0, max: 9 }).map((drawn) => drawn === 0) : fc.constant(false),
    ),
    {
      maxLength: 120,
    },
  );

test(`concurrent detectors send each alert exactly once (seed ${SEED})`, () => {
  fc.assert(
    fc.property(shuffledEvents, rules, cuts, turns(false), ([rows, shuffled], tuned, places, order) => {
      const { state, told } = raceOver(tuned, cut(shuffled, places), order);
      expect([...told].sort()).toEqual(state.windows.map(({ startS }) => `${startS}`).sort());
      expect(told.length > 0).toBe(hasBurst(rows, tuned));
      expect(
        hasBurst(
          rows.filter((row) => !isCovered(row, state)),
          tuned,
        ),
      ).toBe(false);
    }),
    { seed: SEED, numRuns: RUNS },
  );
});

test(`detectors that die anywhere, and whose objects are delivered again, lose no alert and invent none (seed ${SEED})`, () => {
  fc.assert(
    fc.property(shuffledEvents, rules, cuts, turns(true), ([rows, shuffled], tuned, places, order) => {
      const { state, told } = raceOver(tuned, cut(shuffled, places), order);
      expect([...new Set(told)].sort()).toEqual(state.windows.map(({ startS }) => `${startS}`).sort());
      expect(told.length > 0).toBe(hasBurst(rows, tuned));
      expect(
        hasBurst(
          rows.filter((row) => !isCovered(row, state)),
          tuned,
        ),
      ).toBe(false);
    }),
    { seed: SEED, numRuns: RUNS },
  );
});
