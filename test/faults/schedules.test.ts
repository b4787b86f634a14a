import fc from 'fast-check';
import { isSound } from './aftermath';
import { soak } from './exactly-once';
import { play } from './play-schedule';
import { focusedOn, RULES } from './rules';
import type { Schedule } from './schedule';
import { schedules } from './schedule';

const SEED = 20261128;

test(`every event is stored exactly once in 25 random schedules of faults, deaths, rivals and unusual servers (seed ${SEED})`, async () => {
  const { counterexample, events } = await soak({ schedules: 25, seed: SEED });
  expect(counterexample).toBeUndefined();
  expect(events).toBeGreaterThan(250);
});

function scheduleOf({ seed, hazard }: (typeof RULES)[string]): Schedule {
  const [schedule] = fc.sample(schedules, { seed, numRuns: 1 });
  if (schedule === undefined) throw new Error(`seed ${seed} gives no schedule`);
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
