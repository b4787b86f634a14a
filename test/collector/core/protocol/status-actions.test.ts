import type { Fault } from '../../../../lib/local/netskope-simulator/gateway/fault';
import type { RunEnd } from '../../../pipeline';
import { NOW_S, Pipeline } from '../../../pipeline';
import { simulatedLogin } from '../../audit-events';

/** What one fault leads to: the calls of the run that meets it, how that run ends, and where the next one begins. */
interface Row {
  readonly fault: Fault;
  readonly calls: readonly string[];
  /** Outcome of the run, or the name of the error it threw. */
  readonly end: string;
  readonly phase: 'unstarted' | 'settled' | 'requested';
  readonly nextRunBegins: string;
}

const RESENT: Omit<Row, 'fault'> = {
  calls: ['next', 'resend', 'next'],
  end: 'caught-up',
  phase: 'settled',
  nextRunBegins: 'next',
};
const ASKED_AGAIN: Omit<Row, 'fault'> = { ...RESENT, calls: ['next', 'next'] };
const LEFT_TO_REST: Omit<Row, 'fault'> = {
  calls: ['next'],
  end: 'UpstreamUnavailableError',
  phase: 'requested',
  nextRunBegins: 'resend',
};
const STOPPED: Omit<Row, 'fault'> = {
  calls: ['next'],
  end: 'UpstreamContractError',
  phase: 'settled',
  nextRunBegins: 'next',
};
const REFUSED: Omit<Row, 'fault'> = { ...STOPPED, end: 'CredentialError' };
const TAKEN: Omit<Row, 'fault'> = { ...RESENT, calls: ['next'] };
/** On the other index name, an hour before the watermark. */
const BEGUN_AGAIN: Omit<Row, 'fault'> = { ...RESENT, calls: ['next', '1794999600', 'next'] };

/**
 * Netskope REST API v2 dataexport iterator: which statuses leave the cursor where it was. Where that is not documented
 * (500, 503) or contradicted in the field, the page is asked for again, which is right either way.
 */
const NEXT_MEETS: Readonly<Record<string, Row>> = {
  '429, told how long to wait': { fault: { kind: 'rate-limited', retryAfter: '1' }, ...ASKED_AGAIN },
  '429 without any header': { fault: { kind: 'rate-limited', rateLimitHeaders: false }, ...ASKED_AGAIN },
  '409, JSON': { fault: { kind: 'conflict' }, ...ASKED_AGAIN },
  '409, plain text': { fault: { kind: 'conflict', body: 'text' }, ...ASKED_AGAIN },
  '500, cursor moved': { fault: { kind: 'server-error', status: 500, cursorMoved: true }, ...RESENT },
  '500, cursor not moved': { fault: { kind: 'server-error', status: 500, cursorMoved: false }, ...RESENT },
  '503, cursor moved': { fault: { kind: 'server-error', status: 503, cursorMoved: true }, ...RESENT },
  '503, cursor not moved': { fault: { kind: 'server-error', status: 503, cursorMoved: false }, ...RESENT },
  '502, cursor moved': { fault: { kind: 'server-error', status: 502, cursorMoved: true }, ...LEFT_TO_REST },
  '502, cursor not moved': {
    fault: { kind: 'server-error', status: 502, cursorMoved: false },
    ...LEFT_TO_REST,
  },
  '504, cursor moved': { fault: { kind: 'server-error', status: 504, cursorMoved: true }, ...LEFT_TO_REST },
  '504, cursor not moved': {
    fault: { kind: 'server-error', status: 504, cursorMoved: false },
    ...LEFT_TO_REST,
  },
  '408, cursor moved': { fault: { kind: 'server-error', status: 408, cursorMoved: true }, ...LEFT_TO_REST },
  '425, cursor moved': { fault: { kind: 'server-error', status: 425, cursorMoved: true }, ...LEFT_TO_REST },
  '499, cursor moved': { fault: { kind: 'server-error', status: 499, cursorMoved: true }, ...LEFT_TO_REST },
  'no answer in time, cursor moved': { fault: { kind: 'stall', served: 'at-once' }, ...LEFT_TO_REST },
  'no answer in time, served when the run is over': {
    fault: { kind: 'stall', served: 'when-abandoned' },
    ...LEFT_TO_REST,
  },
  'no answer in time, request lost': { fault: { kind: 'stall', served: 'never' }, ...LEFT_TO_REST },
  'connection reset, cursor moved': { fault: { kind: 'reset', cursorMoved: true }, ...LEFT_TO_REST },
  'connection reset, cursor not moved': { fault: { kind: 'reset', cursorMoved: false }, ...LEFT_TO_REST },
  'connection reset behind the head of a 200': {
    fault: { kind: 'reset', cursorMoved: true, afterHeaders: true },
    ...RESENT,
  },
  '200, chunked body cut': { fault: { kind: 'truncated-body' }, ...RESENT },
  '200, gzip stream cut': { fault: { kind: 'truncated-gzip' }, ...RESENT },
  '200, JSON cut': { fault: { kind: 'cut-json' }, ...RESENT },
  '200, body of no bytes': { fault: { kind: 'empty-body' }, ...RESENT },
  '200, an event garbled': { fault: { kind: 'garbled' }, ...RESENT },
  '200, HTML': { fault: { kind: 'invalid-json' }, ...RESENT },
  '200, ok is 0': { fault: { kind: 'not-ok', result: 'internal error', status: 503 }, ...RESENT },
  '204': { fault: { kind: 'no-content' }, ...RESENT },
  '401': { fault: { kind: 'unauthorized' }, ...REFUSED },
  '401, other words': { fault: { kind: 'unauthorized', body: 'invalid-credentials' }, ...REFUSED },
  '403, scope missing': { fault: { kind: 'forbidden' }, ...REFUSED },
  '403, plain text': { fault: { kind: 'forbidden', body: 'text' }, ...REFUSED },
  '404': { fault: { kind: 'not-found' }, ...STOPPED },
  '400: Netskope does not know the index': { fault: { kind: 'bad-request' }, ...BEGUN_AGAIN },
  'a redirect': { fault: { kind: 'redirect' }, ...STOPPED },
  '200 without wait_time': { fault: { kind: 'envelope', omitWaitTime: true }, ...TAKEN },
  '200 with a key nobody documented': { fault: { kind: 'envelope', analyzeResult: true }, ...TAKEN },
  '200 without timestamp_hwm, whose newest event is of the present': {
    fault: { kind: 'envelope', omitWatermark: true },
    ...TAKEN,
  },
};

let pipeline: Pipeline;
beforeEach(async () => {
  pipeline = await Pipeline.start();
});
afterEach(() => pipeline.stop());

const requestsSoFar = (): number => pipeline.simulator.requests.length;

/** @returns the operations that Netskope was asked for since */
function callsSince(requests: number): string[] {
  return pipeline.simulator.requests.slice(requests).map(({ operation }) => operation);
}

function endOf(end: RunEnd): string {
  if (end.kind === 'returned') return end.summary.outcome;
  return end.kind === 'threw' ? end.error.name : end.kind;
}

/** One run whose first request meets the fault. */
async function runInto(fault: Fault, limit = 1): Promise<RunEnd> {
  const earlier = requestsSoFar();
  pipeline.interference = { netskope: () => (requestsSoFar() <= earlier + limit ? fault : undefined) };
  const end = await pipeline.run({ startLookbackHours: 0 });
  pipeline.interference = {};
  return end;
}

/** A stream whose first page is settled, one event in it, and a second event that waits at Netskope. */
async function beginStream(): Promise<void> {
  pipeline.simulator.add([simulatedLogin('e1', NOW_S)]);
  await pipeline.run({ startLookbackHours: 0 });
  pipeline.nextSchedule();
  pipeline.simulator.add([simulatedLogin('e2', NOW_S + 900)]);
}

async function archivedIds(): Promise<string[]> {
  const lines = await pipeline.archived();
  return lines.map(({ line }) => (JSON.parse(line) as { _id: string })._id).sort();
}

describe('a `next` that is answered with', () => {
  test.each(Object.entries(NEXT_MEETS))(
    '%s',
    async (_status, { fault, calls, end, phase, nextRunBegins }) => {
      await beginStream();
      const beforeRun = requestsSoFar();
      expect(endOf(await runInto(fault))).toBe(end);
      expect(callsSince(beforeRun)).toEqual(calls);
      expect((await pipeline.checkpoint()).phase).toBe(phase);

      pipeline.nextSchedule();
      const beforeNextRun = requestsSoFar();
      expect(endOf(await pipeline.run())).toBe('caught-up');
      expect(callsSince(beforeNextRun)[0]).toBe(nextRunBegins);
      expect(await archivedIds()).toEqual(['e1', 'e2']);
    },
  );
});

describe('an epoch is repeated whatever became of it: `resend` has no page to give yet', () => {
  const START = '1795003200';
  test.each<[string, Fault, string[], string]>([
    ['429', { kind: 'rate-limited', retryAfter: '1' }, [START, START], 'caught-up'],
    ['500', { kind: 'server-error', status: 500, cursorMoved: true }, [START, START], 'caught-up'],
    ['200, JSON cut', { kind: 'cut-json' }, [START, START], 'caught-up'],
    ['204', { kind: 'no-content' }, [START, START], 'caught-up'],
    ['504', { kind: 'server-error', status: 504, cursorMoved: true }, [START], 'UpstreamUnavailableError'],
    ['no answer', { kind: 'stall', served: 'at-once' }, [START], 'UpstreamUnavailableError'],
    ['401', { kind: 'unauthorized' }, [START], 'CredentialError'],
    ['404', { kind: 'not-found' }, [START], 'UpstreamContractError'],
    ['400', { kind: 'bad-request' }, [START], 'UpstreamContractError'],
  ])('%s', async (_status, fault, calls, end) => {
    pipeline.simulator.add([simulatedLogin('e1', NOW_S)]);
    expect(endOf(await runInto(fault))).toBe(end);
    expect(callsSince(0)).toEqual(calls);
    expect((await pipeline.checkpoint()).phase).toBe(end === 'caught-up' ? 'settled' : 'unstarted');
    await pipeline.catchUp();
    expect(await archivedIds()).toEqual(['e1']);
  });
});

describe('a `resend` stays a `resend` until it brought a page', () => {
  test.each<[string, Fault, string[], string]>([
    ['429', { kind: 'rate-limited', retryAfter: '1' }, ['resend', 'resend', 'next', 'next'], 'caught-up'],
    [
      '503',
      { kind: 'server-error', status: 503, cursorMoved: false },
      ['resend', 'resend', 'next', 'next'],
      'caught-up',
    ],
    ['200, body cut', { kind: 'truncated-body' }, ['resend', 'resend', 'next', 'next'], 'caught-up'],
    ['204, which is no page', { kind: 'no-content' }, ['resend', 'resend', 'next', 'next'], 'caught-up'],
    [
      '502',
      { kind: 'server-error', status: 502, cursorMoved: false },
      ['resend'],
      'UpstreamUnavailableError',
    ],
    ['403', { kind: 'forbidden' }, ['resend'], 'CredentialError'],
    [
      '400, the sign of a forgotten index: the stream begins again',
      { kind: 'bad-request' },
      ['resend', '1794999600', 'next', 'next'],
      'caught-up',
    ],
  ])('%s', async (_status, fault, calls, end) => {
    await beginStream();
    await runInto({ kind: 'stall', served: 'never' });
    pipeline.nextSchedule();
    const beforeRun = requestsSoFar();
    expect(endOf(await runInto(fault))).toBe(end);
    expect(callsSince(beforeRun)).toEqual(calls);
    expect((await pipeline.checkpoint()).phase).toBe(end === 'caught-up' ? 'settled' : 'requested');
    await pipeline.catchUp();
    expect(await archivedIds()).toEqual(['e1', 'e2']);
  });
});

describe('what keeps failing ends the run after five attempts', () => {
  test.each<[string, Fault, string[], string]>([
    [
      '429',
      { kind: 'rate-limited', retryAfter: '1' },
      ['next', 'next', 'next', 'next', 'next'],
      'UpstreamUnavailableError',
    ],
    [
      '500',
      { kind: 'server-error', status: 500, cursorMoved: true },
      ['next', 'resend', 'resend', 'resend', 'resend'],
      'UpstreamUnavailableError',
    ],
    [
      '200, no JSON',
      { kind: 'invalid-json' },
      ['next', 'resend', 'resend', 'resend', 'resend'],
      'UpstreamContractError',
    ],
    [
      '200, HTML',
      { kind: 'invalid-json', contentType: 'text/html' },
      ['next', 'resend', 'resend', 'resend', 'resend'],
      'UpstreamUnavailableError',
    ],
  ])('%s', async (_status, fault, calls, end) => {
    await beginStream();
    const beforeRun = requestsSoFar();
    expect(endOf(await runInto(fault, 99))).toBe(end);
    expect(callsSince(beforeRun)).toEqual(calls);
    await pipeline.catchUp();
    expect(await archivedIds()).toEqual(['e1', 'e2']);
  });
});

test('a refused connection was never a request: it is tried five times, and the next run asks `next`', async () => {
  await beginStream();
  await pipeline.simulator.refuseConnections();
  expect(endOf(await pipeline.run())).toBe('UpstreamUnavailableError');
  expect(pipeline.clock.slept).toHaveLength(4);
  expect((await pipeline.checkpoint()).phase).toBe('settled');
  await pipeline.simulator.acceptConnections();
  pipeline.nextSchedule();
  const beforeNextRun = requestsSoFar();
  expect(endOf(await pipeline.run())).toBe('caught-up');
  expect(callsSince(beforeNextRun)).toEqual(['next', 'next']);
  expect(await archivedIds()).toEqual(['e1', 'e2']);
});
