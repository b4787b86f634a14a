import { createHash } from 'node:crypto';
import type { RedrivenPages } from '../../../contract/deployment/collector-event';
import { athenaTimestamp } from '../../../contract/storage/event-record';
import type { Manifest, ManifestEntry } from '../../../shared/manifest';
import { decodeBody, MAX_BODY_BYTES } from '../page/decode-body';
import type { Page } from '../page/envelope';
import { readEnvelope } from '../page/envelope';
import type { ValidatedPage } from '../page/validated-page';
import { marked, unstored, validatedPage } from '../page/validated-page';
import type { CollectorDeps, KeptPage, PageOrigin, Quarantine, QuarantinedPage, SearchScope } from '../ports';

const KEY_HASH_LENGTH = 12;

/**
 * Takes the place of an index name, because redriven events come from no index. It identifies the objects of an
 * unfinished attempt.
 * @param key of the quarantined object or page
 */
export function redriveIndexName(key: string): string {
  return `redrive-${createHash('sha256').update(key).digest('hex').slice(0, KEY_HASH_LENGTH)}`;
}

type StoreDeps = Pick<CollectorDeps, 'archive' | 'clock'>;
type Deps = StoreDeps & Pick<CollectorDeps, 'feed'> & { readonly quarantine: Quarantine };

/** Events to be stored unless they are already stored, and where to search for them. */
export interface RedrivenEvents {
  readonly validated: ValidatedPage;
  readonly origin: PageOrigin;
  readonly quarantine?: SearchScope['quarantine'];
  readonly manifest: Manifest;
}

/**
 * Stores the events that are neither in the archive nor in the searched part of the quarantine, and lists their objects
 * together with those that an earlier attempt left behind.
 * @returns the events that were stored
 * @throws ArchiveError
 */
export async function storeMissing(
  { archive, clock }: StoreDeps,
  { validated, origin, quarantine, manifest }: RedrivenEvents,
): Promise<ValidatedPage> {
  const hours = new Set(validated.accepted.map(({ hour }) => hour));
  const scope = { hours, ...(validated.rejected.length === 0 ? {} : { quarantine }) };
  const alreadyStored = await archive.alreadyStored(validated, origin, scope);
  const fresh = unstored(marked(validated, alreadyStored), alreadyStored);
  const objects = [
    ...(await manifest.unlisted(alreadyStored.uncounted)),
    ...(await archive.store(fresh, origin)),
  ];
  if (objects.length > 0)
    await listObjects({ clock }, { manifest, origin, received: validated.page.events.length, objects });
  return fresh;
}

/** Lists what a redrive has stored. @throws ArchiveError */
export async function listObjects(
  { clock }: Pick<StoreDeps, 'clock'>,
  {
    manifest,
    origin: { runId, indexName, sequence },
    received = 0,
    objects,
  }: Pick<RedrivenEvents, 'manifest' | 'origin'> &
    Pick<ManifestEntry, 'objects'> & { readonly received?: number },
): Promise<void> {
  const writtenAt = new Date(clock.nowMs()).toISOString();
  await manifest.append({ writtenAt, runId, indexName, sequence, received, objects });
}

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

/** Adds two sets of counts, name by name. */
export function addCounts<T extends Readonly<Record<keyof T, number>>>(one: T, other: T): T {
  const names = Object.keys(one) as (keyof T)[];
  return Object.fromEntries(names.map((name) => [name, one[name] + other[name]])) as T;
}

/**
 * Reads one quarantined page again. Accepted events go to the archive and rejected ones to quarantine, unless they are
 * already stored; a mark then says that the page is redriven. A page that still cannot be read stays. Only this page is
 * in memory.
 * @throws ArchiveError; a repeated call stores nothing twice
 */
export async function redrivePage(deps: Deps, asked: PageToRedrive): Promise<RedrivenPages> {
  const { kept, runId, manifest } = asked;
  if (kept.bytes > MAX_BODY_BYTES) return { ...NO_PAGES, stillUnreadable: 1 };
  const received = await deps.quarantine.readPage(kept);
  const page = await readAgain(deps, received);
  if (page === undefined) return { ...NO_PAGES, stillUnreadable: 1 };
  const origin = { runId, indexName: redriveIndexName(kept.key), sequence: received.sequence };
  const counts = await storeEvents(deps, asked, { page, origin });
  const mark = await deps.quarantine.markPage(kept, {
    quarantine_key: kept.key,
    redriven_at: athenaTimestamp(deps.clock.nowMs()),
    run_id: runId,
    events: page.events.length,
    archived: counts.archived,
    quarantined: counts.quarantined,
  });
  await listObjects(deps, { manifest, origin, objects: [mark] });
  return { ...NO_PAGES, redriven: 1, ...counts };
}

/** @returns undefined where this version cannot read it either */
async function readAgain(
  { feed }: Pick<Deps, 'feed'>,
  { bytes, contentEncoding }: KeptPage,
): Promise<Page | undefined> {
  const decoded = await decodeBody(bytes, contentEncoding);
  if (decoded.kind !== 'decoded') return undefined;
  const envelope = readEnvelope(feed, decoded.body, createHash('sha256').update(bytes).digest('hex'));
  return envelope.kind === 'page' ? envelope.page : undefined;
}

/**
 * Netskope may have delivered the page again since it was kept: events that are already stored are not stored again.
 */
async function storeEvents(
  deps: Deps,
  { kept, manifest }: PageToRedrive,
  { page, origin }: { readonly page: Page; readonly origin: PageOrigin },
): Promise<Pick<RedrivenPages, 'archived' | 'quarantined' | 'alreadyHeld'>> {
  const fresh = await storeMissing(deps, {
    validated: validatedPage(page),
    origin,
    quarantine: {
      sinceMs: Date.parse(kept.day),
      anewToSequence: Infinity,
      repeatedFromSequence: 0,
      onlyWithId: false,
    },
    manifest,
  });
  const [archived, quarantined] = [fresh.accepted.length, fresh.rejected.length];
  return { archived, quarantined, alreadyHeld: page.events.length - archived - quarantined };
}
