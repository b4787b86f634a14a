import { metricIdentity } from './alarm-definition';
import type { MetricPoint } from './alarm-replay';
import { DEPLOYED_AT_S } from './source-timeline';

/** What happens to the objects that are archived in a time range. */
export interface DetectionSpan {
  /** Until this many minutes after the deployment. */
  readonly untilMin: number;
  /**
   * - `evaluated`: each is evaluated within seconds. `waiting`: nothing takes them from the queue.
   * - `failing`: each delivery of them fails.
   */
  readonly objects: 'evaluated' | 'waiting' | 'failing';
}

const MINUTE_S = 60;
/** How long a message is hidden after a failed delivery. */
const REDELIVERED_AFTER_MIN = 6;
/** A message that failed so often is not the oldest (Amazon SQS developer guide, "Available CloudWatch metrics"). */
const DELIVERIES_OF_OLDEST = 3;

/**
 * What SQS reports each minute about a queue `objects`, and Lambda about a function `detector`, when an object arrives
 * at the beginning of each time range.
 */
export function detectionTimeline(spans: readonly DetectionSpan[]): MetricPoint[] {
  const points: MetricPoint[] = [];
  let minute = 0;
  for (const { untilMin, objects } of spans) {
    for (let waitedMin = 0; minute < untilMin; minute++, waitedMin++)
      points.push(...minutePoints(objects, waitedMin, DEPLOYED_AT_S + minute * MINUTE_S));
  }
  return points;
}

function minutePoints(objects: DetectionSpan['objects'], waitedMin: number, timeS: number): MetricPoint[] {
  const failedDeliveries = Math.floor(waitedMin / REDELIVERED_AFTER_MIN) + 1;
  const isOldest =
    objects === 'waiting' || (objects === 'failing' && failedDeliveries < DELIVERIES_OF_OLDEST);
  const fails = objects === 'failing' && waitedMin % REDELIVERED_AFTER_MIN === 0;
  return [
    { identity: OLDEST, timeS, value: isOldest ? waitedMin * MINUTE_S : 0 },
    ...(objects === 'waiting' ? [] : [{ identity: ERRORS, timeS, value: fails ? 1 : 0 }]),
  ];
}

const OLDEST = metricIdentity('AWS/SQS', 'ApproximateAgeOfOldestMessage', [
  { Name: 'QueueName', Value: 'objects' },
]);
const ERRORS = metricIdentity('AWS/Lambda', 'Errors', [{ Name: 'FunctionName', Value: 'detector' }]);
