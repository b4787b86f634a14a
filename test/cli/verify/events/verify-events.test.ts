import { gunzipSync, gzipSync } from 'node:zlib';
import { AUDIT_FEED } from '../../../../lambdas/contract/feed/audit';
import { backfillStreamId } from '../../../../lambdas/contract/storage/checkpoint-table';
import { LOCAL_BUCKET } from '../../../../lib/local/local-deployment';
import type { SimulatedEvent } from '../../../../lib/local/netskope-simulator/event-log';
import { grownEdition } from '../../../../lib/local/netskope-simulator/events/audit-events';
import { simulatedLogin } from '../../../collector/audit-events';
import { NOW_S, TOKEN } from '../../../pipeline';
import { quarantine } from '../../../quarantine';
import type { CliEnd } from '../../cli-process';
import type { CliOptions, StartOptions } from '../../deployed-pipeline';
import { DeployedPipeline } from '../../deployed-pipeline';

const HOUR_S = 3600;
/** 2026-11-18T10:30:00Z, an hour and a half before the present. */
const HALF_PAST_TEN_S = NOW_S - 5400;

let deployed: DeployedPipeline;
beforeEach(() => start());
afterEach(() => deployed.stop());

/** Three hours of events, collected: one at nine, one that is quarantined and two at ten, none at eleven. */
async function start(simulator?: StartOptions['simulator']): Promise<void> {
  deployed = await DeployedPipeline.start({ simulator });
  deployed.pipeline.simulator.add([
    simulatedLogin('e1', HALF_PAST_TEN_S - HOUR_S),
    simulatedLogin('e2', HALF_PAST_TEN_S),
    simulatedLogin('e3', HALF_PAST_TEN_S + 1),
    simulatedLogin('q1', HALF_PAST_TEN_S + 2, { type: undefined }),
  ]);
  await deployed.pipeline.run();
}

const options = (): CliOptions => ({
  environment: { NETSKOPE_ENDPOINT_URL: deployed.pipeline.simulator.url },
});

const verify = (...args: string[]): Promise<CliEnd> => deployed.cli(['verify', ...args], options());

async function values(...args: string[]): Promise<unknown[]> {
  const { stdout } = await verify('--json', ...args);
  return stdout
    .trimEnd()
    .split('\n')
    .map((text) => JSON.parse(text) as unknown);
}

/** Adds events that the collector has not collected yet when the test looks. */
function addUncollected(...events: SimulatedEvent[]): void {
  deployed.pipeline.simulator.add(events);
}

/** Adds another object beside the archived one of ten o'clock, made from its lines. */
async function addToArchive(change: (text: string) => string): Promise<void> {
  const { objects } = deployed.pipeline.aws;
  const key = objects.keys(LOCAL_BUCKET).find((name) => name.includes('/hour=10/')) ?? '';
  const { body } = await objects.read(LOCAL_BUCKET, key);
  await objects.put({
    bucket: LOCAL_BUCKET,
    key: key.replace('.ndjson.gz', '-copy.ndjson.gz'),
    body: gzipSync(change(gunzipSync(body).toString())),
    attributes: { contentType: 'application/gzip', userMetadata: {} },
    onlyIfAbsent: true,
  });
}

describe('if the archive has what Netskope has', () => {
  test('the result is one line', async () => {
    expect(await verify('netskope')).toMatchObject({
      exitCode: 0,
      stdout:
        '✓ 2026-11-17 12:00 UTC to 2026-11-18 11:50 UTC: Netskope has 4 events; each is here, 1 in quarantine.\n',
    });
  });

  test('with --all every hour is shown', async () => {
    const { stdout } = await verify('--all', '--from', '2026-11-18T09:00', '--to', '2026-11-18T11:50');
    expect(stdout).toBe(
      [
        'hour, UTC         Netskope  archive  quarantine  missing  extra',
        '2026-11-18 09:00         1        1           0        0      0',
        '2026-11-18 10:00         3        2           1        0      0',
        '2026-11-18 11:00         0        0           0        0      0',
        'total                    4        3           1        0      0',
        '✓ 2026-11-18 09:00 UTC to 2026-11-18 11:50 UTC: Netskope has 4 events; each is here, 1 in quarantine.',
        '',
      ].join('\n'),
    );
  });

  test('event by event as well; quarantined events are named', async () => {
    const { exitCode, stdout } = await verify('--ids');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('! quarantined: q1, 2026-11-18 10:30:02 UTC\n');
  });

  test('an event that was rejected, and archived when it came again after a fix, is counted once', async () => {
    const { text } = simulatedLogin('e2', HALF_PAST_TEN_S);
    await quarantine(deployed.pipeline.aws, '2026-11-18/earlier', [text]);
    expect(await verify('--ids')).toMatchObject({ exitCode: 0 });
    expect(await verify()).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('1 in quarantine') as unknown,
    });
  });

  test('redriven events are in the archive, and not counted again', async () => {
    deployed.pipeline.nextSchedule();
    const later = simulatedLogin('later', HALF_PAST_TEN_S + HOUR_S);
    deployed.pipeline.simulator.add([later]);
    await quarantine(deployed.pipeline.aws, '2026-11-18/earlier', [later.text]);
    await deployed.cli(['quarantine', 'redrive']);
    expect(await verify()).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('has 5 events') as unknown,
    });
  });

  test('also if Netskope returns different JSON at its other endpoint', async () => {
    await deployed.stop();
    await start({
      eventQuery: {
        rowText: ({ text }) => {
          const { _id, ...rest } = JSON.parse(text) as Record<string, unknown>;
          return JSON.stringify({ ...rest, _insertion_epoch_timestamp: 17, _id });
        },
      },
    });
    expect(await verify('--ids')).toMatchObject({ exitCode: 0 });
  });

  test('from exactly the given second on', async () => {
    expect(await verify('--from', '2026-11-18T10:30:01', '--to', '2026-11-18T10:30:02')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('Netskope has 1 event; each is here.') as unknown,
    });
  });

  test('an empty archive of a silent tenant is equal', async () => {
    expect(await values('--from', '2026-11-17', '--to', '2026-11-17T06:00')).toEqual([
      {
        sourceId: 'netskope',
        from: '2026-11-17T00:00:00.000Z',
        to: '2026-11-17T06:00:00.000Z',
        isEqual: true,
        hours: 6,
        differingHours: 0,
        netskope: 0,
        archived: 0,
        quarantined: 0,
        missing: 0,
        extra: 0,
        doubled: 0,
        withoutTime: { netskope: 0, quarantined: 0 },
        notes: [],
      },
    ]);
  });
});

describe('a missing event', () => {
  test('is counted by hour, and only hours that differ are shown', async () => {
    addUncollected(simulatedLogin('m1', HALF_PAST_TEN_S), simulatedLogin('m2', HALF_PAST_TEN_S));
    const { exitCode, stdout } = await verify();
    expect(exitCode).toBe(3);
    expect(stdout).toBe(
      [
        'hour, UTC         Netskope  archive  quarantine  missing  extra',
        '2026-11-18 10:00         5        2           1        2      0',
        'total                    6        3           1        2      0',
        '✗ 2026-11-17 12:00 UTC to 2026-11-18 11:50 UTC: 1 of 24 hours differ, 2 missing.',
        '',
      ].join('\n'),
    );
  });

  test('is named with --ids, with its time', async () => {
    addUncollected(simulatedLogin('m\u001b[2J', HALF_PAST_TEN_S));
    const { exitCode, stdout } = await verify('--ids');
    expect(exitCode).toBe(3);
    expect(stdout).toContain('✗ missing: m\\u{001b}[2J, 2026-11-18 10:30:00 UTC\n');
  });

  test('is also one that was redriven and is no longer in the archive', async () => {
    const { aws } = deployed.pipeline;
    const lost = simulatedLogin('lost', HALF_PAST_TEN_S);
    addUncollected(lost);
    await quarantine(aws, '2026-11-18/earlier', [lost.text]);
    expect(await verify()).toMatchObject({ exitCode: 0 });
    await aws.objects.put({
      bucket: LOCAL_BUCKET,
      key: 'redriven/netskope_audit/source=netskope/dt=2026-11-18/earlier/mark.ndjson.gz',
      body: gzipSync('{"line":0}\n'),
      attributes: { contentType: 'application/gzip', userMetadata: {} },
      onlyIfAbsent: true,
    });
    expect(await verify('--ids')).toMatchObject({
      exitCode: 3,
      stdout: expect.stringContaining('✗ missing: lost') as unknown,
    });
  });

  test('is distinguished from events that the live feed has not collected yet', async () => {
    deployed.pipeline.clock.pass(HOUR_S * 1000);
    addUncollected(simulatedLogin('m1', NOW_S + 600));
    const { exitCode, stdout } = await verify();
    expect(exitCode).toBe(3);
    expect(stdout).toContain(
      '! The live feed stands at 2026-11-18 12:00 UTC: what Netskope has of the time after it is not collected yet.\n',
    );
  });
});

describe('the archive has, and Netskope does not have,', () => {
  test('an extra event', async () => {
    await addToArchive((text) => text.replaceAll('"e2"', '"x2"').replaceAll('"e3"', '"x3"'));
    expect(await verify('--ids')).toMatchObject({
      exitCode: 3,
      stdout: expect.stringContaining('✗ extra: x2, 2026-11-18 10:30:00 UTC\n✗ extra: x3') as unknown,
    });
  });

  test('a second copy of an event', async () => {
    await addToArchive((text) => text);
    const { exitCode, stdout } = await verify('--ids');
    expect(exitCode).toBe(3);
    expect(stdout).toContain('2026-11-18 10:00         3        4           1        0      0       2\n');
    expect(stdout).toContain('✗ doubled: e2, 2026-11-18 10:30:00 UTC\n✗ doubled: e3');
    expect(stdout).toContain('1 of 24 hours differ, 2 double.\n');
  });

  test('an event with the same id and different content', async () => {
    await addToArchive((text) => text.replaceAll('a@example.org', 'b@example.org'));
    expect(await values('--ids')).toMatchObject([
      { hour: '2026-11-18 10:00', extraIds: ['e2', 'e3'], conflictingIds: ['e2', 'e2', 'e3', 'e3'] },
      { isEqual: false, extra: 2, doubled: 0 },
    ]);
  });
});

test('an event that is archived in two editions is one event, with --ids and without', async () => {
  deployed.pipeline.nextSchedule();
  const { simulator } = deployed.pipeline;
  const event = simulatedLogin('e2', HALF_PAST_TEN_S);
  simulator.add([{ ...event, text: grownEdition(event.text), insertedAtS: NOW_S }]);
  await deployed.pipeline.run();
  expect((await deployed.pipeline.archived()).filter(({ line }) => line.includes('"_id":"e2"'))).toHaveLength(
    2,
  );
  for (const options of [[], ['--ids']]) {
    const { exitCode, stdout } = await verify(...options);
    expect(exitCode).toBe(0);
    expect(stdout).not.toContain('e2');
  }
});

test('two events with one id that Netskope has as well are no difference, but are named', async () => {
  deployed.pipeline.nextSchedule();
  deployed.pipeline.simulator.add([simulatedLogin('e2', HALF_PAST_TEN_S, { user: 'b@example.org' })]);
  await deployed.pipeline.run();
  const { exitCode, stdout } = await verify('--ids');
  expect(exitCode).toBe(0);
  expect(stdout).toContain('! conflicting: e2, 2026-11-18 10:30:00 UTC\n! conflicting: e2');
});

test('an event without a usable time belongs to no hour, and is reported', async () => {
  deployed.pipeline.nextSchedule();
  const odd = simulatedLogin('odd', HALF_PAST_TEN_S, { timestamp: 'yesterday' });
  deployed.pipeline.simulator.add([odd]);
  await deployed.pipeline.run();
  expect(await verify()).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining(
      '! Events without a usable time belong to no hour and are in no number above: 1 at Netskope, 1 in quarantine.',
    ) as unknown,
  });
});

describe('--file-backfill', () => {
  const filed = () => deployed.pipeline.checkpoints.load(backfillStreamId(AUDIT_FEED, 'netskope'));

  test('files a backfill over whole hours, from the first gap to the last', async () => {
    addUncollected(simulatedLogin('m1', HALF_PAST_TEN_S), simulatedLogin('m2', HALF_PAST_TEN_S - 3 * HOUR_S));
    const { exitCode, stdout } = await verify('--file-backfill');
    expect(exitCode).toBe(3);
    expect(stdout).toContain(
      'A backfill is filed: 2026-11-18 07:00 UTC to 2026-11-18 11:00 UTC. Scheduled runs collect it; watch it with npx --no -- netskope-audit backfill netskope.\n',
    );
    expect(await filed()).toMatchObject({ backfill: { state: 'open', fromEpochS: NOW_S - 5 * HOUR_S } });
    await deployed.pipeline.catchUp();
    expect(await verify('--ids')).toMatchObject({ exitCode: 0 });
  });

  test('files nothing if nothing is missing', async () => {
    expect((await verify('--file-backfill')).stdout).toContain('No backfill is filed: nothing is missing.\n');
    expect(await filed()).toBeUndefined();
  });

  test('leaves events less than an hour old to the live feed', async () => {
    addUncollected(simulatedLogin('m1', NOW_S - 1200));
    expect((await verify('--file-backfill')).stdout).toContain(
      '! No backfill is filed: what is missing is less than an hour old, and left to the live feed.\n',
    );
    expect(await filed()).toBeUndefined();
  });

  test('files no second one while one is open', async () => {
    addUncollected(simulatedLogin('m1', HALF_PAST_TEN_S));
    await verify('--file-backfill');
    const before = await filed();
    expect(await verify('--file-backfill')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('A backfill of netskope is open already') as unknown,
    });
    expect(await filed()).toEqual(before);
  });
});

describe('if Netskope fails', () => {
  test.each([
    ['cut body', { kind: 'truncated-body' }],
    ['rate limit', { kind: 'rate-limited', retryAfter: '0' }],
  ] as const)('a %s is retried: the numbers are the same', async (_name, fault) => {
    let requests = 0;
    deployed.pipeline.interference = { netskope: () => (++requests === 1 ? fault : undefined) };
    expect(await verify()).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('4 events') as unknown,
    });
    expect(requests).toBeGreaterThan(4);
  });

  test.each([
    ['401', { valid: [] }, 'Netskope does not accept the token'],
    ['403 for the lack of the scope', { valid: [], iteratorOnly: [TOKEN] }, '/api/v2/events/data/audit'],
  ])('a %s yields no verdict, but says what to do', async (_status, tokens, message) => {
    deployed.pipeline.simulator.tokens = tokens;
    const { exitCode, stdout, stderr } = await verify();
    expect({ exitCode, stdout }).toEqual({ exitCode: 5, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain(TOKEN);
  });

  test('an endpoint that asks for too long a wait yields no verdict', async () => {
    deployed.pipeline.interference = { netskope: () => ({ kind: 'rate-limited', retryAfter: '3600' }) };
    expect(await verify()).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringContaining('it asks to wait 1 h 00 min') as unknown,
    });
  });

  test('an interrupted comparison has changed nothing, and can be started again', async () => {
    const { pipeline } = deployed;
    const before = {
      checkpoint: await pipeline.checkpoint(),
      keys: [...pipeline.aws.objects.keys(LOCAL_BUCKET)],
    };
    const command = deployed.startCli(['verify', '--ids'], options());
    let requests = 0;
    pipeline.interference = {
      netskope: () => {
        if (++requests === 2) command.interrupt();
        return undefined;
      },
    };
    expect(await command.end).toMatchObject({ exitCode: 130, stdout: '' });
    pipeline.interference = {};
    expect({
      checkpoint: await pipeline.checkpoint(),
      keys: pipeline.aws.objects.keys(LOCAL_BUCKET),
    }).toEqual(before);
    expect(await verify('--ids')).toMatchObject({ exitCode: 0 });
  });
});

test('a secret without a token leads to setup', async () => {
  deployed.pipeline.aws.secrets.putValue('netskope-audit/netskope', '{}', 'unfilled');
  expect(await verify()).toMatchObject({
    exitCode: 5,
    stderr:
      '✗ Secret netskope-audit/netskope holds no domain and token yet.\n  Give them: npx --no -- netskope-audit setup netskope\n',
  });
});

test.each([
  [['--from', '91d'], 'is more than 90 days ago, and Netskope keeps events for 90 days.'],
  [['--to', '2026-11-18T11:51'], 'is less than ten minutes ago: events of that time still come in.'],
  [['--from', '2h', '--to', '3h'], 'is not earlier than --to'],
  [['--from', 'noon'], '--from is "noon"; expected a time'],
])('%j is wrong usage', async (args, message) => {
  expect(await verify(...args)).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining(message) as unknown,
  });
});

test('--help ends with examples, and says what exit code 3 means', async () => {
  const { exitCode, stdout } = await verify('--help');
  expect(exitCode).toBe(0);
  expect(stdout).toContain('Exit code 3 means that something differs.');
  expect(stdout).toMatch(/Examples:\n(?: {2}npx --no -- netskope-audit verify netskope .*\n){3}$/);
});
