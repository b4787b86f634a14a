import { AUDIT_FEED } from '../../lambdas/contract/feed/audit';
import { Screen } from '../../lib/local/start/screen';
import { SimulatedTenant } from '../../lib/local/start/simulated-tenant';
import { start } from '../../lib/local/start/start';

/** Collects only the last day of its week: the archive is made of a page per hour. */
class TenantOfADay extends SimulatedTenant {
  override readonly startLookbackHours = 24;
}

/**
 * Makes the archive that `npm start -- --seed 7 --events <count>` would, of the last day, and in this process, where all
 * code is loaded.
 * @returns what it printed
 */
export async function makeLocalArchive(stateFolder: string, events: number): Promise<string> {
  const printed: string[] = [];
  await start({
    feed: AUDIT_FEED,
    tenant: new TenantOfADay({ seed: 7, events }),
    stateFolder,
    screen: new Screen({ write: (text) => printed.push(text) }, {}),
    signal: new AbortController().signal,
  });
  return printed.join('');
}
