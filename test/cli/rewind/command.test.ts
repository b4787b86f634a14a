import { PassThrough } from 'node:stream';
import type { CollectorEvent } from '../../../lambdas/contract/deployment/collector-event';
import { AUDIT_FEED } from '../../../lambdas/contract/feed/audit';
import { runCommandLine } from '../../../lib/cli/command-line';
import { simulatedLogin } from '../../collector/audit-events';
import { NOW_S } from '../../pipeline';
import { DeployedPipeline, OUTPUTS } from '../deployed-pipeline';

const STANDS_AT_S = NOW_S - 600;
const EXPLAINED =
  'The live feed of netskope stands at 2026-11-18 11:50 UTC; it has archived 2 events.\n' +
  'Netskope is to be asked again for everything since 2026-11-18 06:00 UTC, which is 5 h 50 min. What is stored already is not stored twice.\n' +
  '! Newer events wait until the feed has come back to the present; npx --no -- netskope-audit backfill netskope does not make them wait.\n';

let deployed: DeployedPipeline;
const inherited = { ...process.env };

beforeEach(async () => {
  deployed = await DeployedPipeline.start();
  const { simulator } = deployed.pipeline;
  simulator.add([simulatedLogin('e3', NOW_S - 3 * 3600), simulatedLogin('e0', STANDS_AT_S)]);
  await deployed.pipeline.run({ startLookbackHours: 23.5 });
});

afterEach(async () => {
  process.env = { ...inherited };
  await deployed.pipeline.aws.functions.settled();
  await deployed.stop();
});

const rewind = (...args: string[]) => deployed.cli(['rewind', 'netskope', ...args]);

/** Operations of the requests that Netskope received after the first `before` ones. */
async function askedSince(before: number): Promise<string[]> {
  await deployed.pipeline.aws.functions.settled();
  return deployed.pipeline.simulator.requests.slice(before).map(({ operation }) => operation);
}

/** What a collector returned, as Lambda would report it. */
const returned = (value: object) =>
  ({ kind: 'returned', value, cpuMs: 0, maxRssBytes: 0, fullCollections: 0 }) as const;

/** Runs the command at a terminal and types the answer. */
async function rewindAtTerminal(answer: string): Promise<{ exitCode: number; shown: string }> {
  Object.assign(process.env, deployed.pipeline.aws.environment());
  const keyboard = Object.assign(new PassThrough(), { isTTY: true });
  // Questions do not end standard error either.
  const screen = Object.assign(new PassThrough(), { isTTY: true, end: (): void => undefined });
  let shown = '';
  let isAnswered = false;
  screen.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    if (isAnswered || !shown.includes('Rewind the live feed of netskope to 2026-11-18 06:00 UTC?')) return;
    isAnswered = true;
    setImmediate(() => keyboard.write(`${answer}\r`)); // the question reads input only once it is drawn
  });
  const exitCode = await runCommandLine({
    feed: AUDIT_FEED,
    args: ['rewind', '--to', '6h'],
    streams: { input: keyboard, output: screen, error: screen },
    environment: { NO_COLOR: '1' },
    nowMs: () => NOW_S * 1000,
    signal: new AbortController().signal,
  });
  return { exitCode, shown };
}

test('rewind shows where the feed stands, moves it back and starts a run, and nothing is stored twice', async () => {
  const before = deployed.pipeline.simulator.requests.length;
  expect(await rewind('--to', '6h', '--yes')).toEqual({
    exitCode: 0,
    stdout:
      EXPLAINED +
      '✓ The live feed of netskope begins again at 2026-11-18 06:00 UTC.\n' +
      '  A run has begun there; npx --no -- netskope-audit status shows how far behind it is.\n',
    stderr: '',
  });
  expect((await askedSince(before))[0]).toBe(String(NOW_S - 6 * 3600));
  expect(await deployed.pipeline.archived()).toHaveLength(2);
  expect((await deployed.pipeline.checkpoint()).totals.archived).toBe(2);
});

test('--json prints one value', async () => {
  const { exitCode, stdout } = await rewind('--to', '2026-11-18T06:00:00Z', '--yes', '--json');
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    sourceId: 'netskope',
    outcome: 'rewound',
    fromEpochS: STANDS_AT_S,
    toEpochS: NOW_S - 6 * 3600,
    isRunBegun: true,
  });
});

describe('a rewind is confirmed', () => {
  test('at a terminal, with y', async () => {
    const { exitCode, shown } = await rewindAtTerminal('y');
    expect(shown).toContain('✓ The live feed of netskope begins again at 2026-11-18 06:00 UTC.');
    expect(exitCode).toBe(0);
  });

  test('but not by Return, which changes nothing', async () => {
    const found = await deployed.pipeline.checkpoint();
    const { exitCode, shown } = await rewindAtTerminal('');
    expect(shown).toContain('Nothing was changed.');
    expect(exitCode).toBe(1);
    expect(await deployed.pipeline.checkpoint()).toEqual(found);
  });

  test('with --yes if there is no terminal, and not without', async () => {
    const found = await deployed.pipeline.checkpoint();
    expect(await rewind('--to', '6h')).toEqual({
      exitCode: 2,
      stdout: EXPLAINED,
      stderr:
        '✗ There is no terminal to ask: Rewind the live feed of netskope to 2026-11-18 06:00 UTC?\n  Give --yes.\n',
    });
    expect(await deployed.pipeline.checkpoint()).toEqual(found);
  });
});

describe('a rewind is refused', () => {
  test.each([
    [
      '5m',
      'The live feed of netskope stands at 2026-11-18 11:50 UTC; it cannot be moved forward to 2026-11-18 11:55 UTC, for what lies between would be lost.',
    ],
    ['91d', '--to 2026-08-19 12:00 UTC is more than 90 days ago, and Netskope keeps events for 90 days.'],
    [
      'soon',
      '--to is "soon"; expected a time, UTC: 2026-11-22, 2026-11-22T09:30, or how long ago: 90d, 6h, 30m.',
    ],
  ])('--to %s', async (to, said) => {
    const found = await deployed.pipeline.checkpoint();
    const { exitCode, stderr } = await rewind('--to', to, '--yes');
    expect(stderr).toContain(`✗ ${said}\n`);
    expect(exitCode).toBe(2);
    expect(await deployed.pipeline.checkpoint()).toEqual(found);
  });

  test('without --to', async () => {
    const { exitCode, stderr } = await rewind('--yes');
    expect(stderr).toContain('✗ It is not said from where the feed is to begin again.\n');
    expect(exitCode).toBe(2);
  });

  test('if the source has not begun', async () => {
    await deployed.stop();
    deployed = await DeployedPipeline.start();
    const { exitCode, stderr } = await rewind('--to', '6h', '--yes');
    expect(stderr).toContain(
      '✗ The live feed of netskope has not begun, so that there is nothing to rewind.\n',
    );
    expect(exitCode).toBe(1);
  });
});

test('rewind waits for a run that is at work, and tells the operator until when at most', async () => {
  const { pipeline } = deployed;
  const found = await pipeline.checkpoint();
  const lease = { runId: 'another', expiresAtMs: NOW_S * 1000 + 90_000 };
  const held = await pipeline.checkpoints.save({ ...found, lease });
  const command = deployed.startCli(['rewind', '--to', '6h', '--yes']);
  await command.printed(
    'A run of netskope is going on, and is waited for; it is over by 12:01:30 UTC at the latest.',
  );
  await pipeline.checkpoints.save({ ...held, lease: undefined });
  expect(await command.end).toMatchObject({ exitCode: 0 });
});

describe('a rewind of a source that rests', () => {
  test('waits for the end of the rest, and tells the operator until when and why', async () => {
    const { aws } = deployed.pipeline;
    const answers: object[] = [
      { outcome: 'resting', restUntilMs: NOW_S * 1000 + 200 },
      { outcome: 'rewound', toEpochS: NOW_S - 6 * 3600 },
    ];
    aws.functions.put(OUTPUTS.CollectorFunction, async () => returned(answers.shift() ?? {}));
    const { exitCode, stdout } = await rewind('--to', '6h', '--yes');
    expect(stdout).toContain(
      '! Source netskope rests until 2026-11-18 12:00:00 UTC: a call may still be running at Netskope, or Netskope asked to wait. That is waited for; nothing is changed before.\n' +
        '✓ The live feed of netskope begins again at 2026-11-18 06:00 UTC.\n',
    );
    expect(exitCode).toBe(0);
    expect(answers).toEqual([]);
  });
});

describe('rewind --skip-to', () => {
  const GIVEN_UP =
    'The live feed of netskope stands at 2026-11-18 11:50 UTC; it has archived 2 events.\n' +
    '✗ It is to go on at 2026-11-18 11:58 UTC. What lies between, 8 min 00 s, is given up: the feed never asks for it again.\n' +
    '! What Netskope still serves of it can be collected beside the feed: npx --no -- netskope-audit backfill netskope --from 2026-11-18T11:50 --to 2026-11-18T11:58\n';
  let events: CollectorEvent[];

  beforeEach(() => {
    events = [];
    deployed.pipeline.aws.functions.put(OUTPUTS.CollectorFunction, async (payload) => {
      events.push(payload as CollectorEvent);
      return returned({ outcome: 'rewound', fromEpochS: STANDS_AT_S, toEpochS: NOW_S - 120 });
    });
  });

  test('moves the feed forward once the id of the source is given, and starts a run there', async () => {
    expect(await rewind('--skip-to', '2m', '--confirm', 'netskope')).toEqual({
      exitCode: 0,
      stdout:
        GIVEN_UP +
        '✓ The live feed of netskope goes on at 2026-11-18 11:58 UTC.\n' +
        '  A run has begun there; npx --no -- netskope-audit status shows how far behind it is.\n',
      stderr: '',
    });
    await deployed.pipeline.aws.functions.settled();
    expect(events.map(({ task }) => task)).toEqual([
      { kind: 'rewind', toEpochS: NOW_S - 120, skip: true },
      undefined,
    ]);
  });

  test('changes nothing if another id is given', async () => {
    const { exitCode, stdout } = await rewind('--skip-to', '2m', '--confirm', 'other');
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: `${GIVEN_UP}Nothing was changed.\n` });
    expect(events).toEqual([]);
  });

  test('asks to type the id, and does nothing if nobody can', async () => {
    expect(await rewind('--skip-to', '2m')).toEqual({
      exitCode: 2,
      stdout: GIVEN_UP,
      stderr:
        '✗ There is no terminal to ask: Type netskope to give up what lies between:\n  Give --confirm <source id>.\n',
    });
    expect(events).toEqual([]);
  });

  test.each([
    [
      ['--skip-to', '1h', '--confirm', 'netskope'],
      'which is not before 2026-11-18 11:00 UTC: nothing would be skipped.',
    ],
    [
      ['--skip-to', '2026-11-18T12:01', '--confirm', 'netskope'],
      '--skip-to 2026-11-18 12:01 UTC lies in the future.',
    ],
    [['--skip-to', '2m', '--to', '6h'], "option '--skip-to <time>' cannot be used with option '--to <time>'"],
    [['--skip-to', '2m', '--yes'], "option '--skip-to <time>' cannot be used with option '--yes'"],
  ])('is refused: %j', async (args, said) => {
    const { exitCode, stderr } = await rewind(...args);
    expect(stderr).toContain(said);
    expect(exitCode).toBe(2);
    expect(events).toEqual([]);
  });
});

test('if the outcome of a call is in doubt, no run is started before the schedule does', async () => {
  const { pipeline } = deployed;
  await pipeline.checkpoints.save({ ...(await pipeline.checkpoint()), phase: 'requested' });
  const before = pipeline.simulator.requests.length;
  const { exitCode, stdout } = await rewind('--to', '6h', '--yes');
  expect(stdout).toContain('  The next run begins there;');
  expect(exitCode).toBe(0);
  expect(await askedSince(before)).toEqual([]);
  await pipeline.catchUp();
  expect(await pipeline.archived()).toHaveLength(2);
});

test('rewind --help says what it does, and ends with an example', async () => {
  const { exitCode, stdout } = await rewind('--help');
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/Example:\n {2}npx --no -- netskope-audit rewind netskope --to 6h\n$/);
});
