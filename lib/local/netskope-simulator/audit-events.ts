import { arrivalTimesS, type ArrivalSpan } from './arrival-times';
import { draftAuditEvent, pick, type DraftPosition } from './audit-event-draft';
import { oddityNames, oddText, type OddityName } from './audit-event-oddities';
import { mulberry32 } from './mulberry32';
import type { SimulatedEvent } from './simulator-options';

/** Which events to generate. */
export interface AuditEventOptions extends ArrivalSpan {
  /** Any integer; the same options give the same events, byte for byte. */
  readonly seed: number;
  /** Share of events with one oddity, 0 to 1. @default 0.03 */
  readonly oddShare?: number;
}

/** An event with the one oddity it was made for. */
export interface OddEvent extends SimulatedEvent {
  readonly oddity: OddityName;
}

/**
 * Makes audit events like those of a tenant of a few admins, in the order of insertion, which lies in the span; what
 * came late happened before that. Every `_id` is another.
 * @throws RangeError if the span has no second.
 */
export function generateAuditEvents({ seed, oddShare = 0.03, ...span }: AuditEventOptions): SimulatedEvent[] {
  const random = mulberry32(seed);
  const events: SimulatedEvent[] = [];
  for (const insertedAtS of arrivalTimesS(span, random)) {
    const oddity = random() < oddShare ? pick(oddityNames, random) : undefined;
    events.push(makeEvent({ number: events.length, insertedAtS }, oddity, random));
  }
  return events;
}

/** One event of each oddity, in the order of `oddityNames`, all inserted at one time. */
export function oneOfEach({
  seed,
  insertedAtS,
}: {
  readonly seed: number;
  readonly insertedAtS: number;
}): OddEvent[] {
  const random = mulberry32(seed);
  return oddityNames.map((oddity, number) => ({
    ...makeEvent({ number, insertedAtS }, oddity, random),
    oddity,
  }));
}

function makeEvent(
  position: DraftPosition,
  oddity: OddityName | undefined,
  random: () => number,
): SimulatedEvent {
  const { insertedAtS } = position;
  const draft = draftAuditEvent(position, random);
  const text = oddText(draft, oddity, { insertedAtS, random });
  return { text, id: draft._id, timestampS: draft.timestamp, insertedAtS };
}
