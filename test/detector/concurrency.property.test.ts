import fc from 'fast-check';
import type { AlertRecord } from '../../lambdas/contract/storage/alert-record';
import { alertOf } from '../../lambdas/detector/core/alert/alert';
import { readArchivedEvent } from '../../lambdas/detector/core/event/archived-event';
import { applyBatch } from '../../lambdas/detector/core/group/apply-batch';
import type { GroupState } from '../../lambdas/detector/core/group/group-state';
import { EMPTY_STATE } from '../../lambdas/detector/core/group/group-state';
import { matchEvents } from '../../lambdas/detector/core/group/match-events';
import type { Tuning } from '../../lambdas/detector/core/rule/tuning';
import { parseTuning } from '../../lambdas/detector/core/rule/tuning';
import { RULES } from '../../lambdas/detector/rules';
import { archivedRecord, NINE_S } from './archived';
import { Detection, TEN_MS } from './detection';

const SEED = 20_261_122;
const RUNS = 12;
const DELETES_IT_TAKES = 3;
const WINDOW_S = 3_600;

const TUNING = ((): Tuning => {
  const parsed = parseTuning(
    { rules: { 'many-deletes': { threshold: DELETES_IT_TAKES } } },
    RULES,
    'detection',
  );
  if (parsed.kind === 'problems') throw new Error(parsed.problems.join('\n'));
  return parsed.tuning;
})();

/** A deletion: user and time. */
interface Deletion {
  readonly user: string;
  readonly afterS: number;
}

/** Deletions over three windows, in objects. */
const objectsOf = (users: readonly string[]) =>
  fc.array(
    fc.array(
      fc.record({
        user: fc.constantFrom(...users),
        afterS: fc.integer({ min: 0, max: 3 * WINDOW_S - 1 }),
      }),
      { minLength: 1, maxLength: 6 },
    ),
    { minLength: 2, maxLength: 5 },
  );

/** Rounds of deliveries, each of some objects, whatever was delivered before; in the end every object was delivered. */
function deliveriesOf(objectCount: number) {
  const places = Array.from({ length: objectCount }, (_, place) => place);
  return fc
    .array(fc.shuffledSubarray(places, { minLength: 1 }), { maxLength: 3 })
    .map((rounds) => [...rounds, [...places].reverse(), places]);
}

const schedules = (users: readonly string[]) =>
  objectsOf(users).chain((objects) => fc.tuple(fc.constant(objects), deliveriesOf(objects.length)));

let detection: Detection;
let run = 0;
beforeAll(async () => {
  detection = await Detection.start();
});
afterAll(() => detection.stop());

function recordsOf(objects: readonly (readonly Deletion[])[], sourceId: string) {
  return objects.map((deletions, object) =>
    deletions.map(({ user, afterS }, place) =>
      archivedRecord({
        p_source_id: sourceId,
        p_row_id: `${sourceId}:${object}-${place}`,
        timestamp: NINE_S + afterS,
        user,
        audit_log_event: 'Deleted tag',
      }),
    ),
  );
}

/** Runs several detectors at once, one per object, round by round. @returns alerts and messages of this run's source */
async function deliverAll(objects: readonly (readonly Deletion[])[], rounds: readonly (readonly number[])[]) {
  const sourceId = `run-${++run}`;
  detection.nowMs = TEN_MS;
  const keys = await Promise.all(
    recordsOf(objects, sourceId).map((records, place) => detection.archive(`o${place}`, records, sourceId)),
  );
  for (const round of rounds) {
    const ends = await Promise.all(
      round.map((place) => detection.deliver([keys[place] ?? ''], { tuning: TUNING })),
    );
    for (const end of ends) expect(end).toEqual({ kind: 'returned', unfinished: [] });
  }
  const alerts = [...(await detection.alerts()).values()].filter(({ source_id }) => source_id === sourceId);
  await detection.sweepAfter(10);
  expect(await detection.chainProblems(sourceId)).toEqual([]);
  const ofSource = (records: readonly AlertRecord[]) =>
    records.filter(({ source_id }) => source_id === sourceId).map(({ alert_id }) => alert_id);
  const events = [...new Set(ofSource(detection.events()))];
  const messages = ofSource(detection.messages().flatMap((message) => message.alerts));
  return { sourceId, alerts, events, messages };
}

/** Whether a user has three deletions less than an hour apart. */
function hasBurst(deletions: readonly Deletion[], user: string): boolean {
  const times = deletions
    .filter((deletion) => deletion.user === user)
    .map(({ afterS }) => afterS)
    .sort((one, other) => one - other);
  return times.some(
    (afterS, place) => afterS - (times[place - DELETES_IT_TAKES + 1] ?? -Infinity) < WINDOW_S,
  );
}

/** Alerts of the same objects in memory, one after another. */
function plainAlertIds(objects: readonly (readonly Deletion[])[], sourceId: string): string[] {
  const states = new Map<string, GroupState>();
  return recordsOf(objects, sourceId).flatMap((records, place) => {
    const events = records.flatMap((record) => readArchivedEvent(record) ?? []);
    return matchEvents(events, TUNING.rules, `o${place}`).batches.flatMap((batch) => {
      const { state, raised } = applyBatch(states.get(batch.groupId) ?? EMPTY_STATE, batch);
      states.set(batch.groupId, state);
      return raised.flatMap((window) => alertOf(batch, window, window.startS)?.alert_id ?? []);
    });
  });
}

test(`concurrent detectors, over shuffled and redelivered objects, alert once on each user's burst, and on nothing else (seed ${SEED})`, async () => {
  const users = ['alice@corp.example', 'bogdan@corp.example'];
  await fc.assert(
    fc.asyncProperty(schedules(users), async ([objects, rounds]) => {
      const { alerts, events, messages } = await deliverAll(objects, rounds);
      const alertIds = alerts.map(({ alert_id }) => alert_id).sort();
      expect(events.sort()).toEqual(alertIds);
      // Of a group's further alerts none is sent before an hour has passed.
      expect(messages).toEqual([...new Set(messages)].filter((id) => alertIds.includes(id)));
      const alerted = new Set(alerts.flatMap(({ who }) => who));
      expect(users.filter((user) => alerted.has(user))).toEqual(
        users.filter((user) => hasBurst(objects.flat(), user)),
      );
      for (const { rows } of alerts) expect(rows.length).toBeGreaterThanOrEqual(DELETES_IT_TAKES);
      const rowIds = alerts.flatMap(({ rows }) => rows.map(({ row_id }) => row_id));
      expect(new Set(rowIds).size).toBe(rowIds.length);
    }),
    { seed: SEED, numRuns: RUNS },
  );
});

test(`if each user's deletions are in one object, any order gives exactly the alerts of the plain model (seed ${SEED})`, async () => {
  await fc.assert(
    fc.asyncProperty(schedules(['somebody']), async ([drawn, rounds]) => {
      const objects = drawn.map((deletions, place) =>
        deletions.map(({ afterS }) => ({ afterS, user: `user${place}@corp.example` })),
      );
      const { sourceId, alerts, events } = await deliverAll(objects, rounds);
      const expected = plainAlertIds(objects, sourceId).sort();
      expect(alerts.map(({ alert_id }) => alert_id).sort()).toEqual(expected);
      expect(events.sort()).toEqual(expected);
    }),
    { seed: SEED, numRuns: RUNS },
  );
});
