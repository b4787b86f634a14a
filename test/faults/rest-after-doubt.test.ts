import { ITERATOR_PROTOCOL } from '../../lambdas/collector/core/protocol/iterator';
import type { Fault } from '../../lib/local/netskope-simulator/gateway/fault';
import { NOW_S, Pipeline } from '../pipeline';
import type { Aftermath } from './aftermath';
import { isSound } from './aftermath';
import { callsSince, loginAt, nowS, outcomesOf, scheduledRuns } from './events';
import { stockOf } from './stock';

const TIMED_OUT: Fault = { kind: 'stall', served: 'never' };
/** The protocol without the rest: the next run makes a call at once. */
const RESTLESS = { ...ITERATOR_PROTOCOL, isResting: () => false };

let pipeline: Pipeline;
afterEach(() => pipeline.stop());

/** A live feed that has caught up, with an event waiting; the first call of the next run meets the fault. */
async function startWith(fault: Fault): Promise<void> {
  pipeline = await Pipeline.start();
  await pipeline.run({ startLookbackHours: 0 });
  pipeline.clock.pass(300_000);
  pipeline.simulator.add([loginAt('e1', { atS: 299 })]);
  let isMet = false;
  pipeline.interference = {
    netskope: () => {
      const met = isMet ? undefined : fault;
      isMet = true;
      return met;
    },
  };
}

describe.each<[string, Fault]>([
  ['a time-out', TIMED_OUT],
  ['a reset', { kind: 'reset', cursorMoved: false }],
  ...([408, 425, 499, 502, 504] as const).map((status): [string, Fault] => [
    `HTTP ${status}`,
    { kind: 'server-error', status, cursorMoved: true },
  ]),
])('after %s', (_what, fault) => {
  test('a run a second later makes no call, and says that it rests', async () => {
    await startWith(fault);
    expect(outcomesOf([await pipeline.run()])).toEqual(['UpstreamUnavailableError']);
    const requests = pipeline.simulator.requests.length;
    const succeeded = pipeline.metricValues('EventsArchived').length;
    pipeline.clock.pass(1_000);
    const { restUntilMs } = await pipeline.checkpoint();
    expect(await pipeline.run()).toMatchObject({ summary: { outcome: 'resting', restUntilMs, lagS: 301 } });
    expect(callsSince(pipeline, requests)).toEqual([]);
    expect(pipeline.metricValues('EventsArchived').slice(succeeded)).toEqual([0]);
    expect(pipeline.metricValues('LagSeconds').at(-1)).toBe(301);
    pipeline.clock.pass(538_999);
    expect(outcomesOf([await pipeline.run()])).toEqual(['resting']);
    pipeline.clock.pass(1);
    expect(outcomesOf([await pipeline.run()])).toEqual(['caught-up']);
    expect(callsSince(pipeline, requests)[0]).toBe('resend');
    expect(isSound(await stockOf(pipeline))).toBe(true);
  });

  test('without the rest, that run makes a call', async () => {
    await startWith(fault);
    await pipeline.run();
    const requests = pipeline.simulator.requests.length;
    pipeline.clock.pass(1_000);
    await pipeline.run({ protocol: RESTLESS });
    expect(callsSince(pipeline, requests)[0]).toBe('resend');
  });
});

test('a rewind waits for the rest, too, and says until when', async () => {
  await startWith(TIMED_OUT);
  await pipeline.run();
  const { restUntilMs } = await pipeline.checkpoint();
  pipeline.clock.pass(1_000);
  const toEpochS = NOW_S - 3600;
  expect(await pipeline.carryOut({ kind: 'rewind', toEpochS })).toEqual({
    kind: 'returned',
    value: { outcome: 'resting', restUntilMs },
  });
  expect((await pipeline.checkpoint()).phase).toBe('requested');
  pipeline.clock.pass(539_000);
  expect(await pipeline.carryOut({ kind: 'rewind', toEpochS })).toMatchObject({
    value: { outcome: 'rewound' },
  });
});

test('a run that died over a call rests like one that timed out: the call may still be running', async () => {
  await startWith(TIMED_OUT);
  pipeline.interference = {
    beforeAws: ({ operation }) => (operation === 'ListObjectsV2' ? 'die' : undefined),
  };
  expect(await pipeline.run({ timeoutMs: 200_000 })).toEqual({ kind: 'died' });
  pipeline.interference = {};
  const requests = pipeline.simulator.requests.length;
  pipeline.clock.pass(300_000);
  expect(outcomesOf([await pipeline.run()])).toEqual(['resting']);
  expect(callsSince(pipeline, requests)).toEqual([]);
  pipeline.clock.pass(240_000);
  expect(outcomesOf([await pipeline.run()])).toEqual(['caught-up']);
  expect(isSound(await stockOf(pipeline))).toBe(true);
});

/** The lost call is served so late; a manual run follows a minute after the timeout, and the schedule goes on. */
async function aftermathOfLateService(afterMs: number, protocol = ITERATOR_PROTOCOL): Promise<Aftermath> {
  await startWith({ kind: 'stall', served: { afterMs } });
  pipeline.simulator.add([loginAt('the very second', { atS: nowS(pipeline) + afterMs / 1000 })]);
  await pipeline.run({ protocol });
  pipeline.clock.pass(1_000);
  await pipeline.run({ protocol });
  for (const run of [1, 2, 3, 4]) {
    pipeline.simulator.add([loginAt(`after ${run}`, { atS: nowS(pipeline) + 200 })]);
    await scheduledRuns(pipeline, 1, { protocol });
  }
  return stockOf(pipeline);
}

test.each([2_000, 120_000, 480_000])(
  'a call that is served %d ms late loses no page, as it would without the rest',
  async (afterMs) => {
    const aftermath = await aftermathOfLateService(afterMs);
    expect(aftermath.events).toBe(6);
    expect(isSound(aftermath)).toBe(true);
    await pipeline.stop();
    expect((await aftermathOfLateService(afterMs, RESTLESS)).lost).not.toEqual([]);
  },
);

test('Retry-After: 3600 is obeyed by the runs of an hour; then one makes a call', async () => {
  await startWith({ kind: 'rate-limited', retryAfter: '3600' });
  expect(outcomesOf([await pipeline.run()])).toEqual(['UpstreamUnavailableError']);
  const requests = pipeline.simulator.requests.length;
  expect(new Set(outcomesOf(await scheduledRuns(pipeline, 11)))).toEqual(new Set(['resting']));
  expect(callsSince(pipeline, requests)).toEqual([]);
  expect(outcomesOf(await scheduledRuns(pipeline, 1))).toEqual(['caught-up']);
  expect(callsSince(pipeline, requests).length).toBeGreaterThan(0);
  expect(isSound(await stockOf(pipeline))).toBe(true);
});
