import { AUDIT_FEED } from '../../../../lambdas/contract/feed/audit';
import { backfillStreamId } from '../../../../lambdas/contract/storage/checkpoint-table';
import {
  conflictingEdition,
  grownEdition,
} from '../../../../lib/local/netskope-simulator/events/audit-events';
import type { Fault } from '../../../../lib/local/netskope-simulator/gateway/fault';
import { fileBackfill, hoursAgoS } from '../../../faults/backfill-job';
import { loginAt, namelessAt } from '../../../faults/events';
import { NOW_S, Pipeline, SOURCE_ID, TOKEN } from '../../../pipeline';
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
  'a run that fails is not one that succeeded, though it archived nothing, where Netskope %s',
  async (_, fault) => {
    pipeline.interference = { netskope: () => fault };
    expect((await pipeline.run()).kind).toBe('threw');
    pipeline.nextSchedule();
    expect((await pipeline.run()).kind).toBe('threw');
    expect(pipeline.metricValues('EventsArchived')).toEqual([]);
    expect(pipeline.metricValues('CredentialsRefused')).toHaveLength(2);
  },
);

test('a source that rests because Netskope asked it to has its silence counted, too', async () => {
  pipeline.interference = { netskope: () => ({ kind: 'rate-limited', retryAfter: '3600' }) };
  expect((await pipeline.run()).kind).toBe('threw');
  pipeline.nextSchedule();
  expect(await pipeline.run()).toMatchObject({ summary: { outcome: 'resting' } });
  expect(pipeline.metricValues('EventsArchived')).toEqual([0]);
  expect(pipeline.metricValues('LagSeconds')).toEqual([86_400, 87_300]);
});

test('a source without credentials is not silent: there is nothing yet that could be missing', async () => {
  await pipeline.deployment.putSecret('netskope', {});
  expect(await pipeline.run()).toMatchObject({ summary: { outcome: 'awaiting-credentials' } });
  expect(pipeline.metricValues('EventsArchived')).toEqual([]);
  expect(pipeline.metricValues('CredentialsRefused')).toEqual([0]);
});

describe('what failed runs had archived', () => {
  /** A run that stores a login and an event without a name, and fails at its third call. */
  async function failAfterTwo(): Promise<void> {
    await pipeline.run({ startLookbackHours: 0 });
    pipeline.nextSchedule();
    pipeline.simulator.add([
      ...[simulatedLogin('e1', NOW_S + 100), namelessAt('2', 200)],
      ...[simulatedLogin('e3', NOW_S + 840), simulatedLogin('e4', NOW_S + 850)],
    ]);
    let callsLeft = 2;
    pipeline.interference = { netskope: () => (callsLeft-- > 0 ? undefined : { kind: 'unauthorized' }) };
    expect((await pipeline.run()).kind).toBe('threw');
  }

  test('is announced by the next run that succeeds, once; what they had put into quarantine they announce', async () => {
    await failAfterTwo();
    expect(pipeline.metricValues('EventsArchived')).toEqual([0]);
    expect(pipeline.metricValues('EventsQuarantined')).toEqual([1]);
    expect((await pipeline.checkpoint()).announced).toEqual({ archived: 0, quarantined: 1, drifted: 0 });
    pipeline.nextSchedule();
    expect((await pipeline.run()).kind).toBe('threw'); // as the first one, with nothing new
    expect(pipeline.metricValues('EventsArchived')).toEqual([0]);
    await pipeline.catchUp();
    expect(pipeline.metricValues('EventsArchived')[1]).toBe(3);
    expect(pipeline.metricSum('EventsArchived')).toBe(3);
    expect(pipeline.metricSum('EventsQuarantined')).toBe(1);
  });

  test('is not announced by a run that rests, though it counts as one that succeeded: it takes no lease', async () => {
    await failAfterTwo();
    const restUntilMs = pipeline.clock.nowMs() + 1;
    await pipeline.checkpoints.save({ ...(await pipeline.checkpoint()), restUntilMs });
    expect(await pipeline.run()).toMatchObject({ summary: { outcome: 'resting' } });
    expect(pipeline.metricValues('EventsArchived')).toEqual([0, 0]);
    await pipeline.catchUp();
    expect(pipeline.metricSum('EventsArchived')).toBe(3);
  });

  test('is announced by the next run that succeeds where they died before they announced anything', async () => {
    await failAfterTwo();
    pipeline.interference = {
      beforeAws: ({ operation }) => (operation === 'PutMetricData' ? 'die' : undefined),
    };
    pipeline.nextSchedule();
    expect(await pipeline.run()).toEqual({ kind: 'died' });
    expect(pipeline.metricValues('EventsArchived')).toEqual([0]);
    await pipeline.catchUp();
    expect(pipeline.metricSum('EventsArchived')).toBe(3);
  });
});

test('all pages of a run are announced together, at its end', async () => {
  await pipeline.stop();
  pipeline = await Pipeline.start({ pageSize: 2 });
  await pipeline.run({ startLookbackHours: 0 });
  pipeline.nextSchedule();
  pipeline.simulator.add([
    ...[loginAt('e1', { atS: 100 }), namelessAt('2', 101)],
    ...[namelessAt('3', 102), loginAt('e4', { atS: 850 })],
  ]);
  await pipeline.run();
  expect(pipeline.metricValues('EventsArchived')).toEqual([0, 2]);
  expect(pipeline.metricValues('EventsQuarantined')).toEqual([2]);
  expect((await pipeline.checkpoint()).announced).toEqual({ archived: 2, quarantined: 2, drifted: 0 });
});

test('what a run that died has committed and not announced is announced by the next one', async () => {
  await pipeline.run({ startLookbackHours: 0 });
  pipeline.nextSchedule();
  pipeline.simulator.add([simulatedLogin('e1', NOW_S + 100), simulatedLogin('e2', NOW_S + 850)]);
  pipeline.interference = {
    beforeAws: ({ operation }) => (operation === 'PutMetricData' ? 'die' : undefined),
  };
  expect(await pipeline.run()).toEqual({ kind: 'died' });
  expect(pipeline.metricValues('EventsArchived')).toEqual([0]);
  await pipeline.catchUp();
  expect(pipeline.metricSum('EventsArchived')).toBe(2);
});

test('what CloudWatch refuses to count is counted by the next run, and the run fails', async () => {
  await pipeline.run({ startLookbackHours: 0 });
  pipeline.nextSchedule();
  pipeline.simulator.add([simulatedLogin('e1', NOW_S + 100)]);
  pipeline.interference = {
    beforeAws: ({ operation }) =>
      operation === 'PutMetricData'
        ? { kind: 'error', status: 403, code: 'AccessDenied', message: 'no' }
        : undefined,
  };
  expect(await pipeline.run()).toMatchObject({ error: { name: 'MetricsError' } });
  await pipeline.catchUp();
  expect(pipeline.metricSum('EventsArchived')).toBe(1);
});

test('pages of a backfill are announced as none: old events would hide that new ones are missing', async () => {
  pipeline.simulator.add([9, 8].map((hoursAgo) => simulatedLogin(`e${hoursAgo}`, hoursAgoS(hoursAgo))));
  await pipeline.run({ startLookbackHours: 1 });
  await fileBackfill(pipeline, { from: 10, to: 7 });
  expect(await pipeline.run()).toMatchObject({ summary: { backfill: { state: 'done', archived: 2 } } });
  expect(pipeline.metricValues('EventsArchived')).toEqual([0, 0]);
});

describe('what a backfill finds out about archived events is announced, once', () => {
  const [one, other] = [simulatedLogin('e9', hoursAgoS(9)), simulatedLogin('e8', hoursAgoS(8))];
  const grown = { ...one, text: grownEdition(one.text) };
  const conflicting = { ...other, text: conflictingEdition(other.text) };
  test.each([
    ['an edition', [grown], [1], []],
    ['a conflict', [conflicting], [], [1]],
    ['both', [grown, conflicting], [1], [1]],
  ])('%s', async (_what, found, editions, conflicts) => {
    await pipeline.stop();
    pipeline = await Pipeline.start({ pageSize: 1, walksBy: 'event-time' }); // so that the live feed finds none of them
    pipeline.simulator.add([one, other]);
    await pipeline.run({ startLookbackHours: 1 });
    await fileBackfill(pipeline, { from: 10, to: 7 });
    await pipeline.run();
    expect(pipeline.metricValues('EventEditions')).toEqual([]);
    pipeline.simulator.add(found);
    await fileBackfill(pipeline, { from: 10, to: 7 });
    const archived = found.length;
    expect(await pipeline.run()).toMatchObject({ summary: { backfill: { state: 'done', archived } } });
    const { announced } = (await pipeline.checkpoints.load(backfillStreamId(AUDIT_FEED, SOURCE_ID))) ?? {};
    expect([announced?.editions, announced?.conflicting]).toEqual([editions[0], conflicts[0]]);
    await fileBackfill(pipeline, { from: 10, to: 7 });
    expect(await pipeline.run()).toMatchObject({ summary: { backfill: { state: 'done', archived: 0 } } });
    expect(pipeline.metricValues('EventEditions')).toEqual(editions);
    expect(pipeline.metricValues('EventsConflicting')).toEqual(conflicts);
    expect(pipeline.metricSum('EventsArchived')).toBe(0);
  });
});

test('a run that finds nothing writes its checkpoint before the call and when it is over, and not to announce', async () => {
  await pipeline.run({ startLookbackHours: 0 });
  pipeline.nextSchedule();
  const calls: string[] = [];
  pipeline.interference = { beforeAws: ({ operation }) => void calls.push(operation) };
  expect(await pipeline.run()).toMatchObject({ summary: { outcome: 'caught-up', pages: 1 } });
  expect(calls).toEqual(['GetSecretValue', 'BatchGetItem', 'PutItem', 'PutMetricData', 'PutItem']);
});

test('a run that has lost its lease announces nothing: another one counts what it has archived', async () => {
  await pipeline.stop();
  pipeline = await Pipeline.start({ pageSize: 2 });
  await pipeline.run({ startLookbackHours: 0 });
  pipeline.nextSchedule();
  pipeline.simulator.add([simulatedLogin('e1', NOW_S + 100)]);
  let isArchived = false;
  pipeline.interference = {
    beforeAws: ({ operation }) =>
      isArchived && operation === 'PutItem'
        ? { kind: 'error', status: 400, code: 'ConditionalCheckFailedException', message: 'changed' }
        : undefined,
    afterAws: ({ operation }) => {
      isArchived ||= operation === 'PutObject';
      return undefined;
    },
  };
  await pipeline.run();
  expect(isArchived).toBe(true);
  expect(pipeline.metricValues('EventsArchived')).toEqual([0]);
  await pipeline.catchUp();
  expect(pipeline.metricSum('EventsArchived')).toBe(1);
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

  test('is sent twice a day, and by every run that Netskope does not serve until one is', async () => {
    const noted = { domain: 'corp.goskope.com', token: TOKEN, tokenExpiresAt: '2026-11-28' };
    await pipeline.deployment.putSecret('netskope', noted);
    const runs = async (count: number): Promise<void> => {
      for (let run = 0; run < count; run++) {
        await pipeline.run({ startLookbackHours: 0 });
        pipeline.nextSchedule();
      }
    };
    await runs(48); // from noon to midnight, UTC
    expect(pipeline.metricValues('TokenDaysLeft')).toEqual([10]);
    pipeline.interference = { netskope: () => ({ kind: 'unauthorized' }) };
    await runs(2);
    pipeline.interference = {};
    await runs(2);
    expect(pipeline.metricValues('TokenDaysLeft')).toEqual([10, 9, 9, 9]);
  });
});
