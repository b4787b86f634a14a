import type { AcceptedEvent } from '../page/read-event';
import { IdTable } from './id-table';

/** Ids in a generation before the previous one is dropped: five full pages. */
const GENERATION_SIZE = 50_000;

/** The `_id`s of this run's latest pages, bounded. Shows which pages to compare, not which events are duplicates. */
export class RecentIds {
  private current = new IdTable();
  private previous = new IdTable();

  hasAny(events: readonly AcceptedEvent[]): boolean {
    return events.some(({ id }) => this.current.has(id) || this.previous.has(id));
  }

  add(events: readonly AcceptedEvent[]): void {
    for (const { id } of events) this.current.add(id, 0);
    if (this.current.size < GENERATION_SIZE) return;
    [this.current, this.previous] = [this.previous, this.current];
    this.current.clear();
  }
}
