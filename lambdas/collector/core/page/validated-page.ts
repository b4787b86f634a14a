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
  /** Hours since 1970 of its event time. */
  readonly hour: number;
  /** What deviates from the documented shape, `<field> <type seen>`. */
  readonly drift: readonly string[];
}

/** An event that goes to quarantine. */
export interface RejectedEvent {
  /** Its place in the page. */
  readonly index: number;
  readonly reasons: readonly string[];
}

/** A page, each of its events judged. */
export interface ValidatedPage {
  readonly page: Page;
  readonly accepted: readonly AcceptedEvent[];
  readonly rejected: readonly RejectedEvent[];
  /** Events that the page itself holds twice, told once. */
  readonly repeated: number;
  /** Events of the page that share an `_id` with another of it and differ: both are kept. */
  readonly conflicting: number;
}

/** Judges every event of a page. Identical events with one `_id` are one event; different ones are both kept. */
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
