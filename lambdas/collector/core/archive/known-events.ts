import { createHash } from 'node:crypto';
import { eventBytes } from '../page/envelope';
import type { ValidatedPage } from '../page/validated-page';

/** Limit on remembered events: some tens of megabytes. Forgotten events are looked up in the archive again. */
const MOST_EVENTS = 200_000;

/**
 * Events that are known to be in the archive with the same content. A backfill or recheck receives the same events many
 * times and need not look them up each time.
 */
export class KnownEvents {
  private hashById = new Map<string, string>();

  /** Indexes of the page's accepted events that are known with the same `_id` and the same bytes. */
  among({ page, accepted }: ValidatedPage): ReadonlySet<number> {
    const known = accepted.filter(({ id, index }) => {
      const hash = this.hashById.get(id);
      return hash !== undefined && hash === hashOf(eventBytes(page, index));
    });
    return new Set(known.map(({ index }) => index));
  }

  /** Remembers the accepted events of a page. If two share an `_id`, the later one is remembered. */
  add({ page, accepted }: ValidatedPage): void {
    if (this.hashById.size > MOST_EVENTS) this.hashById = new Map();
    for (const { id, index } of accepted) this.hashById.set(id, hashOf(eventBytes(page, index)));
  }
}

function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('base64');
}
