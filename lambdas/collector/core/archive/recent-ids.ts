import type { AcceptedEvent } from '../page/read-event';

/** Ids in a generation before the previous one is dropped: five full pages, a few megabytes. */
const GENERATION_SIZE = 50_000;

/** The `_id`s of this run's latest pages, bounded. Shows which pages to compare, not which events are duplicates. */
export class RecentIds {
  private current = new Set<string>();
  private previous = new Set<string>();

  hasAny(events: readonly AcceptedEvent[]): boolean {
    return events.some(({ id }) => this.current.has(id) || this.previous.has(id));
  }

  add(events: readonly AcceptedEvent[]): void {
    for (const { id } of events) this.current.add(id);
    if (this.current.size < GENERATION_SIZE) return;
    this.previous = this.current;
    this.current = new Set();
  }
}
