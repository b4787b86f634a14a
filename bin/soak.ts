/**
 * npm run soak -- --schedules N --bodies N --seed S: reads damaged bodies with and without a parser, then plays random
 * fault schedules on all cores and shrinks a counterexample. Each core has its own share: the seeds are S, S + 1, … of
 * schedules, and S × 1,000,000 and those that follow of bodies.
 */
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import { differenceAmong } from '../test/collector/core/page/mutated-bodies';
import { soak } from '../test/faults/exactly-once';

const REPORT_EVERY = 100;
const BODIES_REPORT_EVERY = 5_000;
const SEEDS_OF_BODIES = 1_000_000;

/** A message from the process of one core to its parent. */
type Message =
  | { readonly kind: 'read' }
  | { readonly kind: 'played'; readonly events: number }
  | { readonly kind: 'broken'; readonly counterexample: string };

function positiveInteger(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('expected a whole number above 0');
}

interface Options {
  readonly schedules: number;
  readonly bodies: number;
  readonly seed: number;
  readonly cores: number;
}

/** Plays one core's share and reports to the parent process. */
async function playShare({ schedules, bodies, seed }: Options): Promise<void> {
  let known = 0;
  const tell = (message: Message): void => void process.send?.(message);
  const { difference } = differenceAmong(bodies, seed * SEEDS_OF_BODIES, () => tell({ kind: 'read' }));
  if (difference !== undefined) tell({ kind: 'broken', counterexample: difference });
  const { counterexample } = await soak({
    schedules,
    seed,
    shrinks: true,
    onProgress: (_played, events) => {
      tell({ kind: 'played', events: events - known });
      known = events;
    },
  });
  if (counterexample !== undefined) tell({ kind: 'broken', counterexample });
  process.disconnect();
}

async function playOnAllCores({ schedules, bodies, seed, cores }: Options): Promise<void> {
  const startedAtMs = Date.now();
  console.log(
    `${bodies} damaged bodies and ${schedules} schedules on ${cores} cores, seeds ${seed} to ${seed + cores - 1}`,
  );
  let read = 0;
  let played = 0;
  let events = 0;
  let isBroken = false;
  const hear = (message: Message): void => {
    if (message.kind === 'broken') {
      isBroken = true;
      console.error(`the promise does not hold:\n${message.counterexample}`);
      return;
    }
    if (message.kind === 'read') {
      read += 1;
      if (read % BODIES_REPORT_EVERY === 0) console.log(`${read} of ${bodies} bodies`);
      return;
    }
    played += 1;
    events += message.events;
    if (played % REPORT_EVERY !== 0) return;
    const leftS = Math.round(((Date.now() - startedAtMs) / 1000 / played) * (schedules - played));
    console.log(`${played} of ${schedules} schedules, ${events} events, about ${Math.max(0, leftS)} s left`);
  };
  const shares = Array.from({ length: cores }, (_, core) => {
    const share = (count: number): string => String(Math.floor((count + core) / cores));
    const child = fork(fileURLToPath(import.meta.url), [
      ...['--schedules', share(schedules), '--bodies', share(bodies)],
      ...['--seed', String(seed + core), '--share'],
    ]);
    child.on('message', hear);
    return new Promise<number | null>((resolve) => child.on('exit', resolve));
  });
  const exits = await Promise.all(shares);
  if (isBroken || exits.some((code) => code !== 0)) process.exitCode = 1;
  else {
    console.log(`${bodies} damaged bodies: each event read as if it were parsed`);
    console.log(`${played} schedules, ${events} events: each stored exactly once, totals exact`);
  }
}

async function main(): Promise<void> {
  const options = new Command('soak')
    .option('--schedules <count>', 'how many schedules to play', positiveInteger, 1_000)
    .option('--bodies <count>', 'how many damaged bodies to read', positiveInteger, 50_000)
    .option('--seed <seed>', 'seed of the first share', positiveInteger, Date.now() % 1_000_000)
    .option('--cores <count>', 'how many to play on', positiveInteger, availableParallelism())
    .option('--share', 'play one share in this process')
    .parse()
    .opts<Options & { readonly share?: true }>();
  await (options.share === true ? playShare(options) : playOnAllCores(options));
}

void main();
