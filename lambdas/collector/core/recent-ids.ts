/** Ids a generation holds before the older one is let go: five full pages, a few megabytes. */
const GENERATION_SIZE = 50_000;

/** The `_id`s of this run's latest pages, bounded. Tells which pages need a closer look, not which events are double. */
export class RecentIds {
  private current = new Set<string>();
  private previous = new Set<string>();

  hasAny(ids: Iterable<string>): boolean {
    for (const id of ids) if (this.current.has(id) || this.previous.has(id)) return true;
    return false;
  }

  add(ids: Iterable<string>): void {
    for (const id of ids) this.current.add(id);
    if (this.current.size < GENERATION_SIZE) return;
    this.previous = this.current;
    this.current = new Set();
  }
}
