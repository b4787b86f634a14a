import type { SimulatedEvent } from '../../../../lib/local/netskope-simulator/event-log';
import type { Fault } from '../../../../lib/local/netskope-simulator/gateway/fault';
import { fileBackfill, hoursAgoS } from '../../../faults/backfill-job';
import { loginAt, namelessAt } from '../../../faults/events';
import { NOW_S, Pipeline, TOKEN } from '../../../pipeline';
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

test.each<[string, SimulatedEvent[], number, number]>([
  ['of events for the quarantine', [namelessAt('1', 100), namelessAt('2', 101)], 0, 2],
  ['half of which is for the quarantine', [loginAt('e1', { atS: 100 }), namelessAt('2', 101)], 1, 1],
])(
  'a page %s is announced before the next one with events is stored',
  async (_what, events, archived, quarantined) => {
    await pipeline.stop();
    pipeline = await Pipeline.start({ pageSize: 2 });
    await pipeline.run({ startLookbackHours: 0 });
    pipeline.nextSchedule();
    pipeline.simulator.add([...events, loginAt('e3', { atS: 850 })]);
    await pipeline.run();
    expect(pipeline.metricValues('EventsArchived')).toEqual([0, archived, 1]);
    expect(pipeline.metricValues('EventsQuarantined')).toEqual([quarantined]);
    expect((await pipeline.checkpoint()).announced).toEqual({
      archived: archived + 1,
      quarantined,
      drifted: 0,
    });
  },
);

test('a page that CloudWatch refuses to count in the middle of a run is counted at its end, and the log says so', async () => {
  await pipeline.run({ startLookbackHours: 0 });
  pipeline.nextSchedule();
  pipeline.simulator.add([simulatedLogin('e1', NOW_S + 100), simulatedLogin('e2', NOW_S + 850)]);
  let isMiddle = true;
  pipeline.interference = {
    beforeAws: ({ operation }) =>
      operation === 'PutMetricData' && isMiddle
        ? { kind: 'error', status: 403, code: 'AccessDenied', message: 'no' }
        : undefined,
    netskope: ({ number }) => void (isMiddle = number < 4), // the page after the second has no events
  };
  expect(await pipeline.run()).toMatchObject({ summary: { outcome: 'caught-up', archived: 2 } });
  expect(pipeline.metricValues('EventsArchived')).toEqual([0, 2]);
  expect(pipeline.logged).toContain(
    '{"message":"metrics refused","reason":"MetricsError: CloudWatch refused 1 metrics of source netskope"}',
  );
});

test('pages of a backfill are announced as none: old events would hide that new ones are missing', async () => {
  pipeline.simulator.add([9, 8].map((hoursAgo) => simulatedLogin(`e${hoursAgo}`, hoursAgoS(hoursAgo))));
  await pipeline.run({ startLookbackHours: 1 });
  await fileBackfill(pipeline, { from: 10, to: 7 });
  expect(await pipeline.run()).toMatchObject({ summary: { backfill: { state: 'done', archived: 2 } } });
  expect(pipeline.metricValues('EventsArchived')).toEqual([0, 0]);
});

describe('TokenDaysLeft', () => {
  test.each<[string, Record<string, string>, number[]]>([
    ['whole days until the end of the day', { tokenExpiresAt: '2026-11-28' }, [10]],
    ['zero on the last day', { tokenExpiresAt: '2026-11-18' }, [0]],
    ['negative afterwards', { tokenExpiresAt: '2026-11-17' }, [-1]],
    ['not sent where nobody has noted the day', {}, []],
  ])('%s', async (_what, noted, values) => {
    await pipeline.deployment.putSecret('netskope', { domain: 'corp.goskope.com', token: TOKEN, ...noted });
    await pipeline.run({ startLookbackHours: 0 });
    expect(pipeline.metricValues('TokenDaysLeft')).toEqual(values);
  });
});
