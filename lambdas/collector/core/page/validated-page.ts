import type { AlreadyStored } from './already-stored';
import type { Page } from './envelope';
import { eventText } from './envelope';
import type { AcceptedEvent, RejectedEvent } from './read-event';
import type { EventWithId } from './same-event';
import { Comparison, EventsById } from './same-event';

/** A page with each of its events validated. */
export interface ValidatedPage {
  readonly page: Page;
  readonly accepted: readonly AcceptedEvent[];
  readonly rejected: readonly RejectedEvent[];
  /** How many events repeat an earlier one of the page; they are left out. */
  readonly repeated: number;
}

/** The events of a page by verdict. Identical events with one `_id` are one event; different ones are both kept. */
export function validatedPage(page: Page): ValidatedPage {
  const accepted: AcceptedEvent[] = [];
  const rejected: RejectedEvent[] = [];
  const firstById = new Map<string, AcceptedEvent>();
  const repeatedIds = new EventsById<EarlierEvent>();
  const add = (event: AcceptedEvent): void =>
    repeatedIds.add(event.id, { ...event, text: () => eventText(page, event.index) });
  let repeated = 0;
  for (const event of page.events) {
    if (event.kind === 'rejected') {
      rejected.push(event);
      continue;
    }
    const first = firstById.get(event.id);
    if (first === undefined) {
      firstById.set(event.id, event);
      accepted.push(event);
      continue;
    }
    if (!repeatedIds.has(event.id)) add(first);
    const { isHeld, standing } = comparisonAmong(repeatedIds, event.id, eventText(page, event.index));
    if (isHeld) {
      repeated++;
      continue;
    }
    const different = { ...event, ...standing };
    add(different);
    accepted.push(different);
  }
  return { page, accepted, rejected, repeated };
}

type EarlierEvent = EventWithId & AcceptedEvent;

/** What an event is beside the earlier ones of its page that have its `_id`. */
function comparisonAmong(earlier: EventsById<EarlierEvent>, id: string, text: string): Comparison {
  const comparison = new Comparison();
  for (const event of earlier.toCompare(id, text)) comparison.add(event.text(), text, event.edition);
  return comparison;
}

/** The page with what a comparison found out about its events. */
export function marked(
  validated: ValidatedPage,
  { standings }: Pick<AlreadyStored, 'standings'>,
): ValidatedPage {
  if (standings.size === 0) return validated;
  const accepted = validated.accepted.map((event) => {
    const { edition = 1, isConflicting = false } = standings.get(event.index) ?? {};
    const newest = Math.max(edition, event.edition ?? 1);
    return {
      ...event,
      ...(newest === 1 ? {} : { edition: newest }),
      ...(isConflicting ? { isConflicting } : {}),
    };
  });
  return { ...validated, accepted };
}

/** The page without the events that are stored, be it by an earlier page or by an attempt at this one. */
export function unstored(
  validated: ValidatedPage,
  { earlier, unfinished }: Pick<AlreadyStored, 'earlier' | 'unfinished'>,
): ValidatedPage {
  return without(validated, new Set([...earlier, ...unfinished]));
}

/** The page without some of its events. */
export function without(validated: ValidatedPage, indexes: ReadonlySet<number>): ValidatedPage {
  if (indexes.size === 0) return validated;
  return {
    ...validated,
    accepted: validated.accepted.filter(({ index }) => !indexes.has(index)),
    rejected: validated.rejected.filter(({ index }) => !indexes.has(index)),
  };
}
