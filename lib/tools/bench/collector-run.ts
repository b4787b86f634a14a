import type { RunSummary } from '../../../lambdas/contract/deployment/collector-event';
import type { BenchServers } from './bench-servers';
import type { MeasuredFunction, MeasuredInvocation } from './measured-function';

/** The cost of collecting a number of full pages. */
export interface CollectorRun extends Pick<MeasuredInvocation, 'cpuMs' | 'peakRssBytes'> {
  readonly sourceId: string;
  readonly wallMs: number;
}

const MS_PER_HOUR = 3_600_000;

/**
 * Has the collector collect the last `pages` pages of the backlog for a source that has none yet.
 * @throws Error if it did not archive or quarantine every event once
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

function assertComplete(
  { archived, quarantined, pages, outcome }: RunSummary,
  expectedPages: number,
  eventsPerPage: number,
): void {
  const stored = archived + quarantined;
  const expected = expectedPages * eventsPerPage;
  if (stored === expected && outcome === 'caught-up') return;
  throw new Error(
    `the collector stored ${stored} events from ${pages} pages and ended with ${outcome}; ` +
      `expected ${expected} from ${expectedPages} full pages, caught-up`,
  );
}
