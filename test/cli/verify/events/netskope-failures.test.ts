import { AUDIT_FEED } from '../../../../lambdas/contract/feed/audit';
import { EventsDataClient } from '../../../../lib/cli/netskope/events-data-client';
import type { Fault } from '../../../../lib/local/netskope-simulator/gateway/fault';
import { NetskopeSimulator } from '../../../../lib/local/netskope-simulator/netskope-simulator';
import type { SimulatorOptions } from '../../../../lib/local/netskope-simulator/simulator-options';
import { simulatedLogin } from '../../../collector/audit-events';
import { NOW_S, TOKEN } from '../../../pipeline';

const QUERY = { startS: NOW_S - 3600, endS: NOW_S, offset: 0 };

let simulator: NetskopeSimulator;
let slept: number[];
/** Time passes while the client sleeps, and only then. */
let nowMs: number;
beforeEach(() => start());
afterEach(() => simulator.stop());

async function start(options: Partial<SimulatorOptions> = {}): Promise<void> {
  nowMs = NOW_S * 1000;
  simulator = await NetskopeSimulator.start({
    nowMs: () => nowMs,
    rateLimitPerS: 'unlimited',
    ...options,
  });
  simulator.add([simulatedLogin('e1', NOW_S - 60)]);
  slept = [];
}

function client(): EventsDataClient {
  return new EventsDataClient({
    feed: AUDIT_FEED,
    origin: simulator.url,
    token: TOKEN,
    nowMs: () => nowMs,
    sleep: async (ms) => {
      if (ms > 0) slept.push(ms);
      nowMs += ms;
    },
  });
}

/** Makes the first requests fail; later ones succeed. */
function fail(...faults: Fault[]): void {
  const queue = [...faults];
  simulator.hooks = { received: () => queue.shift() };
}

function failAlways(fault: Fault): void {
  simulator.hooks = { received: () => fault };
}

/** The error that is thrown if no page comes. */
async function refusal(): Promise<{ what: string; whatToDo: string; exitCode: number }> {
  return client()
    .page(QUERY)
    .then(
      () => {
        throw new Error('a page came');
      },
      ({ what, whatToDo, exitCode }: { what: string; whatToDo: string; exitCode: number }) => ({
        what,
        whatToDo,
        exitCode,
      }),
    );
}

test('asks for a range of event time with the largest limit, and identifies itself', async () => {
  expect(await client().page(QUERY)).toEqual({
    texts: [simulatedLogin('e1', NOW_S - 60).text],
    total: 1,
  });
  const [request] = simulator.requests;
  expect(Object.fromEntries(request?.parameters ?? [])).toEqual({
    starttime: '1794999600',
    endtime: '1795003200',
    limit: '5000',
    offset: '0',
  });
  expect(request?.headers).toMatchObject({
    'netskope-api-token': TOKEN,
    'user-agent': expect.stringMatching(/^netskope-audit-collector\//) as unknown,
  });
});

const TRANSIENT: Readonly<Record<string, Fault>> = {
  'HTTP 500': { kind: 'server-error', status: 500, cursorMoved: false },
  'HTTP 502': { kind: 'server-error', status: 502, cursorMoved: true },
  'HTTP 503': { kind: 'server-error', status: 503, cursorMoved: false },
  'HTTP 504': { kind: 'server-error', status: 504, cursorMoved: true },
  'HTTP 409': { kind: 'conflict' },
  'a reset before the answer': { kind: 'reset', cursorMoved: false },
  'a reset behind the head of a 200': { kind: 'reset', cursorMoved: true, afterHeaders: true },
  'a body that is cut': { kind: 'truncated-body' },
  'a gzip body that is cut': { kind: 'truncated-gzip' },
  'JSON that is cut': { kind: 'cut-json' },
  'an empty body': { kind: 'empty-body' },
  'HTTP 204': { kind: 'no-content' },
  'ok 0 in a 200': { kind: 'not-ok', result: 'internal error' },
};

describe.each(Object.entries(TRANSIENT))('%s', (_name, fault) => {
  test('is retried, and never taken for a page without events', async () => {
    fail(fault, fault);
    expect((await client().page(QUERY)).texts).toHaveLength(1);
    expect(simulator.requests).toHaveLength(3);
  });

  test('that persists is an error after six attempts', async () => {
    failAlways(fault);
    expect((await refusal()).exitCode).toBe(1);
    expect(simulator.requests).toHaveLength(6);
    expect(slept.length).toBeGreaterThanOrEqual(4);
  });
});

test('a web page in a 200 is not a tenant, and is not retried', async () => {
  failAlways({ kind: 'invalid-json' });
  expect(await refusal()).toMatchObject({ what: expect.stringContaining('does not serve') as unknown });
  expect(simulator.requests).toHaveLength(1);
});

describe('the rate limit', () => {
  test('Retry-After of a 429 is obeyed, in seconds and as a date', async () => {
    fail(
      { kind: 'rate-limited', retryAfter: '17' },
      { kind: 'rate-limited', retryAfter: 'Wed, 18 Nov 2026 12:00:30 GMT' },
    );
    expect((await client().page(QUERY)).texts).toHaveLength(1);
    expect(slept).toEqual([17_000, 13_000]);
  });

  test('a 429 that asks to wait for longer than five minutes is an error that says so', async () => {
    failAlways({ kind: 'rate-limited', retryAfter: '301' });
    expect(await refusal()).toMatchObject({
      what: 'Netskope limits the rate: HTTP 429: API rate limit exceeded; it asks to wait 5 min 01 s.',
      exitCode: 1,
    });
    expect(simulator.requests).toHaveLength(1);
  });

  test('after the limit is spent, the next call waits, and is then served', async () => {
    await simulator.stop();
    await start({ rateLimitPerS: 1 });
    const asking = client();
    await asking.page(QUERY);
    expect(slept).toEqual([]);
    await asking.page(QUERY);
    expect(slept).toEqual([1_000]);
    expect(simulator.requests.map(({ status }) => status)).toEqual([200, 200]);
  });
});

describe('a refused caller learns the reason, and does not ask again:', () => {
  test('a token that Netskope does not accept', async () => {
    failAlways({ kind: 'unauthorized' });
    expect(await refusal()).toMatchObject({
      what: expect.stringMatching(/^Netskope does not accept the token: HTTP 401/) as unknown,
      exitCode: 5,
    });
    expect(simulator.requests).toHaveLength(1);
  });

  test('a token with the scope of the iterator only: the missing scope is named', async () => {
    simulator.tokens = { valid: [], iteratorOnly: [TOKEN] };
    expect(await refusal()).toEqual({
      what: 'The token may not read /api/v2/events/data/audit, which events are counted with: HTTP 403: You cannot consume this service.',
      whatToDo:
        'Give it read access to that endpoint, too (Settings > Tools > REST API v2), or its service account a role with Audit Log: View. The collector itself does not need it; verify --chain works without.',
      exitCode: 5,
    });
    expect(simulator.requests).toHaveLength(1);
  });

  test('a 403 that does not say why: every reason is named', async () => {
    failAlways({ kind: 'forbidden', body: 'text' });
    expect(await refusal()).toMatchObject({
      what: expect.stringContaining('and does not say why') as unknown,
      whatToDo: expect.stringContaining('IP Allowlist') as unknown,
      exitCode: 5,
    });
  });

  test('a tenant without the endpoint', async () => {
    failAlways({ kind: 'not-found' });
    expect(await refusal()).toMatchObject({
      what: expect.stringMatching(
        /^127\.0\.0\.1:\d+ does not serve \/api\/v2\/events\/data\/audit: HTTP 404/,
      ) as unknown,
      exitCode: 1,
    });
  });

  test('a redirect: the token goes nowhere else', async () => {
    failAlways({ kind: 'redirect' });
    expect(await refusal()).toMatchObject({ what: expect.stringContaining('a redirect to') as unknown });
    expect(simulator.requests).toHaveLength(1);
  });

  test('no message contains the token, even if the answer repeats it', async () => {
    failAlways({ kind: 'unauthorized', body: 'echoes-token' });
    expect(JSON.stringify(await refusal())).not.toContain(TOKEN);
  });
});
