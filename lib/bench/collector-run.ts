import type { RunSummary } from '../../lambdas/contract/collector-event';
import type { BenchServers } from './bench-servers';
import type { MeasuredFunction, MeasuredInvocation } from './measured-function';

/** What the collecting of so many full pages cost. */
export interface CollectorRun extends Pick<MeasuredInvocation, 'cpuMs' | 'peakRssBytes'> {
  readonly sourceId: string;
  readonly wallMs: number;
}

const MS_PER_HOUR = 3_600_000;

/**
 * Lets the collector take the last `pages` pages of the backlog for a source that has none yet.
 * @throws Error where it did not archive or quarantine every event, once
 */
export async function collectPages(
  collector: MeasuredFunction,
  servers: BenchServers,
  pages: number,
): Promise<CollectorRun> {
  const sourceId = servers.takeSource();
  const startLookbackHours = (Date.now() - servers.startEpochS(pages) * 1000) / MS_PER_HOUR;
  const { value, cpuMs, peakRssBytes } = await collector.invoke({ sourceId, startLookbackHours });
  const summary = value as RunSummary;
  assertComplete(summary, pages, servers.eventsPerPage);
  return { sourceId, cpuMs, peakRssBytes, wallMs: summary.durationMs };
}

/** The page after the last full one is empty: it tells the collector that it has caught up. */
function assertComplete(summary: RunSummary, pages: number, eventsPerPage: number): void {
  const stored = summary.archived + summary.quarantined;
  const expected = pages * eventsPerPage;
  if (stored === expected && summary.pages === pages + 1 && summary.outcome === 'caught-up') return;
  throw new Error(
    `the collector stored ${stored} events from ${summary.pages} pages and ended with ${summary.outcome}; ` +
      `expected ${expected} from ${pages} full pages and an empty one, caught-up`,
  );
}
