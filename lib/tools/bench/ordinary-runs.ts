import type { Act } from '../../local/netskope-simulator/events/audit-event-draft';
import { eventsOf } from '../../local/netskope-simulator/events/audit-event-draft';
import { ordinaryMonth } from '../../local/netskope-simulator/events/ordinary-month';
import type { BenchServers } from './bench-servers';
import { archivedKeys, detectObjects, idleRunCpuMs, runCpuMs } from './measured-function';
import type { MeasuredFunctions } from './page-cost';

/** A tenant of twenty administrators has some 500 events a day, and so many in a quarter of an hour. */
export const EVENTS_PER_RUN = 5;
/** An hour has so many runs, every five minutes; each compares its events with the objects of those before it. */
const RUNS_PER_HOUR = 12;
/** Netskope stores an event some seconds after it happened. */
const SINCE_S = 10;

/** What an ordinary tenant pays for all day: a warm run that finds a few events, and what the detector does with them. */
export interface OrdinaryRun {
  readonly collectCpuMs: number;
  readonly collectAwsCalls: number;
  readonly detectCpuMs: number;
  readonly detectAwsCalls: number;
}

/**
 * Has both functions work on what happens in an ordinary tenant, a few events at a time.
 * @param hourCount hours of runs, each of a source of its own; the first one warms up
 * @throws Error if a run does not archive just those
 */
export async function ordinaryRuns(
  functions: MeasuredFunctions,
  servers: BenchServers,
  hourCount: number,
): Promise<OrdinaryRun[]> {
  const acts = ordinaryMonth({ seed: 1, monthS: 0 }).sort((one, other) => one.atS - other.atS);
  const hours: OrdinaryRun[][] = [];
  for (let hour = 0; hour < hourCount; hour++)
    hours.push(await hourOfRuns(functions, servers, { acts, firstRun: hour * RUNS_PER_HOUR }));
  return hours.slice(1).flat();
}

async function hourOfRuns(
  { collector, detector }: MeasuredFunctions,
  servers: BenchServers,
  { acts, firstRun }: { readonly acts: readonly Act[]; readonly firstRun: number },
): Promise<OrdinaryRun[]> {
  const sourceId = servers.takeSource();
  const runs: OrdinaryRun[] = [];
  const known = new Set<string>();
  await idleRunCpuMs(collector, sourceId);
  for (let run = firstRun; run < firstRun + RUNS_PER_HOUR; run++) {
    const atS = Math.floor(Date.now() / 1000) - SINCE_S;
    const some = acts.slice(run * EVENTS_PER_RUN, (run + 1) * EVENTS_PER_RUN);
    const actsNow = some.map((act) => ({ ...act, atS }));
    await servers.add(eventsOf(actsNow, run));
    const callsBefore = await servers.awsCalls();
    const collectCpuMs = await runCpuMs(collector, sourceId, EVENTS_PER_RUN);
    const callsBetween = await servers.awsCalls();
    const keys = (await archivedKeys(servers, sourceId)).filter((key) => !known.has(key));
    for (const key of keys) known.add(key);
    const callsThen = await servers.awsCalls();
    const detectCpuMs = await detectObjects(detector, keys);
    runs.push({
      collectCpuMs,
      collectAwsCalls: callsBetween - callsBefore,
      detectCpuMs,
      detectAwsCalls: (await servers.awsCalls()) - callsThen,
    });
  }
  return runs;
}
