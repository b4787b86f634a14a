/** npm run soak -- --schedules N --seed S: random fault schedules, as many as wanted, with a counterexample made small. */
import { Command, InvalidArgumentError } from 'commander';
import { soak } from '../test/faults/exactly-once';

const REPORT_EVERY = 100;

function positiveInteger(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('expected a whole number above 0');
}

async function main(): Promise<void> {
  const program = new Command('soak')
    .option('--schedules <count>', 'how many schedules to play', positiveInteger, 1_000)
    .option('--seed <seed>', 'seed of the schedules', positiveInteger, Date.now() % 1_000_000)
    .parse();
  const { schedules, seed } = program.opts<{ schedules: number; seed: number }>();
  const startedAtMs = Date.now();
  console.log(`${schedules} schedules, seed ${seed}`);
  const { events, counterexample } = await soak({
    schedules,
    seed,
    shrinks: true,
    onProgress: (played, seen) => {
      if (played % REPORT_EVERY !== 0) return;
      const leftS = Math.round(((Date.now() - startedAtMs) / 1000 / played) * (schedules - played));
      console.log(`${played} of ${schedules} schedules, ${seen} events, about ${Math.max(0, leftS)} s left`);
    },
  });
  if (counterexample === undefined) {
    console.log(`${schedules} schedules, ${events} events: each stored exactly once, totals exact`);
  } else {
    console.error(`the promise does not hold:\n${counterexample}`);
    process.exitCode = 1;
  }
}

void main();
