import { CheckpointConflictError } from '../../../../lambdas/collector/core/errors';
import { ITERATOR_PROTOCOL } from '../../../../lambdas/collector/core/protocol/iterator';
import { withTrustedIndex } from '../../../../lambdas/collector/core/protocol/stream';
import type { Checkpoint } from '../../../../lambdas/contract/storage/checkpoint-table';
import { BACKFILL, HOUR_S, NOW_S, settledFeed } from './settled-feed';
import { StreamInMemory } from './stream-in-memory';

const NOW_MS = NOW_S * 1000;
const MINUTE_MS = 60_000;

test('objects of the page that is worked on name the run, the index, and the number of that page', () => {
  const abandoned = { sequences: [7], countedKeys: ['a'] };
  const { stream } = new StreamInMemory(settledFeed({ indexName: 'netskope-1', abandoned }));
  expect(stream.origin).toEqual({ runId: 'run-1', indexName: 'netskope-1', sequence: 10, abandoned });
});

test('CloudWatch is still to be sent what the totals have gained since it was last sent something', () => {
  const { stream } = new StreamInMemory(
    settledFeed({
      totals: { archived: 20, quarantined: 3, drifted: 2 },
      announced: { archived: 15, quarantined: 3, drifted: 1 },
    }),
  );
  expect(stream.unannounced).toEqual({ archived: 5, quarantined: 0, drifted: 1 });
});

test('the lag grows with the clock', () => {
  const { stream, clock } = new StreamInMemory(settledFeed({ watermarkS: NOW_S - 60 }));
  expect(stream.lagS()).toBe(60);
  clock.pass(5_000);
  expect(stream.lagS()).toBe(65);
});

describe('the checkpoint', () => {
  test('is written with what changed, and the next write follows that version', async () => {
    const before = settledFeed({ version: 4 });
    const { stream, saved } = new StreamInMemory(before);
    await stream.save({ phase: 'requested' });
    await stream.save({ restUntilMs: 7 });
    expect(saved).toEqual([
      { ...before, version: 5, phase: 'requested' },
      { ...before, version: 6, phase: 'requested', restUntilMs: 7 },
    ]);
    expect(stream.checkpoint).toEqual(saved[1]);
  });

  test('has what was noted at once, and is written with it the next time', async () => {
    const { stream, saved } = new StreamInMemory(settledFeed());
    stream.stage({ recheckDueAtMs: 5 });
    expect(stream.checkpoint.recheckDueAtMs).toBe(5);
    expect(saved).toEqual([]);
    await stream.save({ phase: 'requested' });
    expect(saved).toMatchObject([{ phase: 'requested', recheckDueAtMs: 5 }]);
  });

  test('stays as it was where its write is refused', async () => {
    const before = settledFeed();
    const memory = new StreamInMemory(before);
    memory.save = () => Promise.reject(new CheckpointConflictError('another run has written'));
    const { stream } = memory;
    await expect(stream.save({ phase: 'requested' })).rejects.toThrow(CheckpointConflictError);
    expect(stream.checkpoint).toBe(before);
  });
});

test('a stream that begins again writes so at once, and the log says why', async () => {
  const before = settledFeed();
  const { stream, saved, log } = new StreamInMemory(before);
  await stream.beginAgain('Netskope refuses next on the index');
  expect(saved).toEqual([
    {
      ...before,
      version: 1,
      phase: 'unstarted',
      startEpochS: NOW_S - HOUR_S,
      generation: 1,
      begunAtMs: NOW_MS,
      begunAfterSequence: 9,
      replayedToS: NOW_S,
    },
  ]);
  expect(log.lines).toEqual([
    [
      'warn',
      'beginning again',
      {
        streamId: 'netskope#audit',
        reason: 'Netskope refuses next on the index',
        startEpochS: NOW_S - HOUR_S,
      },
    ],
  ]);
});

describe('an index that was not served for a while', () => {
  interface Silence {
    readonly scheduleMinutes: number;
    readonly silentMs: number;
  }

  function afterSilence({ scheduleMinutes, silentMs }: Silence, different: Partial<Checkpoint> = {}) {
    const before = settledFeed({ servedAtMs: NOW_MS - silentMs, ...different });
    const { deps, log } = new StreamInMemory(before);
    const after = withTrustedIndex(before, { ...deps, protocol: ITERATOR_PROTOCOL }, scheduleMinutes);
    return { before, after, log };
  }

  test.each<[string, Silence]>([
    ['a quarter of an hour', { scheduleMinutes: 5, silentMs: 15 * MINUTE_MS }],
    ['a quarter of an hour, where runs follow each other closely', { scheduleMinutes: 1, silentMs: 900_000 }],
    ['three schedules, where that is longer', { scheduleMinutes: 60, silentMs: 180 * MINUTE_MS }],
  ])('is trusted for %s', (_what, { scheduleMinutes, silentMs }) => {
    const trusted = afterSilence({ scheduleMinutes, silentMs });
    expect(trusted.after).toBe(trusted.before);
    expect(trusted.log.lines).toEqual([]);
    const doubted = afterSilence({ scheduleMinutes, silentMs: silentMs + 1 });
    expect(doubted.after.generation).toBe(1);
  });

  test('longer than that is left: the stream begins again an hour before its watermark, and the log says so', () => {
    const { before, after, log } = afterSilence({ scheduleMinutes: 5, silentMs: 20 * MINUTE_MS - 1 });
    expect(after).toEqual({
      ...before,
      phase: 'unstarted',
      startEpochS: NOW_S - HOUR_S,
      generation: 1,
      begunAtMs: NOW_MS,
      begunAfterSequence: 9,
      replayedToS: NOW_S,
    });
    expect(log.lines).toEqual([
      [
        'warn',
        'index silent for too long: beginning again',
        { streamId: 'netskope#audit', startEpochS: NOW_S - HOUR_S, silentMinutes: 19 },
      ],
    ]);
  });

  test('is left where a run has left the page of an epoch open: it may come in another order', () => {
    const rest = { phase: 'unstarted', restUntilMs: NOW_MS } as const;
    const { after, log } = afterSilence({ scheduleMinutes: 5, silentMs: 0 }, rest);
    expect(after).toMatchObject({
      startEpochS: NOW_S - 24 * HOUR_S,
      generation: 1,
      begunAfterSequence: 10,
      sequence: 10,
      abandoned: { sequences: [10] },
    });
    expect(log.lines).toMatchObject([['warn', 'first page left open: beginning again', {}]]);
  });

  test('is kept where the page was not that of an epoch, and where every page is compared', () => {
    for (const open of [
      { phase: 'requested', restUntilMs: NOW_MS },
      { phase: 'unstarted', restUntilMs: NOW_MS, backfill: BACKFILL },
    ] as const) {
      const { before, after } = afterSilence({ scheduleMinutes: 5, silentMs: 0 }, open);
      expect(after).toBe(before);
    }
  });

  test('and never was served is left as well', () => {
    const { after, log } = afterSilence({ scheduleMinutes: 5, silentMs: 0 }, { servedAtMs: undefined });
    expect(after.generation).toBe(1);
    expect(log.lines).toMatchObject([['warn', expect.any(String), { silentMinutes: 0 }]]);
  });

  test('and was never served since it began is left, and the log says for how long', () => {
    const begunAtMs = NOW_S * 1000 - 25 * 60_000;
    const { log } = afterSilence({ scheduleMinutes: 5, silentMs: 0 }, { servedAtMs: undefined, begunAtMs });
    expect(log.lines).toMatchObject([['warn', expect.any(String), { silentMinutes: 25 }]]);
  });
});
