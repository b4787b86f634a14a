import { RunQueueModel } from '../../../lib/tools/fleet/handover';

/** Six minutes. */
const RETENTION_MS = 360_000;

const ids = (count: number): string[] => Array.from({ length: count }, (_, place) => `tenant-${place + 1}`);

test('a hundred runs begin at once, further ones as soon as there is room', () => {
  const queue = new RunQueueModel(RETENTION_MS);
  const { runs, dropped, longestWaitMs, mostAtOnce } = queue.handOver(ids(150), 0, () => 60_000);
  expect(runs.map(({ startMs }) => startMs)).toEqual([
    ...Array.from({ length: 100 }, () => 1_000),
    ...Array.from({ length: 50 }, () => 61_000),
  ]);
  expect({ dropped, longestWaitMs, mostAtOnce }).toEqual({
    dropped: 0,
    longestWaitMs: 61_000,
    mostAtOnce: 100,
  });
});

test('a message that waits for longer than a round is gone', () => {
  const queue = new RunQueueModel(RETENTION_MS);
  const { runs, dropped } = queue.handOver(ids(250), 0, () => 200_000);
  expect([runs.length, dropped]).toEqual([200, 50]);
});

test('a source with a run at work is skipped, and collected in the round after it', () => {
  const queue = new RunQueueModel(RETENTION_MS);
  queue.handOver(['corp'], 0, () => 400_000);
  expect(queue.handOver(['corp'], 360_000, () => 1_000).runs).toEqual([]);
  expect(queue.handOver(['corp'], 720_000, () => 1_000).runs).toEqual([
    { sourceId: 'corp', startMs: 721_000, endMs: 722_000 },
  ]);
});
