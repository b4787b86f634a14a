import type { Feed } from '../../../contract/feed/feed';
import { hourOf } from '../../../contract/storage/archive-layout';
import type { AlreadyStored } from './already-stored';
import type { Page } from './envelope';
import { eventText } from './envelope';
import type { EventWithId } from './same-event';
import { EventsById, relationTo } from './same-event';
import type { PlacedEvent } from './validate';
import { validate } from './validate';

/** An event that goes to the archive. */
export interface AcceptedEvent {
  /** Its place in the page. */
  readonly index: number;
  readonly event: PlacedEvent;
  /** Event time, in whole hours since 1970. */
  readonly hour: number;
  /** Deviations from the documented shape, `<field> <type seen>`. */
  readonly drift: readonly string[];
  /** 2 if an event with its `_id` has the same fields but fewer, and so on. @default - the first edition */
  readonly edition?: number;
  /** Whether an event with its `_id` has another value in a field. */
  readonly isConflicting?: boolean;
}

/** An event that goes to quarantine. */
export interface RejectedEvent {
  /** Its place in the page. */
  readonly index: number;
  readonly reasons: readonly string[];
}

/** A page with each of its events validated. */
export interface ValidatedPage {
  readonly page: Page;
  readonly accepted: readonly AcceptedEvent[];
  readonly rejected: readonly RejectedEvent[];
  /** How many events repeat an earlier one of the page; they are left out. */
  readonly repeated: number;
}

/** Validates every event of a page. Identical events with one `_id` are one event; different ones are both kept. */
export function validatePage(feed: Feed, page: Page): ValidatedPage {
  const accepted: AcceptedEvent[] = [];
  const rejected: RejectedEvent[] = [];
  const byId = new EventsById<EarlierEvent>();
  let repeated = 0;
  for (let index = 0; index < page.values.length; index++) {
    const verdict = validate(feed, page.values[index]);
    if (verdict.kind === 'rejected') {
      rejected.push({ index, reasons: verdict.reasons });
      continue;
    }
    const { event, drift } = verdict;
    const text = (): string => eventText(page, index);
    const standing = byId.has(event._id) ? standingAmong(byId, event._id, text()) : {};
    if (standing === 'held') {
      repeated++;
      continue;
    }
    byId.add(event._id, { index, text, edition: standing.edition });
    accepted.push({ index, event, hour: hourOf(event.timestamp), drift, ...standing });
  }
  return { page, accepted, rejected, repeated };
}

interface EarlierEvent extends EventWithId {
  readonly edition?: number;
}

/** What an event is beside the earlier ones of its page that have its `_id`. */
function standingAmong(
  earlier: EventsById<EarlierEvent>,
  id: string,
  text: string,
): 'held' | Pick<AcceptedEvent, 'edition' | 'isConflicting'> {
  const compared = earlier
    .toCompare(id, text)
    .map((event) => ({ event, relation: relationTo(event.text(), text) }));
  if (compared.some(({ relation }) => relation === 'held')) return 'held';
  const editions = compared.flatMap(({ event, relation }) =>
    relation === 'edition' ? [nextEdition(event.edition)] : [],
  );
  return editions.length === 0 ? { isConflicting: true } : { edition: Math.max(...editions) };
}

/** @param edition of the stored event, absent if it is the first */
export function nextEdition(edition = 1): number {
  return edition + 1;
}

/** The page with what a comparison found out about its events. */
export function marked(
  validated: ValidatedPage,
  { editions, conflicting }: Pick<AlreadyStored, 'editions' | 'conflicting'>,
): ValidatedPage {
  if (editions.size + conflicting.size === 0) return validated;
  const accepted = validated.accepted.map((event) => {
    const stored = editions.get(event.index);
    if (stored !== undefined) return { ...event, edition: Math.max(stored, event.edition ?? 0) };
    return conflicting.has(event.index) ? { ...event, isConflicting: true } : event;
  });
  return { ...validated, accepted };
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
