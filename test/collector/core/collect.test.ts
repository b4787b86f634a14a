import type { AwsFault } from '../../../lib/local/aws/wire/aws-call';
import type { Fault } from '../../../lib/local/netskope-simulator/gateway/fault';
import { fileBackfill, storedBackfill } from '../../faults/backfill-job';
import { storedRecheck } from '../../faults/recheck-job';
import { NOW_S, Pipeline } from '../../pipeline';
import { simulatedLogin } from '../audit-events';

const SECRET_NAME = 'netskope-audit/netskope';
const DENIED: AwsFault = { kind: 'error', status: 403, code: 'AccessDenied', message: 'no' };
const INTERNAL: AwsFault = { kind: 'error', status: 500, code: 'InternalFailure', message: 'no' };

let pipeline: Pipeline;
beforeEach(async () => {
  pipeline = await Pipeline.start();
});
afterEach(() => pipeline.stop());

/** Every call of an AWS operation meets the fault; @returns the calls of it so far. */
function refuse(refused: string, fault: AwsFault): string[] {
  const calls: string[] = [];
  pipeline.interference = {
    beforeAws: ({ operation }) => {
      if (operation !== refused) return undefined;
      calls.push(operation);
      return fault;
    },
  };
  return calls;
}

/** Everything the run asks of others from now on, in order; of a put also the folder it goes to. */
function recordCalls(): string[] {
  const calls: string[] = [];
  pipeline.interference = {
    beforeAws: ({ operation, key }) =>
      void calls.push(operation === 'PutObject' ? `PutObject ${key?.split('/')[0]}` : operation),
    netskope: ({ operation }) => void calls.push(`Netskope ${operation}`),
  };
  return calls;
}

async function archivedIds(): Promise<string[]> {
  const lines = await pipeline.archived();
  return lines.map(({ line }) => (JSON.parse(line) as { _id: string })._id).sort();
}

describe('archive, then manifest, then checkpoint, then metric', () => {
  test('in a first run', async () => {
    pipeline.simulator.add([simulatedLogin('e1', NOW_S)]);
    const calls = recordCalls();
    await pipeline.run({ startLookbackHours: 0 });
    expect(calls).toEqual([
      'GetSecretValue',
      'BatchGetItem', // the live feed, and a backfill if there is one
      'PutItem', // the lease, and the intent: a call may be running from here on
      'Netskope 1795003200',
      'ListObjectsV2', // is the event there already?
      'PutObject netskope_audit',
      'PutObject manifest',
      'PutItem', // the page is committed
      'PutMetricData',
      'PutItem', // the lease is given back
    ]);
  });

  test('in a run of two pages with events, each of which costs one write of the checkpoint', async () => {
    await pipeline.stop();
    pipeline = await Pipeline.start({ pageSize: 1 });
    await pipeline.run({ startLookbackHours: 0 });
    pipeline.nextSchedule();
    pipeline.simulator.add([simulatedLogin('e1', NOW_S + 100), simulatedLogin('e2', NOW_S + 850)]);
    const calls = recordCalls();
    await pipeline.run();
    expect(calls).toEqual([
      'GetSecretValue',
      'BatchGetItem',
      'PutItem', // the lease and the intent
      'Netskope next',
      'ListObjectsV2',
      'PutObject netskope_audit',
      'PutObject manifest',
      'PutItem', // the first page is committed, and the next intent written down
      'Netskope next',
      'PutObject netskope_audit',
      'PutObject manifest',
      'PutItem', // the second page was full, and may have left something behind
      'Netskope next',
      'PutItem', // the empty page is committed, because there is something to announce
      'PutMetricData',
      'PutItem', // the lease is given back
    ]);
    expect(pipeline.metricValues('EventsArchived')).toEqual([0, 2]);
  });

  test('an idle run makes five calls: it says that there was nothing', async () => {
    await pipeline.run({ startLookbackHours: 0 });
    pipeline.nextSchedule();
    const calls = recordCalls();
    expect(await pipeline.run()).toMatchObject({ summary: { outcome: 'caught-up', pages: 1, archived: 0 } });
    expect(calls).toEqual([
      ...['GetSecretValue', 'BatchGetItem', 'PutItem', 'Netskope next', 'PutMetricData', 'PutItem'],
    ]);
    expect(pipeline.metricValues('EventsArchived')).toEqual([0, 0]);
  });

  test('the first idle run of a day leaves a line in the manifest: somebody looked', async () => {
    await pipeline.run({ startLookbackHours: 0 });
    const calls = recordCalls();
    pipeline.clock.pass(12 * 3_600_000 - 1); // a millisecond before midnight
    await pipeline.run();
    expect(calls).not.toContain('PutObject manifest');
    pipeline.clock.pass(1);
    await pipeline.run();
    expect(calls.filter((call) => call === 'PutObject manifest')).toHaveLength(1);
    pipeline.nextSchedule();
    await pipeline.run();
    expect(calls.filter((call) => call === 'PutObject manifest')).toHaveLength(1);
    expect((await pipeline.checkpoint()).manifest).toMatchObject({ number: 2, day: '2026-11-19' });
  });
});

test('a run tells what it did', async () => {
  pipeline.simulator.add([
    simulatedLogin('e1', NOW_S),
    simulatedLogin('e1', NOW_S),
    simulatedLogin('e2', NOW_S, { severity_level: '2', supporting_data: undefined }),
    simulatedLogin('e2', NOW_S, { user: 'mallory@example.org' }),
    { ...simulatedLogin('e3', NOW_S, { _id: true }) },
  ]);
  pipeline.interference = { netskope: () => void pipeline.clock.pass(1_234) };
  const end = await pipeline.run({ startLookbackHours: 0 });
  expect(end).toStrictEqual({
    kind: 'returned',
    summary: {
      sourceId: 'netskope',
      runId: 'run-1',
      outcome: 'caught-up',
      pages: 1,
      archived: 3,
      quarantined: 1,
      duplicatesDropped: 1,
      editions: 0,
      conflictingIds: 1,
      drifted: 1,
      drift: { 'severity_level string': 1, 'supporting_data missing': 1 },
      bytesIn: expect.any(Number) as unknown,
      bytesOut: expect.any(Number) as unknown,
      lagS: 1,
      chainHead: `1:${(await pipeline.checkpoint()).manifest?.sha256}`,
      durationMs: 1_234,
    },
  });
  expect(pipeline.metricSum('EventsArchived')).toBe(3);
  expect(pipeline.metricSum('EventsQuarantined')).toBe(1);
  expect(pipeline.metricSum('EventsDrifted')).toBe(1);
});

describe('while nobody has filled in the secret', () => {
  test.each(['', '{}', '{"domain":"","token":""}', '{"domain":"corp.goskope.com","token":"<token>"}'])(
    '%j is quiet: the run succeeds, and nobody is asked',
    async (value) => {
      pipeline.aws.secrets.putValue(SECRET_NAME, value, 'unfilled');
      const calls = recordCalls();
      expect(await pipeline.run()).toMatchObject({
        summary: { outcome: 'awaiting-credentials', pages: 0, archived: 0, durationMs: 0 },
      });
      expect(calls).toEqual(['GetSecretValue', 'GetItem', 'PutMetricData']); // had it begun before?
      expect(pipeline.aws.metrics.all()).toMatchObject([{ metricName: 'CredentialsRefused', sum: 0 }]);
    },
  );

  test('and it begins as soon as the secret is there', async () => {
    pipeline.aws.secrets.putValue(SECRET_NAME, '{}', 'unfilled');
    await pipeline.run();
    pipeline.aws.secrets.putValue(SECRET_NAME, '{"domain":"corp.goskope.com","token":"t"}', 'filled');
    expect(await pipeline.run({ startLookbackHours: 0 })).toMatchObject({
      summary: { outcome: 'caught-up' },
    });
  });
});

test('a secret that is emptied after the source has begun stops the run, and fires like a refused token', async () => {
  await pipeline.run({ startLookbackHours: 0 });
  pipeline.aws.secrets.putValue(SECRET_NAME, '{}', 'emptied');
  expect(await pipeline.run()).toMatchObject({
    error: {
      name: 'CredentialError',
      message:
        'the secret of source netskope holds no token any more, but the source has begun; expected {"domain":"corp.goskope.com","token":"…"}',
    },
  });
  expect(pipeline.metricValues('CredentialsRefused')).toEqual([1]);
  expect(pipeline.metricValues('EventsArchived')).toEqual([0]);
});

test('a malformed secret stops the run, and fires like a refused token', async () => {
  pipeline.aws.secrets.putValue(SECRET_NAME, 'not JSON', 'malformed');
  expect(await pipeline.run()).toMatchObject({ error: { name: 'CredentialError' } });
  expect(pipeline.simulator.requests).toEqual([]);
  expect(pipeline.metricValues('CredentialsRefused')).toEqual([1]);
});

test('a function whose time-out is too short for one page says so, and touches nothing', async () => {
  const calls = recordCalls();
  expect(await pipeline.run({ timeoutMs: 149_999 })).toMatchObject({
    error: {
      name: 'ConfigError',
      message:
        "the function may run for 149999 ms, but one page may take 150000 ms: raise the function's time-out or lower the request time-out",
    },
  });
  expect(calls).toEqual([]);
});

test('a function whose time-out is just long enough for one page runs', async () => {
  expect(await pipeline.run({ startLookbackHours: 0, timeoutMs: 150_000 })).toMatchObject({
    summary: { outcome: 'caught-up', pages: 1 },
  });
});

test('a run that rests tells until when, and is as healthy as one that asks', async () => {
  await pipeline.run({ startLookbackHours: 0 });
  pipeline.nextSchedule();
  const restUntilMs = pipeline.clock.nowMs() + 1;
  await pipeline.checkpoints.save({ ...(await pipeline.checkpoint()), restUntilMs });
  const end = await pipeline.run();
  expect(end).toStrictEqual({
    kind: 'returned',
    summary: {
      sourceId: 'netskope',
      runId: 'run-2',
      outcome: 'resting',
      restUntilMs,
      lagS: 900,
      pages: 0,
      archived: 0,
      quarantined: 0,
      drifted: 0,
      duplicatesDropped: 0,
      editions: 0,
      conflictingIds: 0,
      drift: {},
      bytesIn: 0,
      bytesOut: 0,
      durationMs: 0,
    },
  });
  expect(pipeline.metricValues('EventsArchived')).toEqual([0, 0]);
  expect(pipeline.metricValues('LagSeconds')).toEqual([0, 900]);
});

describe('whether a failed run fires as a refused token does', () => {
  test.each<[string, Fault, string, number[]]>([
    ['a refused token does', { kind: 'unauthorized' }, 'CredentialError', [1]],
    ['anything else does not', { kind: 'not-found' }, 'UpstreamContractError', [0]],
  ])('%s', async (_what, fault, name, fired) => {
    pipeline.interference = { netskope: () => fault };
    expect(await pipeline.run()).toMatchObject({ error: { name } });
    expect(pipeline.metricValues('CredentialsRefused')).toEqual(fired);
    expect(pipeline.metricValues('EventsArchived')).toEqual([]);
  });

  test('a secret store that is out of order does not: it says nothing about the token', async () => {
    refuse('GetSecretValue', INTERNAL);
    expect(await pipeline.run()).toMatchObject({ error: { name: 'SecretStoreError' } });
    expect(pipeline.aws.metrics.all()).toEqual([]);
  });

  test('a malformed secret fails the run as itself, though CloudWatch refuses to hear of it', async () => {
    pipeline.aws.secrets.putValue(SECRET_NAME, 'not JSON', 'malformed');
    refuse('PutMetricData', DENIED);
    expect(await pipeline.run()).toMatchObject({ error: { name: 'CredentialError' } });
    expect(pipeline.aws.metrics.all()).toEqual([]);
  });
});

test('a failed run whose failure CloudWatch refuses to hear of fails as itself, gives the lease back, and says so in the log', async () => {
  const attempts = refuse('PutMetricData', DENIED);
  pipeline.interference = { ...pipeline.interference, netskope: () => ({ kind: 'not-found' }) };
  expect(await pipeline.run()).toMatchObject({ error: { name: 'UpstreamContractError' } });
  expect(attempts).toHaveLength(1);
  expect(await pipeline.checkpoint()).not.toHaveProperty('lease');
  expect(pipeline.logged).toContain(
    '{"message":"could not finish a failed run in order","reason":"MetricsError: CloudWatch refused 2 metrics of source netskope"}',
  );
});

describe('in the time that the live feed leaves, a run works on recheck and backfill', () => {
  const DAY_MS = 86_400_000;

  /** Both have an hour or more to read when the next run begins. */
  async function startBoth(): Promise<{ readonly backfill: string; readonly recheck: string }> {
    await pipeline.run({ startLookbackHours: 0, dailyRecheck: true });
    pipeline.clock.pass(DAY_MS);
    const { indexName } = await fileBackfill(pipeline, { from: 2, to: 1.5 });
    return { backfill: indexName, recheck: (await storedRecheck(pipeline)).indexName };
  }

  test('and tells of both', async () => {
    await startBoth();
    expect(await pipeline.run({ dailyRecheck: true })).toMatchObject({
      summary: {
        outcome: 'caught-up',
        recheck: { state: 'done', pages: 19, archived: 0, recovered: 0 },
        backfill: { state: 'done', pages: 1, archived: 0 },
      },
    });
  });

  test('and of neither, where there is nothing to do', async () => {
    const end = await pipeline.run({ startLookbackHours: 0, dailyRecheck: true });
    if (end.kind !== 'returned') throw new Error(`expected the run to return, received ${end.kind}`);
    expect(end.summary).not.toHaveProperty('recheck');
    expect(end.summary).not.toHaveProperty('backfill');
  });

  test.each([
    ['recheck', 'backfill', { recheck: 'open', backfill: 'done' }],
    ['backfill', 'recheck', { recheck: 'done', backfill: 'open' }],
  ] as const)(
    'where a %s fails, the run fails after the %s has had its turn',
    async (failing, _other, states) => {
      const indexNames = await startBoth();
      pipeline.interference = {
        netskope: ({ index }) => (index.startsWith(indexNames[failing]) ? { kind: 'not-found' } : undefined),
      };
      expect(await pipeline.run({ dailyRecheck: true })).toMatchObject({
        error: { name: 'UpstreamContractError' },
      });
      const { recheck } = await storedRecheck(pipeline);
      const { backfill } = await storedBackfill(pipeline);
      expect({ recheck: recheck.state, backfill: backfill.state }).toEqual(states);
      expect(pipeline.metricValues('EventsArchived')).toEqual([0, 0]); // the live feed was announced before
      expect(await pipeline.checkpoint()).not.toHaveProperty('lease');
    },
  );
});

test('metrics that CloudWatch refuses fail the run, lose no event, and are announced by the next run', async () => {
  pipeline.simulator.add([simulatedLogin('e1', NOW_S), simulatedLogin('e2', NOW_S)]);
  const attempts = refuse('PutMetricData', INTERNAL);
  expect(await pipeline.run({ startLookbackHours: 0 })).toMatchObject({ error: { name: 'MetricsError' } });
  expect(attempts).toHaveLength(3);
  expect(await archivedIds()).toEqual(['e1', 'e2']);
  expect(await pipeline.checkpoint()).toMatchObject({ phase: 'settled', announced: { archived: 0 } });
  expect(await pipeline.checkpoint()).not.toHaveProperty('lease');

  await pipeline.catchUp();
  expect(pipeline.metricValues('EventsArchived')[0]).toBe(2);
  expect(pipeline.metricSum('EventsArchived')).toBe(2);
});

test('a page that the bucket refuses is settled nowhere, and the next run stores it', async () => {
  await pipeline.run({ startLookbackHours: 0 });
  pipeline.nextSchedule();
  pipeline.simulator.add([simulatedLogin('e1', NOW_S + 900)]);
  refuse('PutObject', DENIED);
  expect(await pipeline.run()).toMatchObject({ error: { name: 'ArchiveError' } });
  expect(await pipeline.checkpoint()).toMatchObject({
    phase: 'requested',
    sequence: 1,
    totals: { archived: 0, quarantined: 0, drifted: 0 },
  });
  expect(pipeline.metricValues('EventsArchived')).toEqual([0]);

  await pipeline.catchUp();
  expect(await archivedIds()).toEqual(['e1']);
  expect(pipeline.metricSum('EventsArchived')).toBe(1);
});

test('a run that may not look into the archive stores nothing, and the next run does', async () => {
  pipeline.simulator.add([simulatedLogin('e1', NOW_S)]);
  refuse('ListObjectsV2', DENIED);
  expect(await pipeline.run({ startLookbackHours: 0 })).toMatchObject({ error: { name: 'ArchiveError' } });
  expect(await archivedIds()).toEqual([]);
  await pipeline.catchUp();
  expect(await archivedIds()).toEqual(['e1']);
});

test('a tenant that audits every call of its own API costs one call a run', async () => {
  await pipeline.stop();
  pipeline = await Pipeline.start({ auditsItsOwnApi: true });
  await pipeline.run({ startLookbackHours: 1 });
  pipeline.nextSchedule();
  expect(await pipeline.run()).toMatchObject({ summary: { outcome: 'caught-up', pages: 1, archived: 1 } });
  pipeline.nextSchedule();
  expect(await pipeline.run()).toMatchObject({ summary: { outcome: 'caught-up', pages: 1, archived: 1 } });
});
