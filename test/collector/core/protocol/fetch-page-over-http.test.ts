import type { Fault } from '../../../../lib/local/netskope-simulator/gateway/fault';
import type { SimulatorOptions } from '../../../../lib/local/netskope-simulator/simulator-options';
import { NOW_S, Pipeline, TOKEN } from '../../../pipeline';
import { simulatedLogin } from '../../audit-events';

const SECRET_NAME = 'netskope-audit/netskope';

let running: Pipeline[] = [];
afterEach(async () => {
  await Promise.all(running.map((pipeline) => pipeline.stop()));
  running = [];
});

async function startPipeline(options: Partial<SimulatorOptions> = {}): Promise<Pipeline> {
  const pipeline = await Pipeline.start(options);
  running.push(pipeline);
  return pipeline;
}

/** Every request that arrives while `isHit` meets the fault. */
function strike(pipeline: Pipeline, fault: Fault, isHit: (requestNumber: number) => boolean): void {
  pipeline.interference = { netskope: ({ number }) => (isHit(number) ? fault : undefined) };
}

/** The secret changes after the run has read it. */
function rotateSecretDuringRun(pipeline: Pipeline, secret: string): void {
  let isRotated = false;
  pipeline.interference = {
    beforeAws: ({ operation }) => {
      if (operation !== 'PutItem' || isRotated) return undefined;
      isRotated = true;
      pipeline.aws.secrets.putValue(SECRET_NAME, secret, 'rotated');
      return undefined;
    },
  };
}

describe('before it asks again, a run waits as it was told', () => {
  test.each<[string, Fault, number]>([
    ['Retry-After in seconds', { kind: 'rate-limited', retryAfter: '7' }, 7_000],
    ['Retry-After as a date', { kind: 'rate-limited', retryAfter: 'Wed, 18 Nov 2026 12:00:09 GMT' }, 9_000],
    ['RateLimit-Reset', { kind: 'rate-limited' }, 1_000],
    ['nothing told: half of a second, by the chance of this test', { kind: 'conflict' }, 500],
  ])('%s', async (_what, fault, waitMs) => {
    const pipeline = await startPipeline();
    strike(pipeline, fault, (number) => number === 1);
    expect(await pipeline.run({ startLookbackHours: 0 })).toMatchObject({ kind: 'returned' });
    expect(pipeline.clock.slept).toEqual([waitMs]);
  });

  test('without a word from Netskope the waits double', async () => {
    const pipeline = await startPipeline();
    strike(pipeline, { kind: 'server-error', status: 503, cursorMoved: false }, () => true);
    await pipeline.run({ startLookbackHours: 0 });
    expect(pipeline.clock.slept).toEqual([500, 1_000, 2_000, 4_000]);
  });

  test('a wait that this run does not last for ends it at once, and the next run asks the same', async () => {
    const pipeline = await startPipeline();
    strike(pipeline, { kind: 'rate-limited', retryAfter: '451' }, (number) => number === 1);
    expect(await pipeline.run({ startLookbackHours: 0 })).toMatchObject({
      error: {
        name: 'UpstreamUnavailableError',
        message:
          'HTTP 429: {"message":"API rate limit exceeded"}; a wait of 451 s is due, longer than this run lasts',
      },
    });
    expect(pipeline.clock.slept).toEqual([]);
    expect((await pipeline.checkpoint()).phase).toBe('unstarted');
  });

  test('a wait that just fits is waited', async () => {
    const pipeline = await startPipeline();
    strike(pipeline, { kind: 'rate-limited', retryAfter: '450' }, (number) => number === 1);
    expect(await pipeline.run({ startLookbackHours: 0 })).toMatchObject({ kind: 'returned' });
    expect(pipeline.clock.slept).toEqual([450_000]);
  });
});

describe('between two pages a run waits as it was told', () => {
  async function pausesOf(options: Partial<SimulatorOptions>, fault?: Fault): Promise<number[]> {
    const pipeline = await startPipeline({ pageSize: 1, ...options });
    pipeline.simulator.add([
      simulatedLogin('e1', NOW_S - 3_000),
      simulatedLogin('e2', NOW_S - 2_000),
      simulatedLogin('e3', NOW_S - 1_000),
    ]);
    if (fault !== undefined) strike(pipeline, fault, () => true);
    await pipeline.run({ startLookbackHours: 1 });
    expect(pipeline.simulator.requests.map(({ operation }) => operation)).toEqual([
      '1794999600',
      'next',
      'next',
      'next', // the third page was full, and may have left something behind
    ]);
    return pipeline.clock.slept;
  }

  test('wait_time', async () => {
    expect(await pausesOf({ waitTimeS: 3 })).toEqual([3_000, 3_000, 3_000]);
  });

  test('no wait_time: five seconds', async () => {
    expect(await pausesOf({}, { kind: 'envelope', omitWaitTime: true })).toEqual([5_000, 5_000, 5_000]);
  });

  test('a wait_time of 0: none', async () => {
    expect(await pausesOf({ waitTimeS: 0 })).toEqual([]);
  });

  test('a spent rate limit, where it is longer than wait_time', async () => {
    expect(await pausesOf({ waitTimeS: 0, rateLimitPerS: 1 })).toEqual([1_000, 1_000, 1_000]);
    expect(await pausesOf({ waitTimeS: 3, rateLimitPerS: 1 })).toEqual([3_000, 3_000, 3_000]);
  });
});

describe('the time of a run', () => {
  test('is spent when a wait_time is due that it does not last for: the next run goes on', async () => {
    const pipeline = await startPipeline({ pageSize: 1, waitTimeS: 451 });
    pipeline.simulator.add([simulatedLogin('e1', NOW_S - 3_000), simulatedLogin('e2', NOW_S - 2_000)]);
    expect(await pipeline.run({ startLookbackHours: 1 })).toMatchObject({
      summary: { outcome: 'more-to-come', pages: 1, archived: 1 },
    });
    expect(pipeline.clock.slept).toEqual([]);
    pipeline.nextSchedule();
    expect(await pipeline.run()).toMatchObject({ summary: { archived: 1 } });
  });

  test('that was spent before the first call leaves Netskope alone', async () => {
    const pipeline = await startPipeline();
    pipeline.interference = {
      beforeAws: ({ operation }) => {
        if (operation === 'BatchGetItem') pipeline.clock.pass(450_001);
        return undefined;
      },
    };
    expect(await pipeline.run()).toMatchObject({ summary: { outcome: 'more-to-come', pages: 0 } });
    expect(pipeline.simulator.requests).toEqual([]);
  });

  test('is checked before a call is begun, never in the middle of one', async () => {
    const pipeline = await startPipeline({ waitTimeS: 200 });
    const end = await pipeline.run({ startLookbackHours: 24, timeoutMs: 600_000 });
    expect(end).toMatchObject({ summary: { outcome: 'more-to-come', pages: 3, durationMs: 400_000 } });
    expect((await pipeline.checkpoint()).phase).toBe('settled');
  });
});

describe('a refused token', () => {
  test('that was rotated meanwhile is read anew, and the run succeeds', async () => {
    const pipeline = await startPipeline();
    pipeline.simulator.tokens = { valid: ['rotated-token'] };
    rotateSecretDuringRun(pipeline, '{"domain":"corp.goskope.com","token":"rotated-token"}');
    expect(await pipeline.run({ startLookbackHours: 0 })).toMatchObject({
      summary: { outcome: 'caught-up' },
    });
    expect(pipeline.simulator.requests.map(({ token, status }) => [token, status])).toEqual([
      [TOKEN, 401],
      ['rotated-token', 200],
    ]);
    expect(pipeline.metricValues('CredentialsRefused')).toEqual([]);
  });

  test('is read anew once, even if it changes each time', async () => {
    const pipeline = await startPipeline();
    pipeline.simulator.tokens = { valid: ['yet-another-token'] };
    let reads = 0;
    pipeline.interference = {
      beforeAws: ({ operation }) => {
        const secret = JSON.stringify({ domain: 'corp.goskope.com', token: `token-${++reads}` });
        if (operation === 'GetSecretValue') pipeline.aws.secrets.putValue(SECRET_NAME, secret, `${reads}`);
        return undefined;
      },
    };
    expect(await pipeline.run({ startLookbackHours: 0 })).toMatchObject({
      error: {
        name: 'CredentialError',
        message: expect.stringMatching(/^HTTP 401; the token is unknown/) as unknown,
      },
    });
    expect(pipeline.simulator.requests).toHaveLength(2);
  });

  test('that is still the same stops the run after one request, with the state unchanged', async () => {
    const pipeline = await startPipeline();
    const reads: string[] = [];
    pipeline.simulator.tokens = { valid: [] };
    pipeline.interference = {
      beforeAws: ({ operation }) => {
        if (operation === 'GetSecretValue') reads.push(operation);
        return undefined;
      },
    };
    expect(await pipeline.run({ startLookbackHours: 0 })).toMatchObject({
      error: { name: 'CredentialError' },
    });
    expect(reads).toHaveLength(2);
    expect(pipeline.simulator.requests).toHaveLength(1);
    expect(pipeline.metricValues('CredentialsRefused')).toEqual([1]);
    expect(pipeline.metricValues('EventsArchived')).toEqual([]);
    expect(await pipeline.checkpoint()).toMatchObject({ phase: 'unstarted', sequence: 0 });
  });

  test('and a secret that was emptied meanwhile stop the run', async () => {
    const pipeline = await startPipeline();
    pipeline.simulator.tokens = { valid: [] };
    rotateSecretDuringRun(pipeline, '{}');
    expect(await pipeline.run({ startLookbackHours: 0 })).toMatchObject({
      error: { name: 'CredentialError' },
    });
  });
});

const LOOK_FOR_TOKEN =
  'the token is unknown, expired or revoked: look for it in Settings > Administration > Administrators & Roles > Service accounts (new tokens since November 2025) and Settings > Tools > REST API v2 (older tokens)';

test.each([
  ['a refusal', { kind: 'unauthorized', body: 'echoes-token' }, `HTTP 401; ${LOOK_FOR_TOKEN}`],
  [
    'a refusal, disguised',
    { kind: 'unauthorized', body: 'echoes-token-disguised' },
    `HTTP 401, the body is text/plain, not JSON; ${LOOK_FOR_TOKEN}`,
  ],
  [
    'a 200 that is none',
    { kind: 'not-ok', result: `no ${TOKEN} here` },
    'HTTP 200, but ok is 0: no [token] here; 5 attempts',
  ],
] as const)(
  'neither log nor error nor metric nor object shows the token that Netskope repeats in %s',
  async (_what, fault, message) => {
    const pipeline = await startPipeline();
    pipeline.simulator.add([simulatedLogin('e1', NOW_S)]);
    strike(pipeline, fault, () => true);
    const end = await pipeline.run({ startLookbackHours: 0 });
    if (end.kind !== 'threw') throw new Error(`expected the run to throw, received ${end.kind}`);
    await pipeline.catchUp();
    const shown = [String(end.error.stack), ...pipeline.logged, JSON.stringify(await pipeline.archived())];
    expect(shown.join('\n')).toContain('no page');
    expect(shown.join('\n')).not.toContain(TOKEN);
    expect(shown.join('\n')).not.toContain(TOKEN.slice(0, TOKEN.length / 2));
    expect(end.error.message).toBe(message);
  },
);
