import { gunzipSync } from 'node:zlib';
import { relationTo } from '../../lambdas/collector/core/page/same-event';
import { addTotals, NO_TOTALS } from '../../lambdas/collector/core/protocol/checkpoint';
import { ITERATOR_PROTOCOL } from '../../lambdas/collector/core/protocol/iterator';
import { AUDIT_FEED } from '../../lambdas/contract/feed/audit';
import type { Checkpoint } from '../../lambdas/contract/storage/checkpoint-table';
import { backfillStreamId, recheckStreamId } from '../../lambdas/contract/storage/checkpoint-table';
import { CountedPages } from '../../lib/cli/verify/chain/counted-pages';
import { LOCAL_BUCKET } from '../../lib/local/local-deployment';
import type { SimulatedEvent } from '../../lib/local/netskope-simulator/event-log';
import { servedText } from '../../lib/local/netskope-simulator/iterator/page-answer';
import { manifestLines } from '../manifest-chain';
import type { Pipeline } from '../pipeline';
import { SOURCE_ID } from '../pipeline';
import { manifestFaults } from './manifest-faults';
import type { ServerHabits } from './schedule';

/** The result of a schedule: the events lost or doubled, whether the counts are exact, and faults of the manifest. */
export interface Aftermath {
  /** Events that are stored nowhere, not even in a page that was kept as received. */
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  readonly events: number;
  readonly totalsAreExact: boolean;
  /**
   * Objects that differ from their listing in the manifest, lines that do not continue the chain, and streams whose
   * lines list other events than their checkpoint has counted.
   */
  readonly manifestFaults: readonly string[];
  readonly unexpectedErrors: readonly string[];
  /** What does not end although nothing disturbs it. */
  readonly stuck: readonly string[];
}

/** Which events must be stored in the end. */
export interface DueRange {
  /** Where the live feed began, unix seconds. */
  readonly startS: number;
  /** Time after which no event came, unix seconds. */
  readonly calmS: number;
  readonly walksBy: ServerHabits['walksBy'];
}

/** Errors that a run may end with while Netskope fails. */
const EXPECTED_ERRORS = new Set(['UpstreamUnavailableError', 'UpstreamContractError', 'CredentialError']);

/** Compares what is stored with what the tenant had. */
export async function takeStock(
  pipeline: Pipeline,
  {
    errors,
    stuck,
    due,
  }: { readonly errors: readonly Error[]; readonly stuck: readonly string[]; readonly due: DueRange },
): Promise<Aftermath> {
  const expected = new Set(pipeline.simulator.events.filter((event) => isDue(event, due)).map(servedText));
  const stored = new Map<string, number>();
  for (const text of await pipeline.storedTexts()) stored.set(text, (stored.get(text) ?? 0) + 1);
  const pages = await keptPages(pipeline);
  const checkpoints = await checkpointsOf(pipeline);
  return {
    lost: [...expected].filter(
      (text) =>
        !stored.has(text) && !isHeld(text, stored.keys()) && !pages.some((page) => page.includes(text)),
    ),
    doubled: [...stored].filter(([, count]) => count > 1).map(([text]) => text),
    events: expected.size,
    totalsAreExact: await areTotalsExact(pipeline, checkpoints),
    manifestFaults: [...(await manifestFaults(pipeline)), ...(await countFaults(pipeline, checkpoints))],
    unexpectedErrors: errors
      .filter(({ name }) => !EXPECTED_ERRORS.has(name))
      .map((error) => error.stack ?? error.message),
    stuck,
  };
}

/** Whether a later edition is stored, which has all fields of the event. */
function isHeld(text: string, stored: Iterable<string>): boolean {
  const id = idIn(text);
  return (
    id !== undefined && [...stored].some((other) => idIn(other) === id && relationTo(other, text) === 'held')
  );
}

function idIn(text: string): string | undefined {
  return /"_id":"([^"]+)"/.exec(text)?.[1];
}

/** Whether every event is stored exactly once, counted and listed. */
export function isSound({ lost, doubled, totalsAreExact, ...faults }: Aftermath): boolean {
  const found = [lost, doubled, faults.manifestFaults, faults.unexpectedErrors, faults.stuck];
  return totalsAreExact && found.every(({ length }) => length === 0);
}

/**
 * A server that walks by event time delivers nothing that happened before the start, or has not happened yet, and what
 * comes late only to the recheck, which reads each hour again for a day.
 */
function isDue({ insertedAtS, timestampS }: SimulatedEvent, { startS, calmS, walksBy }: DueRange): boolean {
  if (insertedAtS < startS || insertedAtS > calmS) return false;
  if (walksBy !== 'event-time') return true;
  const isRechecked = insertedAtS - timestampS <= ITERATOR_PROTOCOL.recheck.overlapS;
  return timestampS >= startS && timestampS < calmS && isRechecked;
}

/** Unpacked bodies of the pages that were kept in quarantine as received. */
async function keptPages({ aws: { objects } }: Pipeline): Promise<string[]> {
  const pages: string[] = [];
  for (const key of objects.keys(LOCAL_BUCKET)) {
    if (!key.startsWith('quarantine/pages/')) continue;
    const { object, body } = await objects.read(LOCAL_BUCKET, key);
    const isPacked = object.userMetadata['received-encoding'] === 'gzip';
    pages.push(isPacked ? unpacked(body) : body.toString('utf8'));
  }
  return pages;
}

function unpacked(body: Buffer): string {
  try {
    return gunzipSync(body).toString('utf8');
  } catch {
    return ''; // cut in transit
  }
}

/** Those of the source's streams. */
async function checkpointsOf(pipeline: Pipeline): Promise<Checkpoint[]> {
  const [backfill, recheck] = await Promise.all([
    pipeline.checkpoints.load(backfillStreamId(AUDIT_FEED, SOURCE_ID)),
    pipeline.checkpoints.load(recheckStreamId(AUDIT_FEED, SOURCE_ID)),
  ]);
  return [await pipeline.checkpoint(), backfill, recheck].filter((found) => found !== undefined);
}

/** What `verify --chain` would find: each stream has counted what its lines list. */
async function countFaults({ aws }: Pipeline, checkpoints: readonly Checkpoint[]): Promise<string[]> {
  const pages = new CountedPages(checkpoints);
  for (const line of await manifestLines(aws.objects, LOCAL_BUCKET, SOURCE_ID)) pages.add(line);
  return pages.findings().map(({ kind, key, detail }) => `${kind} of ${key}: ${detail}`);
}

async function areTotalsExact(pipeline: Pipeline, checkpoints: readonly Checkpoint[]): Promise<boolean> {
  const totals = checkpoints.reduce((sum, checkpoint) => addTotals(sum, checkpoint.totals), NO_TOTALS);
  const archived = await pipeline.archived();
  const editions = archived.filter(({ line }) => /,"p_edition":\d+}$/.test(line)).length;
  const quarantined = (await pipeline.quarantined()).length;
  return (
    totals.archived === archived.length &&
    (totals.editions ?? 0) === editions &&
    totals.quarantined === quarantined
  );
}
