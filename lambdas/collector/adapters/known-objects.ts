/** The page that an object came from. */
export interface PageOfObject {
  readonly indexName: string | undefined;
  readonly sequence: number;
}

/** Limit on the events whose objects are remembered: some tens of megabytes. With more, objects are read again. */
const MOST_EVENTS = 500_000;

/**
 * Objects that a run has read or written: the page of each, and which may hold an event. Objects never change, and nobody
 * else writes while the run holds the lease, so that one is read once, and again only for an event that it may hold.
 */
export class KnownObjects {
  private readonly pages = new Map<string, PageOfObject | 'foreign'>();
  /** By a hash of 30 bits of what identifies an event. Where two events share one, an object is read in vain. */
  private readonly holders = new Map<number, string | readonly string[]>();

  /** The page of a known object; `foreign` if it was not written by the collector. */
  pageOf(key: string): PageOfObject | 'foreign' | undefined {
    return this.pages.get(key);
  }

  /** @param identities what identifies the events that it holds: their `_id`s, or the texts of quarantined ones */
  add(key: string, page: PageOfObject | 'foreign', identities: readonly string[] = []): void {
    if (this.pages.has(key)) return;
    if (this.holders.size > MOST_EVENTS) {
      this.pages.clear();
      this.holders.clear();
    }
    this.pages.set(key, page === 'foreign' ? page : { indexName: page.indexName, sequence: page.sequence });
    for (const identity of identities) this.addHolder(hashOf(identity), key);
  }

  /** Keys of the known objects that may hold one of these events. */
  holdersOf(identities: Iterable<string>): ReadonlySet<string> {
    const keys = new Set<string>();
    for (const identity of identities) for (const key of this.holdersOfHash(hashOf(identity))) keys.add(key);
    return keys;
  }

  /** Most hashes have one holder: a list for each would be the largest part of what a run remembers. */
  private addHolder(hash: number, key: string): void {
    const known = this.holdersOfHash(hash);
    if (known.length === 0) this.holders.set(hash, key);
    else if (!known.includes(key)) this.holders.set(hash, [...known, key]);
  }

  private holdersOfHash(hash: number): readonly string[] {
    const known = this.holders.get(hash) ?? NONE;
    return typeof known === 'string' ? [known] : known;
  }
}

const NONE: readonly string[] = [];

/** FNV-1a over the UTF-16 code units. A small integer takes 8 bytes in a map, a larger number three times as many. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 2;
}
