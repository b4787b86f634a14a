import type { AcceptedEvent } from '../page/validated-page';

/** Ids a generation holds before the older one is let go: five full pages, a few megabytes. */
const GENERATION_SIZE = 50_000;

/** The `_id`s of this run's latest pages, bounded. Tells which pages need a closer look, not which events are double. */
export class RecentIds {
  private current = new Set<string>();
  private previous = new Set<string>();

  hasAny(events: readonly AcceptedEvent[]): boolean {
    if (this.current.size + this.previous.size === 0) return false;
    return events.some(({ event }) => this.current.has(event._id) || this.previous.has(event._id));
  }

  add(events: readonly AcceptedEvent[]): void {
    for (const { event } of events) this.current.add(event._id);
    if (this.current.size < GENERATION_SIZE) return;
    this.previous = this.current;
    this.current = new Set();
  }
}
