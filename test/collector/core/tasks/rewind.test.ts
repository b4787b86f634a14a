import { ITERATOR_PROTOCOL } from '../../../../lambdas/collector/core/protocol/iterator';
import { rewind } from '../../../../lambdas/collector/core/tasks/rewind';
import type { TaskSummary } from '../../../../lambdas/contract/deployment/collector-event';
import { AUDIT_FEED } from '../../../../lambdas/contract/feed/audit';
import type { AwsCall } from '../../../../lib/local/aws/wire/aws-call';
import type { SimulatedEvent } from '../../../../lib/local/netskope-simulator/event-log';
import { isSound } from '../../../faults/aftermath';
import { stockOf } from '../../../faults/stock';
import type { InvocationEnd } from '../../../pipeline';
import { NOW_S, Pipeline, SOURCE_ID } from '../../../pipeline';
import { simulatedLogin } from '../../audit-events';

/** The present of most tests: the first run was at NOW_S, and each schedule passes a quarter of an hour. */
const SCHEDULE_S = 900;

let pipeline: Pipeline;
afterEach(() => pipeline.stop());

/** A live feed that has collected four events and one for the quarantine, and stands at the last of them. */
async function startPipeline(): Promise<void> {
  pipeline = await Pipeline.start({ pageSize: 3 });
  await pipeline.run({ startLookbackHours: 0 });
  pipeline.nextSchedule();
  const logins = [100, 200, 300, 400].map((afterS) => simulatedLogin(`e${afterS}`, NOW_S + afterS));
  pipeline.simulator.add([...logins, nameless(500)]);
  await pipeline.run();
  pipeline.nextSchedule();
}

/** An event for the quarantine. */
function nameless(afterS: number): SimulatedEvent {
  const { text, timestampS, insertedAtS } = simulatedLogin('', NOW_S + afterS, {
    _id: undefined,
    organization_unit: `after ${afterS} s`,
  });
  return { text, timestampS, insertedAtS };
}

const rewindTo = (afterS: number): Promise<InvocationEnd<TaskSummary>> =>
  pipeline.carryOut({ kind: 'rewind', toEpochS: NOW_S + afterS });

/** A run that stores a page of events for the quarantine, and dies before the page is listed and remembered. */
async function dieWithPageStored(): Promise<void> {
  pipeline.simulator.add([1100, 1200, 1300].map(nameless));
  pipeline.interference = {
    beforeAws: ({ operation, key = '' }) =>
      operation === 'PutObject' && key.startsWith('manifest/') ? 'die' : undefined,
  };
  expect(await pipeline.run()).toEqual({ kind: 'died' });
  pipeline.interference = {};
  pipeline.nextSchedule();
  expect((await pipeline.checkpoint()).phase).toBe('requested');
}

async function expectEveryEventOnce(events: number): Promise<void> {
  await pipeline.catchUp();
  const aftermath = await stockOf(pipeline);
  expect(aftermath).toMatchObject({
    events,
    lost: [],
    doubled: [],
    totalsAreExact: true,
    manifestFaults: [],
  });
  expect(isSound(aftermath)).toBe(true);
}

describe('a rewound feed', () => {
  test('asks again from the time it was given, stores nothing twice, and counts nothing twice', async () => {
    await startPipeline();
    const announced = pipeline.metricSum('EventsArchived');
    expect(await rewindTo(50)).toEqual({
      kind: 'returned',
      value: { outcome: 'rewound', fromEpochS: NOW_S + 500, toEpochS: NOW_S + 50 },
    });
    const asked = pipeline.simulator.requests.length;
    pipeline.simulator.add([simulatedLogin('new', NOW_S + 2 * SCHEDULE_S)]);
    await pipeline.catchUp();
    expect(pipeline.simulator.requests[asked]?.operation).toBe(String(NOW_S + 50));
    await expectEveryEventOnce(6);
    expect((await pipeline.checkpoint()).totals).toEqual({ archived: 5, quarantined: 1, drifted: 0 });
    expect(pipeline.metricSum('EventsArchived')).toBe(announced + 1);
  });

  test('still knows how far it had come: up to there, what it delivers is a replay', async () => {
    await startPipeline();
    await rewindTo(50);
    expect(await pipeline.checkpoint()).toMatchObject({
      phase: 'unstarted',
      startEpochS: NOW_S + 50,
      watermarkS: NOW_S + 500,
      replayedToS: NOW_S + 500,
      writer: 'run-3',
    });
  });

  test('may be sent to where it stands', async () => {
    await startPipeline();
    expect(await rewindTo(500)).toMatchObject({ value: { outcome: 'rewound', fromEpochS: NOW_S + 500 } });
    await expectEveryEventOnce(5);
  });

  test('collects what lies before its beginning, where it is sent there', async () => {
    await startPipeline();
    await rewindTo(-7200);
    await expectEveryEventOnce(5);
    expect((await pipeline.checkpoint()).startEpochS).toBe(NOW_S - 7200);
  });

  test('keeps an unfinished page in mind: what was stored of it is counted, listed and not stored again', async () => {
    await startPipeline();
    await dieWithPageStored();
    await rewindTo(50);
    await expectEveryEventOnce(8);
    expect(await pipeline.checkpoint()).toHaveProperty('abandoned');

    pipeline.clock.pass(2 * 3_600_000);
    pipeline.simulator.add([simulatedLogin('later', Math.floor(pipeline.clock.nowMs() / 1000))]);
    await expectEveryEventOnce(9);
    expect(await pipeline.checkpoint()).not.toHaveProperty('abandoned'); // the replay is over
  });

  test('keeps it in mind over a second rewinding, too', async () => {
    await startPipeline();
    await dieWithPageStored();
    await rewindTo(250);
    expect(await rewindTo(50)).toMatchObject({ value: { outcome: 'rewound', fromEpochS: NOW_S + 250 } });
    await expectEveryEventOnce(8);
  });

  test('goes back from where a run has come that begins at the same moment', async () => {
    await startPipeline();
    pipeline.simulator.add([simulatedLogin('meanwhile', NOW_S + 600)]);
    const { checkpoints, clock } = pipeline;
    let hasRun = false;
    const raced = {
      save: checkpoints.save.bind(checkpoints),
      load: async (streamId: string) => {
        const found = await checkpoints.load(streamId);
        if (!hasRun) await pipeline.run();
        hasRun = true;
        return found;
      },
    };
    const request = { sourceId: SOURCE_ID, runId: 'late', toEpochS: NOW_S };
    expect(
      await rewind({ feed: AUDIT_FEED, checkpoints: raced, clock, protocol: ITERATOR_PROTOCOL }, request),
    ).toEqual({
      outcome: 'rewound',
      fromEpochS: NOW_S + 600,
      toEpochS: NOW_S,
    });
    await expectEveryEventOnce(6);
  });

  test.each([
    ['before the checkpoint is read', 'beforeAws', 'GetItem'],
    ['before the checkpoint is written', 'beforeAws', 'PutItem'],
    ['after the checkpoint was written', 'afterAws', 'PutItem'],
  ] as const)('holds its promise when the function dies %s', async (_when, hook, dyingCall) => {
    await startPipeline();
    const die = ({ operation }: AwsCall) => (operation === dyingCall ? 'die' : undefined);
    pipeline.interference = { [hook]: die };
    expect(await rewindTo(50)).toEqual({ kind: 'died' });
    await expectEveryEventOnce(5);
  });
});

describe('a feed that is to skip what lies between', () => {
  const skipTo = (afterS: number): Promise<InvocationEnd<TaskSummary>> =>
    pipeline.carryOut({ kind: 'rewind', toEpochS: NOW_S + afterS, skip: true });

  test('goes on from the present, if it is sent there', async () => {
    await startPipeline();
    pipeline.simulator.add([simulatedLogin('skipped', NOW_S + 1000)]);
    expect(await skipTo(1800)).toEqual({
      kind: 'returned',
      value: { outcome: 'rewound', fromEpochS: NOW_S + 500, toEpochS: NOW_S + 1800 },
    });
    expect(await pipeline.checkpoint()).toMatchObject({
      phase: 'unstarted',
      startEpochS: NOW_S + 1800,
      watermarkS: NOW_S + 1800,
    });
    await pipeline.catchUp();
    expect((await pipeline.archived()).map(({ line }) => line).join()).not.toContain('skipped');
  });

  test('is not sent into the future', async () => {
    await startPipeline();
    expect(await skipTo(1801)).toMatchObject({
      error: {
        name: 'ConfigError',
        message:
          '2026-11-18T12:30:01.000Z lies in the future; expected a time before 2026-11-18T12:30:00.000Z',
      },
    });
  });
});

describe('a rewinding is refused', () => {
  test.each([
    ['as long as a call may still be running at Netskope', 1, 'resting'],
    ['no longer when that is over', 0, 'rewound'],
  ])('%s', async (_when, restMs, outcome) => {
    await startPipeline();
    const restUntilMs = pipeline.clock.nowMs() + restMs;
    await pipeline.checkpoints.save({ ...(await pipeline.checkpoint()), restUntilMs });
    const end = await rewindTo(50);
    expect(end).toMatchObject({ value: { outcome } });
    if (outcome === 'resting') expect(end).toMatchObject({ value: { restUntilMs } });
  });

  test('where the table does not take the checkpoint, and the feed stays where it is', async () => {
    await startPipeline();
    const found = await pipeline.checkpoint();
    pipeline.interference = {
      beforeAws: ({ operation }) =>
        operation === 'PutItem'
          ? { kind: 'error', status: 400, code: 'AccessDeniedException', message: 'no' }
          : undefined,
    };
    expect(await rewindTo(50)).toMatchObject({ kind: 'threw', error: { name: 'CheckpointError' } });
    expect(await pipeline.checkpoint()).toEqual(found);
  });

  test('where it leads forward, for what lies between would be lost', async () => {
    await startPipeline();
    const found = await pipeline.checkpoint();
    expect(await rewindTo(501)).toMatchObject({
      kind: 'threw',
      error: {
        name: 'ConfigError',
        message:
          'the feed of netskope stands at 2026-11-18T12:08:20.000Z and cannot be moved forward to 2026-11-18T12:08:21.000Z: what lies between would be lost',
      },
    });
    expect(await pipeline.checkpoint()).toEqual(found);
  });

  test('where it leads over a gap that the feed is about to close', async () => {
    pipeline = await Pipeline.start({ waitTimeS: 1, forgetsIndexAfterMs: 600_000 });
    const backlog = [9, 6, 3].map((ago) => simulatedLogin(`ago-${ago}`, NOW_S - ago * 3600));
    pipeline.simulator.add(backlog);
    const timeForOnePage = { startLookbackHours: 10, timeoutMs: 150_500 };
    await pipeline.run(timeForOnePage);
    pipeline.clock.pass(900_000);
    await pipeline.run(timeForOnePage); // Netskope has forgotten the index, and begins at the present
    expect(await pipeline.checkpoint()).toMatchObject({
      phase: 'unstarted',
      startEpochS: NOW_S - 10 * 3600,
      watermarkS: NOW_S - 9 * 3600,
    });
    expect(await rewindTo(-5 * 3600)).toMatchObject({ kind: 'threw', error: { name: 'ConfigError' } });
    await expectEveryEventOnce(3);
  });

  test('while a run holds the lease, and says when that is over at the latest', async () => {
    await startPipeline();
    let end: InvocationEnd<TaskSummary> | undefined;
    const { hooks } = pipeline.simulator;
    pipeline.simulator.hooks = {
      moved: async () => {
        pipeline.simulator.hooks = hooks;
        end = await rewindTo(50);
      },
    };
    const startedAtMs = pipeline.clock.nowMs();
    expect(await pipeline.run()).toMatchObject({ summary: { outcome: 'caught-up' } });
    expect(end).toEqual({
      kind: 'returned',
      value: { outcome: 'already-running', leaseExpiresAtMs: startedAtMs + 660_000 },
    });
  });

  test('where the source has not begun', async () => {
    pipeline = await Pipeline.start();
    expect(await rewindTo(0)).toMatchObject({
      kind: 'threw',
      error: {
        name: 'ConfigError',
        message: 'source netskope has not begun; its first run begins where its settings say',
      },
    });
  });
});
