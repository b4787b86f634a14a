import { IdTable } from '../core/archive/id-table';

/** The page that an object came from. */
export interface PageOfObject {
  readonly indexName: string | undefined;
  readonly sequence: number;
}

/** Limit on the events whose objects are remembered, in 24 MB at most. With more, objects are read again. */
const MOST_EVENTS = 500_000;

/**
 * Objects that a run has read or written: the page of each, and which may hold an event. Objects never change, and nobody
 * else writes while the run holds the lease, so that one is read once, and again only for an event that it may hold.
 */
export class KnownObjects {
  private readonly pages = new Map<string, PageOfObject | 'foreign'>();
  /** Keys of the objects that hold events. */
  private keys: string[] = [];
  /** Numbers in `keys`, by what identifies an event. Where two events share a hash, an object is read in vain. */
  private readonly holders = new IdTable();

  /** The page of a known object; `foreign` if it was not written by the collector. */
  pageOf(key: string): PageOfObject | 'foreign' | undefined {
    return this.pages.get(key);
  }

  /** @param identities what identifies the events that it holds: their `_id`s, or the texts of quarantined ones */
  add(key: string, page: PageOfObject | 'foreign', identities: readonly string[] = []): void {
    if (this.pages.has(key)) return;
    if (this.holders.size > MOST_EVENTS) {
      this.pages.clear();
      this.keys = [];
      this.holders.clear();
    }
    this.pages.set(key, page === 'foreign' ? page : { indexName: page.indexName, sequence: page.sequence });
    if (identities.length === 0) return;
    const number = this.keys.push(key) - 1;
    for (const identity of identities) this.holders.add(identity, number);
  }

  /** Keys of the known objects that may hold one of these events. */
  holdersOf(identities: Iterable<string>): ReadonlySet<string> {
    const keys = new Set<string>();
    for (const identity of identities)
      for (const number of this.holders.numbersOf(identity)) keys.add(this.keys[number] ?? '');
    return keys;
  }
}
