import { createHash } from 'node:crypto';
import { athenaTimestamp } from '../../contract/audit-record';
import type { RedrivenPages } from '../../contract/collector-event';
import { MAX_BODY_BYTES, decodeBody } from './decode-body';
import { readEnvelope } from './envelope';
import type { Page } from './envelope';
import { judgePage, without } from './judged-page';
import type { Manifest } from './manifest';
import type { CollectorDeps, KeptPage, Quarantine, QuarantinedPage } from './ports';

const KEY_HASH_LENGTH = 12;

/**
 * In place of the name of an index, for what is redriven comes from none: the objects of an attempt that was not finished
 * are known by it.
 * @param key of the quarantined object or page
 */
export function redriveIndexName(key: string): string {
  return `redrive-${createHash('sha256').update(key).digest('hex').slice(0, KEY_HASH_LENGTH)}`;
}

type Deps = Pick<CollectorDeps, 'archive' | 'clock'> & { readonly quarantine: Quarantine };

/** A page, and the run that reads it again. */
export interface PageToRedrive {
  readonly kept: QuarantinedPage;
  readonly runId: string;
  readonly manifest: Manifest;
}

export const NO_PAGES: RedrivenPages = {
  redriven: 0,
  stillUnreadable: 0,
  archived: 0,
  quarantined: 0,
  alreadyHeld: 0,
};

/** The counts of both together. */
export function addPages(one: RedrivenPages, other: RedrivenPages): RedrivenPages {
  return {
    redriven: one.redriven + other.redriven,
    stillUnreadable: one.stillUnreadable + other.stillUnreadable,
    archived: one.archived + other.archived,
    quarantined: one.quarantined + other.quarantined,
    alreadyHeld: one.alreadyHeld + other.alreadyHeld,
  };
}

/**
 * Reads one quarantined page again. Its accepted events go to the archive and its rejected ones into quarantine, unless
 * they are held there already; a mark then says that the page is redriven. A page that still cannot be read stays.
 * Only this page is in memory.
 * @throws ArchiveError; asked again, it stores nothing twice
 */
export async function redrivePage(deps: Deps, asked: PageToRedrive): Promise<RedrivenPages> {
  const { kept, runId } = asked;
  if (kept.bytes > MAX_BODY_BYTES) return { ...NO_PAGES, stillUnreadable: 1 };
  const received = await deps.quarantine.readPage(kept);
  const page = await readAgain(received);
  if (page === undefined) return { ...NO_PAGES, stillUnreadable: 1 };
  const counts = await storeEvents(deps, asked, { page, sequence: received.sequence });
  await deps.quarantine.markPage(kept, {
    quarantine_key: kept.key,
    redriven_at: athenaTimestamp(deps.clock.nowMs()),
    run_id: runId,
    events: page.values.length,
    archived: counts.archived,
    quarantined: counts.quarantined,
  });
  return { ...NO_PAGES, redriven: 1, ...counts };
}

/** @returns undefined where this version cannot read it either */
async function readAgain({ bytes, contentEncoding }: KeptPage): Promise<Page | undefined> {
  const decoded = await decodeBody(bytes, contentEncoding);
  if (decoded.kind !== 'decoded') return undefined;
  const envelope = readEnvelope(decoded.body, createHash('sha256').update(bytes).digest('hex'));
  return envelope.kind === 'page' ? envelope.page : undefined;
}

/**
 * Netskope may have delivered the page again since it was kept: what archive or quarantine hold of it is not stored again.
 */
async function storeEvents(
  { archive, clock }: Deps,
  { kept, runId, manifest }: PageToRedrive,
  { page, sequence }: { readonly page: Page; readonly sequence: number },
): Promise<Pick<RedrivenPages, 'archived' | 'quarantined' | 'alreadyHeld'>> {
  const judged = judgePage(page);
  const origin = { runId, indexName: redriveIndexName(kept.key), sequence };
  const { earlier, unfinished, uncounted } = await archive.held(judged, origin, {
    hours: new Set(judged.accepted.map(({ hour }) => hour)),
    quarantine: {
      sinceMs: Date.parse(kept.day),
      anewToSequence: Infinity,
      repeatedFromSequence: 0,
      onlyWithId: false,
    },
  });
  const fresh = without(judged, new Set([...earlier, ...unfinished]));
  const objects = [...(await manifest.unlisted(uncounted)), ...(await archive.store(fresh, origin))];
  const received = page.values.length;
  if (objects.length > 0) {
    const writtenAt = new Date(clock.nowMs()).toISOString();
    await manifest.append({ writtenAt, ...origin, received, objects });
  }
  const [archived, quarantined] = [fresh.accepted.length, fresh.rejected.length];
  return { archived, quarantined, alreadyHeld: received - archived - quarantined };
}
