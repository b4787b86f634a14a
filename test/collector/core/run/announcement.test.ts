import type { Fault } from '../../../../lib/local/netskope-simulator/gateway/fault';
import { NOW_S, Pipeline } from '../../../pipeline';
import { simulatedLogin } from '../../audit-events';

let pipeline: Pipeline;

beforeEach(async () => {
  pipeline = await Pipeline.start({ pageSize: 1 });
});

afterEach(() => pipeline.stop());

const NEVER_SERVED: Readonly<Record<string, Fault>> = {
  'refuses the token': { kind: 'unauthorized' },
  'refuses the scope': { kind: 'forbidden' },
  'limits the rate': { kind: 'rate-limited', retryAfter: '600' },
  'does not answer': { kind: 'stall', served: 'never' },
  'is not to be reached': { kind: 'reset', cursorMoved: false },
  'answers with an error': { kind: 'server-error', status: 502, cursorMoved: false },
};

test.each(Object.entries(NEVER_SERVED))(
  'a source that Netskope never served has its silence counted from the first try, where Netskope %s',
  async (_, fault) => {
    pipeline.interference = { netskope: () => fault };
    expect((await pipeline.run()).kind).toBe('threw');
    pipeline.nextSchedule();
    expect((await pipeline.run()).kind).toBe('threw');
    expect(pipeline.metricValues('EventsArchived')).toEqual([0, 0]);
    expect(pipeline.metricValues('RunSucceeded')).toEqual([]);
  },
);

test('a source that rests because Netskope asked it to has its silence counted, too', async () => {
  pipeline.interference = { netskope: () => ({ kind: 'rate-limited', retryAfter: '3600' }) };
  expect((await pipeline.run()).kind).toBe('threw');
  pipeline.nextSchedule();
  expect(await pipeline.run()).toMatchObject({ summary: { outcome: 'resting' } });
  expect(pipeline.metricValues('EventsArchived')).toEqual([0, 0]);
  expect(pipeline.metricValues('LagSeconds')).toEqual([86_400, 87_300]);
});

test('a source without credentials is not silent: there is nothing yet that could be missing', async () => {
  await pipeline.deployment.putSecret('netskope', {});
  expect(await pipeline.run()).toMatchObject({ summary: { outcome: 'awaiting-credentials' } });
  expect(pipeline.metricValues('EventsArchived')).toEqual([]);
  expect(pipeline.metricValues('RunSucceeded')).toEqual([1]);
});

test('what a failed run had archived is counted by it, and by no later run again', async () => {
  await pipeline.run({ startLookbackHours: 0 });
  pipeline.nextSchedule();
  pipeline.simulator.add([simulatedLogin('e1', NOW_S + 100), simulatedLogin('e2', NOW_S + 850)]);
  let callsLeft = 1;
  pipeline.interference = { netskope: () => (callsLeft-- > 0 ? undefined : { kind: 'unauthorized' }) };
  expect((await pipeline.run()).kind).toBe('threw');
  expect(pipeline.metricValues('EventsArchived')).toEqual([0, 1]);
  await pipeline.catchUp();
  expect(pipeline.metricSum('EventsArchived')).toBe(2);
});
