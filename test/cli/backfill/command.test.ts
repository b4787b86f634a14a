import { backfillOf } from '../../../lambdas/collector/core/tasks/backfill';
import { AUDIT_FEED } from '../../../lambdas/contract/feed/audit';
import type { Checkpoint } from '../../../lambdas/contract/storage/checkpoint-table';
import { backfillStreamId } from '../../../lambdas/contract/storage/checkpoint-table';
import type { SimulatedEvent } from '../../../lib/local/netskope-simulator/event-log';
import { simulatedLogin } from '../../collector/audit-events';
import { NOW_S } from '../../pipeline';
import type { StartOptions } from '../deployed-pipeline';
import { DeployedPipeline, OUTPUTS } from '../deployed-pipeline';

const HOUR_S = 3600;
const MISSING = [9, 8, 6].map(loginAt);
const HELD = [4, 3].map(loginAt);
const TIMES = ['--from', '2026-11-18T02:00', '--to', '2026-11-18T11:00Z'];
const RANGE = '2026-11-18 02:00 UTC to 2026-11-18 11:00 UTC';

let deployed: DeployedPipeline;
afterEach(async () => {
  await deployed.pipeline.aws.functions.settled(); // a run may release its lease only after the command has ended
  await deployed.stop();
});

function loginAt(hoursAgo: number): SimulatedEvent {
  return simulatedLogin(`e${hoursAgo}`, NOW_S - hoursAgo * HOUR_S);
}

/** A deployment whose live feed has collected the last five hours. */
async function start(simulator: StartOptions['simulator'] = {}): Promise<void> {
  deployed = await DeployedPipeline.start({ simulator });
  deployed.pipeline.simulator.add([...MISSING, ...HELD]);
  await deployed.pipeline.run({ startLookbackHours: 5 });
}

const backfill = (...args: string[]) => deployed.cli(['backfill', 'netskope', ...args]);

async function stored(): Promise<Checkpoint> {
  const found = await deployed.pipeline.checkpoints.load(backfillStreamId(AUDIT_FEED, 'netskope'));
  if (found === undefined) throw new Error('no backfill is stored');
  return found;
}

/** Number of successful runs of the collector. */
function runs(): number {
  return deployed.pipeline.metricValues('EventsArchived').length;
}

/** Drops invocations, as while Lambda has no capacity for them. @returns when the next one arrives */
function loseInvocations(): Promise<void> {
  return new Promise((resolve) => {
    deployed.pipeline.aws.functions.put(OUTPUTS.CollectorFunction, async () => {
      resolve();
      return { kind: 'returned', value: null, cpuMs: 0, maxRssBytes: 0, fullCollections: 0 };
    });
  });
}

describe('backfill --from', () => {
  test('files the time range, starts the collector at once, and reports the result', async () => {
    await start();
    const { exitCode, stdout, stderr } = await backfill('--from', '10h');
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout:
        `Filed: netskope, ${RANGE}.\n` +
        `✓ The backfill of netskope, ${RANGE}, is done in 0 s.\n` +
        '  3 missing events archived; 15 pages, in which 4 times an event was held already.\n',
    });
    expect(stderr).toMatch(/backfill netskope 100 %, 3 archived, 15 pages\n$/);
    expect(await deployed.pipeline.archived()).toHaveLength(5);
  });

  test('starts one run after another while it is watched, and shows the progress', async () => {
    await start({ waitTimeS: 60 });
    const { exitCode, stdout, stderr } = await backfill(...TIMES);
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/^(?:backfill netskope \d+ %, \d archived, \d+ pages\n){2,}$/);
    expect(stderr).toMatch(/backfill netskope 100 %, 3 archived, 15 pages\n$/);
    expect(stdout).toContain('is done in 12 min 00 s.\n'); // in four runs, each with four minutes at most
    expect(runs()).toBe(1 + 3);
    expect(await deployed.pipeline.archived()).toHaveLength(5);
  });

  test('says if nothing was missing', async () => {
    await start();
    const { stdout } = await backfill('--from', '5h');
    expect(stdout).toContain(
      '  No event was missing; 7 pages, in which 3 times an event was held already.\n',
    );
  });

  test('--json prints one value, and nothing else', async () => {
    await start();
    const { exitCode, stdout } = await backfill('--from', '10h', '--json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      sourceId: 'netskope',
      fromEpochS: NOW_S - 10 * HOUR_S,
      toEpochS: NOW_S - HOUR_S,
      state: 'done',
      filedAtMs: NOW_S * 1000,
      endedAtMs: NOW_S * 1000,
      reachedEpochS: NOW_S - HOUR_S,
      archived: 3,
      quarantined: 0,
      alreadyHeld: 4,
      pages: 15,
      indexName: (await stored()).indexName,
    });
  });

  test('is refused while another one is open, whose state is shown', async () => {
    await start();
    void loseInvocations();
    await backfill('--from', '10h', '--detach');
    expect(await backfill('--from', '3h')).toEqual({
      exitCode: 1,
      stdout: '',
      stderr:
        `✗ A backfill of netskope is open already: ${RANGE}, 0 % done, filed 2026-11-18 12:00 UTC.\n` +
        '  Watch it with npx --no -- netskope-audit backfill netskope, or end it with npx --no -- netskope-audit backfill netskope --cancel.\n',
    });
    expect((await stored()).version).toBe(1);
  });

  test('of two filed at the same moment, one is accepted and the other refused', async () => {
    await start();
    void loseInvocations();
    const ends = await Promise.all([
      backfill('--from', '10h', '--detach'),
      backfill('--from', '9h', '--detach'),
    ]);
    expect(ends.map(({ exitCode }) => exitCode).sort()).toEqual([0, 1]);
    expect(ends.find(({ exitCode }) => exitCode === 1)?.stderr).toContain('is open already');
    expect((await stored()).version).toBe(1);
  });

  test.each([
    [
      ['--from', '7d', '--to', '30m'],
      '--to 2026-11-18 11:30 UTC is less than an hour ago. The live feed covers',
    ],
    [['--to', '2d'], '--to is given without --from.'],
    [['--cancel', '--from', '2d'], "option '--cancel' cannot be used with option '--from <time>'"],
    [[], 'No backfill of netskope is open.'],
  ])('%j is wrong usage', async (args, said) => {
    await start();
    const { exitCode, stderr } = await backfill(...args);
    expect(stderr).toContain(`✗ ${said}`);
    expect(exitCode).toBe(2);
    expect(
      await deployed.pipeline.checkpoints.load(backfillStreamId(AUDIT_FEED, 'netskope')),
    ).toBeUndefined();
  });
});

describe('watching', () => {
  test('is ended by Ctrl-C, which does not end the backfill: without --from it is watched again', async () => {
    await start();
    void loseInvocations();
    const watching = deployed.startCli(['backfill', 'netskope', '--from', '10h']);
    await watching.printed('Filed:');
    watching.interrupt();
    expect(await watching.end).toEqual({
      exitCode: 130,
      stdout:
        `Filed: netskope, ${RANGE}.\n` +
        '! Only the watching has ended: scheduled runs go on with the backfill. Watch it again with npx --no -- netskope-audit backfill netskope.\n',
      stderr: '✗ Interrupted.\n  What was done stays; the command can be started again.\n',
    });
    const isWatched = loseInvocations();
    const again = deployed.cli(['backfill']);
    await isWatched;
    await deployed.pipeline.run();
    expect(await again).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('is done in 0 s.') as unknown,
    });
    expect(await deployed.pipeline.archived()).toHaveLength(5);
  });

  test('shows why a run failed to continue the backfill, and goes on', async () => {
    await start();
    const { pipeline } = deployed;
    const liveIndex = (await pipeline.checkpoint()).indexName;
    pipeline.interference = {
      netskope: ({ index }) => (index === liveIndex ? undefined : { kind: 'conflict' }),
    };
    const watching = deployed.startCli(['backfill', 'netskope', '--from', '10h']);
    await watching.printed('HTTP 409');
    pipeline.interference = {};
    await pipeline.run();
    const { exitCode, stdout } = await watching.end;
    expect(stdout).toMatch(
      /✗ The run that ended at 12:00:\d\d UTC failed: HTTP 409: .*; 5 attempts\. The next run goes on\.\n/,
    );
    expect(stdout).toContain('is done');
    expect(exitCode).toBe(0);
  });

  test('ends when the backfill is cancelled, and the command fails', async () => {
    await start();
    void loseInvocations();
    const watching = deployed.startCli(['backfill', 'netskope', '--from', '10h']);
    await watching.printed('Filed:');
    expect(await backfill('--cancel')).toMatchObject({ exitCode: 0 });
    const { exitCode, stdout } = await watching.end;
    expect(stdout).toContain(
      `! The backfill of netskope, ${RANGE}, is cancelled. What it has stored stays.\n`,
    );
    expect(exitCode).toBe(1);
  });
});

test('watching ends when another backfill has replaced the watched one', async () => {
  await start();
  void loseInvocations();
  const watching = deployed.startCli(['backfill', 'netskope', '--from', '10h']);
  await watching.printed('Filed:');
  const other = { fromEpochS: NOW_S - 5 * HOUR_S, toEpochS: NOW_S - 2 * HOUR_S, filedAtMs: NOW_S * 1000 };
  await deployed.pipeline.checkpoints.save(backfillOf(AUDIT_FEED, 'netskope', other, await stored()));
  const { exitCode, stderr } = await watching.end;
  expect(stderr).toContain('✗ The backfill of netskope that was watched is gone: somebody has cancelled it');
  expect(exitCode).toBe(1);
});

describe('backfill --detach', () => {
  test('files the time range and starts a run, without waiting', async () => {
    await start();
    expect(await backfill('--from', '10h', '--detach')).toEqual({
      exitCode: 0,
      stdout:
        `Filed: netskope, ${RANGE}.\n` +
        `The backfill of netskope, ${RANGE}, is open, 0 % done.\n` +
        '  No event was missing so far; 0 pages, in which 0 times an event was held already.\n',
      stderr: '',
    });
    await deployed.pipeline.aws.functions.settled();
    expect((await stored()).backfill?.state).toBe('done');
  });

  test('without --from reports the state of the open backfill', async () => {
    await start({ waitTimeS: 60 });
    await backfill(...TIMES, '--detach');
    await deployed.pipeline.aws.functions.settled();
    const { exitCode, stdout } = await backfill('--detach');
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout:
        `The backfill of netskope, ${RANGE}, is open, 33 % done.\n` +
        '  2 missing events archived; 5 pages, in which 1 times an event was held already.\n',
    });
    expect(runs()).toBe(2);
  });
});

describe('backfill --cancel', () => {
  test('ends the open one: no run asks for more, stored events stay, and another one can be filed', async () => {
    await start({ waitTimeS: 60 });
    await backfill(...TIMES, '--detach');
    await deployed.pipeline.aws.functions.settled();
    expect(await backfill('--cancel')).toMatchObject({
      exitCode: 0,
      stdout:
        `! The backfill of netskope, ${RANGE}, is cancelled. What it has stored stays.\n` +
        '  2 missing events archived; 5 pages, in which 1 times an event was held already.\n',
    });
    await deployed.pipeline.run();
    expect((await stored()).sequence).toBe(5);
    expect(await backfill(...TIMES)).toMatchObject({ exitCode: 0 });
    expect(await deployed.pipeline.archived()).toHaveLength(5);
  });

  test('reports the last backfill if none is open', async () => {
    await start();
    await backfill('--from', '10h');
    expect(await backfill('--cancel')).toEqual({
      exitCode: 2,
      stdout: '',
      stderr:
        `✗ No backfill of netskope is open. The last one, ${RANGE}, is done.\n` +
        '  File one with --from: npx --no -- netskope-audit backfill netskope --from 7d\n',
    });
  });
});

test('backfill --help says what it does, and ends with an example', async () => {
  deployed = await DeployedPipeline.start();
  const { exitCode, stdout } = await deployed.cli(['backfill', '--help']);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(
    /Example:\n {2}npx --no -- netskope-audit backfill netskope --from 30d --to 2026-11-20\n$/,
  );
});
