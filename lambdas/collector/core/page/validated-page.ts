import type { Feed } from '../../../contract/feed/feed';
import { hourOf } from '../../../contract/storage/archive-layout';
import type { AlreadyStored } from './already-stored';
import type { Page } from './envelope';
import { eventText } from './envelope';
import type { EventWithId, Standing } from './same-event';
import { Comparison, EventsById } from './same-event';
import type { PlacedEvent } from './validate';
import { validate } from './validate';

/** An event that goes to the archive. */
export interface AcceptedEvent extends Standing {
  /** Its place in the page. */
  readonly index: number;
  readonly event: PlacedEvent;
  /** Event time, in whole hours since 1970. */
  readonly hour: number;
  /** Deviations from the documented shape, `<field> <type seen>`. */
  readonly drift: readonly string[];
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
    const comparison = byId.has(event._id) ? comparisonAmong(byId, event._id, text()) : undefined;
    if (comparison?.isHeld === true) {
      repeated++;
      continue;
    }
    const standing = comparison?.standing ?? {};
    byId.add(event._id, { index, text, edition: standing.edition });
    accepted.push({ index, event, hour: hourOf(event.timestamp), drift, ...standing });
  }
  return { page, accepted, rejected, repeated };
}

interface EarlierEvent extends EventWithId {
  readonly edition?: number;
}

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
