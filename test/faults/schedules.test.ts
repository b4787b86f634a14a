import fc from 'fast-check';
import { isSound } from './aftermath';
import { soak } from './exactly-once';
import { play } from './play-schedule';
import { focusedOn, RULES } from './rules';
import type { Schedule } from './schedule';
import { FAULTS, MISHAPS, schedules } from './schedule';

/** Few schedules, of a seed that has every fault and every mishap among them; `npm run soak` plays many. */
const COUNT = 12;
const SEED = 20_264_488;

test(`every event is stored exactly once in ${COUNT} random schedules of faults, deaths, rivals and unusual servers (seed ${SEED})`, async () => {
  const { counterexample, events } = await soak({ schedules: COUNT, seed: SEED });
  expect(counterexample).toBeUndefined();
  expect(events).toBeGreaterThan(120);
});

test('no fault and no mishap is missing from these schedules', () => {
  const met = new Set<string | null>();
  const note = fc.property(schedules, ({ rounds }) => {
    for (const { faults, mishap } of rounds) for (const name of [...faults, mishap]) met.add(name);
  });
  fc.assert(note, { numRuns: COUNT, seed: SEED });
  expect([...Object.keys(FAULTS), ...MISHAPS].filter((name) => !met.has(name))).toEqual([]);
});

function scheduleOf({ schedule: given, hazard }: (typeof RULES)[string]): Schedule {
  const [schedule] = typeof given === 'number' ? fc.sample(schedules, { seed: given, numRuns: 1 }) : [given];
  if (schedule === undefined) throw new Error('the seed gives no schedule');
  return hazard === undefined ? schedule : focusedOn(hazard, schedule);
}

/** Only the live feed: the daily recheck would repair most of it. */
describe('each rule is needed: the live feed keeps the promise in a schedule, and breaks it without the rule', () => {
  test.each(Object.entries(RULES))('%s', async (_name, rule) => {
    const schedule = scheduleOf(rule);
    expect(isSound(await play(schedule, { dailyRecheck: false }))).toBe(true);
    expect(isSound(await play(schedule, { dailyRecheck: false, protocol: rule.without }))).toBe(false);
  });
});
