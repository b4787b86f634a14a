/** Plays Netskope and AWS for a bench in a process of its own, whose CPU time and memory are not the collector's. */
import { LocalAws } from '../../local/aws/local-aws';
import { createLocalDetection, LocalDeployment } from '../../local/local-deployment';
import type { SimulatedEvent } from '../../local/netskope-simulator/event-log';
import { NetskopeSimulator } from '../../local/netskope-simulator/netskope-simulator';
import type { BacklogOptions } from './backlog';
import { generateBacklog } from './backlog';

/** The only argument of the process, as JSON. */
interface ServersOptions {
  readonly backlog: BacklogOptions;
  /** Sources with credentials in their secrets; for each the whole backlog is unread. */
  readonly sourceIds: readonly string[];
}

/** The message to the parent once everything listens. */
export interface ServersAddress {
  readonly netskopeUrl: string;
  /** Variables of collector and detector, without Netskope's. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A message of the parent: events to be added, or none. The answer is how many calls AWS has received so far. */
export type ServersRequest = 'aws calls' | readonly SimulatedEvent[];

/** Longer than the backlog: an hour's window must not cut a page short. */
const WINDOW_S = 86_400;

async function serve({ backlog, sourceIds }: ServersOptions): Promise<ServersAddress> {
  const netskope = await NetskopeSimulator.start({
    nowMs: Date.now,
    rateLimitPerS: 'unlimited',
    waitTimeS: 0,
    pageSize: backlog.eventsPerPage,
    windowS: WINDOW_S,
  });
  for (const events of generateBacklog(backlog)) netskope.add(events);
  let awsCalls = 0;
  const aws = await LocalAws.start({ hooks: { before: () => void (awsCalls += 1) } });
  process.on('message', (request: ServersRequest) => {
    if (request !== 'aws calls') netskope.add(request);
    process.send?.(awsCalls);
  });
  const deployment = await LocalDeployment.create(aws);
  for (const sourceId of sourceIds) {
    await deployment.putSecret(sourceId, { domain: 'bench.goskope.com', token: 'bench' });
  }
  return {
    netskopeUrl: netskope.url,
    environment: { ...deployment.environment(), ...(await createLocalDetection(aws)) },
  };
}

process.on('disconnect', () => process.exit(0));
void serve(JSON.parse(process.argv[2] ?? '') as ServersOptions).then((address) => process.send?.(address));
