import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { EnvVar } from '../../../lambdas/contract/deployment/environment';
import type { Feed } from '../../../lambdas/contract/feed/feed';
import { LOCAL_BUCKET } from '../../local/local-deployment';
import type { SimulatedEvent } from '../../local/netskope-simulator/event-log';
import type { BacklogOptions } from './backlog';
import { backlogBlocks } from './backlog';
import type { AwsCalls, LargePage, ServersAddress, ServersRequest } from './servers-host';

/** Netskope and AWS on loopback, in a process of their own, with a backlog that no source has read yet. */
export class BenchServers {
  private constructor(
    readonly feed: Feed,
    private readonly child: ChildProcess,
    private readonly backlog: BacklogOptions,
    private readonly unusedSourceIds: string[],
    private readonly address: ServersAddress,
  ) {}

  /**
   * @param sourceCount how many times the backlog can be collected
   * @throws Error if the process ends before it listens
   */
  static async start(feed: Feed, backlog: BacklogOptions, sourceCount: number): Promise<BenchServers> {
    const sourceIds = Array.from({ length: sourceCount }, (_, index) => `bench-${index + 1}`);
    const child = fork(join(__dirname, 'servers-host.ts'), [JSON.stringify({ backlog, sourceIds })], {
      execArgv: ['--import', require.resolve('tsx')],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const ended = once(child, 'exit').then(([code, signal]) => {
      throw new Error(`the process of the bench servers ended with ${code ?? signal} before it listened`);
    });
    const [address] = (await Promise.race([once(child, 'message'), ended])) as [ServersAddress];
    return new BenchServers(feed, child, backlog, sourceIds, address);
  }

  /** URL of the simulated tenant's iterator. */
  get iteratorUrl(): string {
    return `${this.address.netskopeUrl}${this.feed.iteratorPath}`;
  }

  /** Variables of collector and detector. */
  get environment(): Record<string, string> {
    return { ...this.address.environment, [EnvVar.NetskopeEndpointUrl]: this.address.netskopeUrl };
  }

  get eventsPerPage(): number {
    return this.backlog.eventsPerPage;
  }

  /** Start of the hour in which all events were inserted, unix seconds. */
  get hourStartS(): number {
    return this.backlog.hourStartS;
  }

  /** A source that has collected nothing. @throws Error if all are used up */
  takeSource(): string {
    const sourceId = this.unusedSourceIds.shift();
    if (sourceId === undefined) throw new Error('every source of the bench servers has been used');
    return sourceId;
  }

  /** Where an iterator must start to find so many pages, unix seconds. @throws RangeError for another number of pages */
  startEpochS(pages: number): number {
    const block = backlogBlocks(this.backlog).find(({ pagesToEnd }) => pagesToEnd === pages);
    if (block !== undefined) return block.startEpochS;
    throw new RangeError(
      `no entry ${pages} pages deep; expected one of ${this.backlog.pageCounts.join(', ')}`,
    );
  }

  /** How many calls AWS has received so far. */
  async awsCalls(): Promise<number> {
    return (await this.ask('nothing')).all;
  }

  /** How many of them have read an object of `FOREIGN_NAME`. */
  async foreignReads(): Promise<number> {
    return (await this.ask('nothing')).foreignReads;
  }

  /** Has something happen in the tenant. */
  async add(events: readonly SimulatedEvent[]): Promise<void> {
    await this.ask(events);
  }

  /** Has the tenant answer every later call but `next` with a page. */
  async answerWith(page: LargePage): Promise<void> {
    await this.ask(page);
  }

  private async ask(request: ServersRequest): Promise<AwsCalls> {
    const answered = once(this.child, 'message');
    this.child.send(request);
    return ((await answered) as [AwsCalls])[0];
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.disconnect();
    await exited;
  }
}

/** A client for the servers' bucket; the caller destroys it. */
export function bucketClient({ environment }: BenchServers): S3Client {
  const { AWS_ENDPOINT_URL: endpoint, AWS_REGION: region, AWS_ACCESS_KEY_ID = '' } = environment;
  return new S3Client({
    endpoint,
    region,
    credentials: { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: 'bench' },
  });
}

/**
 * Keys of a source's objects.
 * @param prefix of archive, quarantine or manifest
 */
export async function* storedKeys(
  client: S3Client,
  prefix: string,
  sourceId: string,
): AsyncGenerator<string> {
  const listed = { Bucket: LOCAL_BUCKET, Prefix: `${prefix}/source=${sourceId}/` };
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, listed)) {
    for (const { Key } of Contents) if (Key !== undefined) yield Key;
  }
}
