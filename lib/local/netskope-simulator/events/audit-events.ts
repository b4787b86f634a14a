import type { SimulatedEvent } from '../event-log';
import type { SimulatorPaths, SimulatorRequest } from '../gateway/request';
import type { AnomalyName } from './audit-event-anomalies';
import { anomalousText, anomalyNames, wantedFor } from './audit-event-anomalies';
import type { DraftPosition } from './audit-event-draft';
import { draftAuditEvent } from './audit-event-draft';
import { mulberry32, pick } from './random';

/** Paths of the audit events in the Netskope REST API v2. */
export const AUDIT_PATHS: SimulatorPaths = {
  iterator: '/api/v2/events/dataexport/events/audit',
  query: '/api/v2/events/data/audit',
};

interface AuditEventOptions extends ArrivalSpan {
  /** Any integer; the same options give the same events, byte for byte. */
  readonly seed: number;
  /** Share of events with one anomaly, 0 to 1. @default 0.03 */
  readonly anomalyShare?: number;
}

/** An event with exactly one anomaly. */
interface AnomalousEvent extends SimulatedEvent {
  readonly anomaly: AnomalyName;
}

/**
 * Generates audit events like those of a tenant with a few admins, in the order of insertion. Insertion times lie in
 * the span; late events happened before it. Every `_id` is unique.
 * @throws RangeError if the span has no second.
 */
export function generateAuditEvents({
  seed,
  anomalyShare = 0.03,
  ...span
}: AuditEventOptions): SimulatedEvent[] {
  const random = mulberry32(seed);
  const events: SimulatedEvent[] = [];
  for (const insertedAtS of arrivalTimesS(span, random)) {
    const anomaly = random() < anomalyShare ? pick(anomalyNames, random) : undefined;
    events.push(makeEvent({ number: events.length, insertedAtS }, anomaly, random));
  }
  return events;
}

/** One event of each anomaly, in the order of `anomalyNames`, all inserted at one time. */
export function oneOfEach({
  seed,
  insertedAtS,
}: {
  readonly seed: number;
  readonly insertedAtS: number;
}): AnomalousEvent[] {
  const random = mulberry32(seed);
  return anomalyNames.map((anomaly, number) => ({
    ...makeEvent({ number, insertedAtS }, anomaly, random),
    anomaly,
  }));
}

/**
 * The "Rest API V2 Call" event that Netskope may write about a call of this very API. Its shape is that of published
 * samples; whether polls are audited too is not known.
 */
export function ownApiEvent(
  request: SimulatorRequest,
  nowMs: number,
  insertionDelayS: number,
): SimulatedEvent {
  const timestampS = Math.floor(nowMs / 1000);
  const insertedAtS = timestampS + insertionDelayS;
  const id = nowMs.toString(16).padStart(12, '0') + request.number.toString(16).padStart(12, '0');
  const text = JSON.stringify({
    _id: id,
    _insertion_epoch_timestamp: insertedAtS,
    audit_log_event: 'Rest API V2 Call',
    count: 1,
    is_netskope_personnel: false,
    organization_unit: '',
    severity_level: 2,
    supporting_data: {
      data_type: 'events',
      data_values: [request.status, 'GET', request.path, `trid=${id.slice(4)}`],
    },
    timestamp: timestampS,
    type: 'admin_audit_logs',
    ur_normalized: 'service-account',
    user: 'service-account',
  });
  return { text, id, timestampS, insertedAtS };
}

/** The field that events of August 2026 got; an earlier edition of the same event lacks it. */
const RECORD_TYPE: Readonly<Record<string, unknown>> = { record_type: 'audit' };

const EVENT_NAME = '"audit_log_event":"';

/**
 * A later edition of an event, as after Netskope added a field: the old fields byte for byte, and new ones behind them.
 * Serve it as `{ ...event, text: grownEdition(event.text), insertedAtS }`.
 * @param text JSON text of an event with one field at least
 * @param newFields name and value of each. @default - `record_type`
 * @throws RangeError if the event has one of the fields already
 */
export function grownEdition(text: string, newFields = RECORD_TYPE): string {
  const known = Object.keys(newFields).filter((name) => name in (JSON.parse(text) as object));
  if (known.length > 0)
    throw new RangeError(`The event has ${known.join(', ')} already; expected fields that are new`);
  return `${text.slice(0, text.lastIndexOf('}'))},${JSON.stringify(newFields).slice(1)}`;
}

/**
 * An edition that contradicts the event: the same `_id` and time, another `audit_log_event`, all else byte for byte.
 * @throws RangeError if the event has no `audit_log_event` that is a text
 */
export function conflictingEdition(text: string): string {
  if (!text.includes(EVENT_NAME))
    throw new RangeError('The event has no audit_log_event that is a text; expected one to change');
  return text.replace(EVENT_NAME, `${EVENT_NAME}Corrected: `);
}

function makeEvent(
  position: DraftPosition,
  anomaly: AnomalyName | undefined,
  random: () => number,
): SimulatedEvent {
  const { insertedAtS } = position;
  const draft = draftAuditEvent(position, random, anomaly === undefined ? undefined : wantedFor(anomaly));
  const text =
    anomaly === undefined ? JSON.stringify(draft) : anomalousText(draft, anomaly, { ...position, random });
  return { text, id: draft._id, timestampS: draft.timestamp, insertedAtS };
}

/** A time range and the number of events that arrive in it. */
interface ArrivalSpan {
  readonly count: number;
  /** Unix seconds, included. */
  readonly fromEpochS: number;
  /** Unix seconds, excluded. */
  readonly toEpochS: number;
}

/**
 * Spreads arrivals over a span like office work: ten times as many per hour from Monday to Friday, 08 to 18 UTC, as at
 * night or at the weekend.
 * @returns unix seconds, never decreasing. @throws RangeError if the span has no second.
 */
function arrivalTimesS({ count, fromEpochS, toEpochS }: ArrivalSpan, random: () => number): Float64Array {
  if (!(toEpochS > fromEpochS)) {
    throw new RangeError(`toEpochS is ${toEpochS}; expected more than fromEpochS, which is ${fromEpochS}`);
  }
  const hours = hoursOf(fromEpochS, toEpochS);
  const timesS = new Float64Array(count);
  const totalLoad = hours.at(-1)?.loadBefore ?? 0;
  let hour = 0;
  for (let number = 0; number < count; number++) {
    const load = ((number + random()) / count) * totalLoad;
    while ((hours[hour + 1]?.loadBefore ?? Infinity) <= load) hour++;
    const { startS = 0, loadBefore = 0, loadPerS = 1 } = hours[hour] ?? {};
    timesS[number] = Math.min(toEpochS - 1, Math.floor(startS + (load - loadBefore) / loadPerS));
  }
  return timesS;
}

/** The hours of the span with the load that precedes each; the last entry only marks the end. */
function hoursOf(fromEpochS: number, toEpochS: number) {
  const hours = [];
  let loadBefore = 0;
  let startS = fromEpochS;
  while (startS < toEpochS) {
    const endS = Math.min(toEpochS, (Math.floor(startS / 3600) + 1) * 3600);
    const loadPerS = isWorkingHour(startS) ? 10 : 1;
    hours.push({ startS, loadBefore, loadPerS });
    loadBefore += (endS - startS) * loadPerS;
    startS = endS;
  }
  return [...hours, { startS, loadBefore, loadPerS: 1 }];
}

function isWorkingHour(epochS: number): boolean {
  const time = new Date(epochS * 1000);
  const weekday = time.getUTCDay();
  const hour = time.getUTCHours();
  return weekday >= 1 && weekday <= 5 && hour >= 8 && hour < 18;
}
