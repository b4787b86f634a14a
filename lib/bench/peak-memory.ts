import type { BenchServers } from './bench-servers';
import { collectPages } from './collector-run';
import type { MeasuredFunction } from './measured-function';

/** The most memory a fresh collector process had while it collected so many pages. */
export interface PeakMemory {
  readonly pages: number;
  readonly peakRssBytes: number;
}

/** @param startCollector starts a fresh process; it is stopped here */
export async function measurePeakMemory(
  servers: BenchServers,
  startCollector: () => MeasuredFunction,
  pages: number,
): Promise<PeakMemory> {
  const collector = startCollector();
  try {
    const { peakRssBytes } = await collectPages(collector, servers, pages);
    return { pages, peakRssBytes };
  } finally {
    await collector.stop();
  }
}
