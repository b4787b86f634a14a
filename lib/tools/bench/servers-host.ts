/** Plays Netskope and AWS for a bench in a process of its own, whose CPU time and memory are not the collector's. */
import { constants, gzipSync } from 'node:zlib';
import { LocalAws } from '../../local/aws/local-aws';
import type { AwsCall } from '../../local/aws/wire/aws-call';
import { createLocalDetection, LocalDeployment } from '../../local/local-deployment';
import type { SimulatedEvent } from '../../local/netskope-simulator/event-log';
import type { PageFault } from '../../local/netskope-simulator/gateway/fault';
import { NetskopeSimulator } from '../../local/netskope-simulator/netskope-simulator';
import type { BacklogOptions } from './backlog';
import { FOREIGN_NAME, generateBacklog } from './backlog';

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

/** A page that every later call but `next` is answered with. */
export interface LargePage {
  /** Of the page as JSON. */
  readonly bytes: number;
  readonly encoding: 'gzip' | 'none';
}

/** What AWS has received so far. */
export interface AwsCalls {
  readonly all: number;
  /** `GetObject` of a key with `FOREIGN_NAME`. */
  readonly foreignReads: number;
}

/** A message of the parent: events to be added, a page to answer with, or nothing. The answer is `AwsCalls`. */
export type ServersRequest = 'nothing' | readonly SimulatedEvent[] | LargePage;

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
  const calls = { all: 0, foreignReads: 0 };
  const before = ({ operation, key = '' }: AwsCall): void => {
    calls.all++;
    if (operation === 'GetObject' && key.includes(FOREIGN_NAME)) calls.foreignReads++;
  };
  const aws = await LocalAws.start({ hooks: { before } });
  process.on('message', (request: ServersRequest) => {
    if (request instanceof Array) netskope.add(request);
    else if (request !== 'nothing') answerWith(netskope, request);
    process.send?.(calls satisfies AwsCalls);
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

/** Events that a large page repeats: more than gzip looks back. */
const REPEATED_EVENTS = 1000;

function answerWith(netskope: NetskopeSimulator, { bytes, encoding }: LargePage): void {
  const events = netskope.events
    .slice(0, REPEATED_EVENTS)
    .map(({ text }) => text)
    .join(',');
  const times = Math.ceil(bytes / events.length);
  const page = Buffer.from(`{"ok":1,"result":[${Array(times).fill(events).join(',')}]}`);
  const fault: PageFault =
    encoding === 'none'
      ? { kind: 'body', bytes: page }
      : { kind: 'body', bytes: gzipSync(page, { level: constants.Z_BEST_SPEED }), contentEncoding: 'gzip' };
  netskope.hooks = { received: ({ operation }) => (operation === 'next' ? undefined : fault) };
}

process.on('disconnect', () => process.exit(0));
void serve(JSON.parse(process.argv[2] ?? '') as ServersOptions).then((address) => process.send?.(address));
