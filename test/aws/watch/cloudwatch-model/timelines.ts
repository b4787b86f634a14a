import { metricIdentity } from './alarm-definition';
import type { MetricPoint } from './alarm-replay';

/** When the stack of every timeline is deployed: on a Friday afternoon, seconds since 1970. */
export const DEPLOYED_AT_S = Date.UTC(2026, 10, 20, 16, 7) / 1000;

/** The kind of runs in a time range. */
export interface Span {
  /** Until this many hours after the deployment. */
  readonly untilH: number;
  /**
   * - `awaiting`: the secret is empty. `dead`: nothing is invoked.
   * - `served`: Netskope answered; `archived` events in each run, 0 unless given.
   * - `refused`: Netskope answered 401. `throttled`: 429 to every attempt of the run.
   * - `killed`: it ran out of memory or time, and sent nothing.
   */
  readonly runs: 'awaiting' | 'served' | 'refused' | 'throttled' | 'killed' | 'dead';
  readonly archived?: number;
  readonly quarantined?: number;
  readonly recovered?: number;
  /** Events of each run that the detector cannot count. */
  readonly withoutGroup?: number;
  /** @default - the secret names no day */
  readonly tokenDaysLeft?: number;
}

/** What most spans of a timeline have. */
export const BUSY = { runs: 'served', archived: 3 } as const;
export const IDLE = { runs: 'served', archived: 0 } as const;

const HOUR_S = 3_600;
/** The schedule of a new source begins some time after its deployment. */
const FIRST_RUN_AFTER_S = 150;
const RUN_S = { awaiting: 1, served: 8, refused: 3, throttled: 60, killed: 60, dead: 0 } as const;
/** Time from the newest event to the end of a run that archived everything. */
const SERVED_LAG_S = 4;
/** How far back the first run with credentials begins. */
const START_LOOKBACK_S = 24 * HOUR_S;

/**
 * The points that one source's collector and Lambda send for the given runs. What each kind of run sends is
 * deliberately written out again here, by name, because the alarms have to understand it.
 * @returns in order of time
 */
export function sourceTimeline(scheduleMinutes: number, spans: readonly Span[]): MetricPoint[] {
  const points: MetricPoint[] = [];
  const gauges = new SentGauges(Math.max(600, 2 * scheduleMinutes * 60));
  let completeToS: number | undefined;
  let startS = DEPLOYED_AT_S + FIRST_RUN_AFTER_S;
  for (const span of spans) {
    for (; startS < DEPLOYED_AT_S + span.untilH * HOUR_S; startS += scheduleMinutes * 60) {
      const endS = startS + RUN_S[span.runs];
      if (span.runs === 'served') completeToS = endS - SERVED_LAG_S;
      else if (span.runs === 'refused' || span.runs === 'throttled')
        completeToS ??= startS - START_LOOKBACK_S;
      if (span.runs === 'dead') continue;
      points.push(...runPoints(span, endS, gauges.of(span, endS, endS - (completeToS ?? endS))));
    }
  }
  return points.sort((left, right) => left.timeS - right.timeS);
}

type Sent = readonly [name: string, value: number];

/** Lag and token are sent by the first run of each half day, UTC, and the lag while it is late and once after. */
class SentGauges {
  private servedHalf: number | undefined;
  private isLateSent = false;

  constructor(private readonly lateAfterS: number) {}

  of({ runs, tokenDaysLeft }: Span, endS: number, lagS: number): Sent[] {
    if (runs === 'awaiting' || runs === 'killed') return [];
    const half = Math.floor(endS / (12 * HOUR_S));
    const isDue = half !== this.servedHalf;
    const isLate = lagS > this.lateAfterS;
    const isLagSent = isDue || isLate || this.isLateSent;
    this.isLateSent = isLate;
    if (runs === 'served') this.servedHalf = half;
    return [
      ...(isLagSent ? [['LagSeconds', lagS] as const] : []),
      ...(isDue && tokenDaysLeft !== undefined ? [['TokenDaysLeft', tokenDaysLeft] as const] : []),
    ];
  }
}

function runPoints(span: Span, timeS: number, gauges: readonly Sent[]): MetricPoint[] {
  const { runs, archived = 0, quarantined = 0, recovered = 0, withoutGroup = 0 } = span;
  const sent: Record<Span['runs'], readonly Sent[]> = {
    dead: [],
    killed: [],
    awaiting: [['CredentialsRefused', 0]],
    served: [
      ['EventsArchived', archived],
      ...(quarantined > 0 ? [['EventsQuarantined', quarantined] as const] : []),
      ...(recovered > 0 ? [['EventsRecovered', recovered] as const] : []),
      ...(withoutGroup > 0 ? [['EventsWithoutGroup', withoutGroup] as const] : []),
      ...gauges,
    ],
    refused: [['CredentialsRefused', 1], ...gauges],
    throttled: [['CredentialsRefused', 0], ...gauges],
  };
  const own = sent[runs].map(([name, value]) => ({
    identity: metricIdentity('NetskopeAudit', name, [{ Name: 'SourceId', Value: 'netskope' }]),
    timeS,
    value,
  }));
  return [
    ...own,
    ofLambda('Invocations', timeS, 1),
    ofLambda('Errors', timeS, runs === 'served' || runs === 'awaiting' ? 0 : 1),
  ];
}

function ofLambda(name: string, timeS: number, value: number): MetricPoint {
  const dimensions = [{ Name: 'FunctionName', Value: 'collector' }];
  return { identity: metricIdentity('AWS/Lambda', name, dimensions), timeS, value };
}

const OLDEST = metricIdentity('AWS/SQS', 'ApproximateAgeOfOldestMessage', [
  { Name: 'QueueName', Value: 'objects' },
]);
const ERRORS = metricIdentity('AWS/Lambda', 'Errors', [{ Name: 'FunctionName', Value: 'detector' }]);

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
export const REDELIVERED_AFTER_MIN = 6;
/** A message that failed so often is not the oldest (Amazon SQS developer guide, "Available CloudWatch metrics"). */
export const DELIVERIES_OF_OLDEST = 3;

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
