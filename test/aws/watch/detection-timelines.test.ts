import type { DetectionSpan } from './cloudwatch-model/timelines';
import { detectionTimeline } from './cloudwatch-model/timelines';
import { fires, templateAlarms } from './cloudwatch-model/watched-source';

/** The messages about detection while the collector works. Times are hours and minutes since the deployment. */
function told(objects: readonly DetectionSpan[], untilH: number): string[] {
  return fires({
    spans: [{ untilH, runs: 'served', archived: 3 }],
    morePoints: detectionTimeline(objects),
    alarms: templateAlarms().filter(({ name }) => name.includes('detect')),
  });
}

test('a detector that evaluates every object within seconds fires no alarm', () => {
  expect(told([{ untilMin: 240, objects: 'evaluated' }], 4)).toEqual([]);
});

test('a detector that takes nothing from its queue fires after a quarter of an hour, until the queue is empty', () => {
  const objects: DetectionSpan[] = [
    { untilMin: 60, objects: 'evaluated' },
    { untilMin: 120, objects: 'waiting' },
    { untilMin: 180, objects: 'evaluated' },
  ];
  expect(told(objects, 3)).toEqual(['1:18 detection-behind ALARM', '2:05 detection-behind OK']);
});

test('a delivery that fails twice and then succeeds fires no alarm', () => {
  const objects: DetectionSpan[] = [
    { untilMin: 60, objects: 'evaluated' },
    { untilMin: 67, objects: 'failing' },
    { untilMin: 180, objects: 'evaluated' },
  ];
  expect(told(objects, 3)).toEqual([]);
});

test('an object that fails at each delivery fires as errors, not as a queue that is behind', () => {
  const objects: DetectionSpan[] = [
    { untilMin: 60, objects: 'evaluated' },
    { untilMin: 85, objects: 'failing' },
    { untilMin: 240, objects: 'evaluated' },
  ];
  expect(told(objects, 4)).toEqual(['1:14 detector-errors ALARM', '1:43 detector-errors OK']);
});

test('a queue that was unused for hours, for which SQS reports nothing, fires no alarm', () => {
  expect(told([{ untilMin: 30, objects: 'evaluated' }], 12)).toEqual([]);
});
