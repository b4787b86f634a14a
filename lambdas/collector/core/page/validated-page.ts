import type { Feed } from '../../../contract/feed/feed';
import { hourOf } from '../../../contract/storage/archive-layout';
import type { Page } from './envelope';
import { eventText } from './envelope';
import { EventsById } from './same-event';
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
  /** How many events share an `_id` with another event of the page but differ from it; both are kept. */
  readonly conflicting: number;
}

/** Validates every event of a page. Identical events with one `_id` are one event; different ones are both kept. */
export function validatePage(feed: Feed, page: Page): ValidatedPage {
  const accepted: AcceptedEvent[] = [];
  const rejected: RejectedEvent[] = [];
  const byId = new EventsById();
  let repeated = 0;
  let conflicting = 0;
  for (let index = 0; index < page.values.length; index++) {
    const verdict = validate(feed, page.values[index]);
    if (verdict.kind === 'rejected') {
      rejected.push({ index, reasons: verdict.reasons });
      continue;
    }
    const { event, drift } = verdict;
    const isClash = byId.has(event._id);
    if (isClash && byId.findSame(event._id, eventText(page, index)) !== undefined) {
      repeated++;
      continue;
    }
    if (isClash) conflicting++;
    byId.add(event._id, index, () => eventText(page, index));
    accepted.push({ index, event, hour: hourOf(event.timestamp), drift });
  }
  return { page, accepted, rejected, repeated, conflicting };
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
