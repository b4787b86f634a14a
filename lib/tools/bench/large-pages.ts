import type { RunSummary } from '../../../lambdas/contract/deployment/collector-event';
import type { BenchServers } from './bench-servers';
import type { MeasuredFunction } from './measured-function';
import type { LargePage } from './servers-host';

/** Options of Node.js by which a collector does not wait between two attempts at a page, and by which it runs two hours later. */
const AT_ONCE = script('Math.random = () => 0;');
const LATER = script('const { now } = Date; Date.now = () => now() + 7_200_000;');

/** Peak memory of runs that meet a page too large to be read. */
export interface LargePagePeak extends LargePage {
  readonly peakRssBytes: number;
}

/**
 * Has a collector meet a page that is too large until its attempts are spent, then one that sets the page aside two hours
 * later, each in a fresh process.
 * @param start starts a collector with options of Node.js
 * @throws Error if the first run does anything but fail, or the second anything but keep the page
 */
export async function largePagePeak(
  start: (nodeOptions: string) => MeasuredFunction,
  servers: BenchServers,
  page: LargePage,
): Promise<LargePagePeak> {
  const run = { sourceId: servers.takeSource(), startLookbackHours: 0, dailyRecheck: false };
  await servers.answerWith(page);
  const inFreshProcess = async (nodeOptions: string): ReturnType<MeasuredFunction['attempt']> => {
    const collector = start(nodeOptions);
    return collector.attempt(run).finally(() => collector.stop());
  };
  const attempts = await inFreshProcess(AT_ONCE);
  const giveUp = await inFreshProcess(LATER);
  const { outcome, quarantined } = (giveUp.value ?? {}) as Partial<RunSummary>;
  if (attempts.error?.name !== 'UpstreamContractError' || outcome !== 'caught-up' || quarantined !== 1)
    throw new Error(
      `a page of ${page.bytes} bytes ended runs with ${attempts.error?.message} and ${giveUp.error?.message ?? outcome}; ` +
        `expected an UpstreamContractError, then one page in quarantine`,
    );
  return { ...page, peakRssBytes: Math.max(attempts.peakRssBytes, giveUp.peakRssBytes) };
}

/** The option by which Node.js runs a script first. */
function script(text: string): string {
  return `--import=data:text/javascript,${encodeURIComponent(text)}`;
}
