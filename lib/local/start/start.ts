import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Feed } from '../../../lambdas/contract/feed/feed';
import { prefixesOf } from '../../../lambdas/contract/storage/archive-layout';
import type { Checkpoint } from '../../../lambdas/contract/storage/checkpoint-table';
import { LAMBDA_NODE_MAJOR } from '../../build/function-bundles';
import { formatAge, formatBytes, formatCount, formatDuration } from '../../format/quantities';
import { LOCAL_BUCKET } from '../local-deployment';
import type { Collection } from './collection';
import { collectAll } from './collection';
import { alertLines, readFoundAlerts, worstIncident } from './found-alerts';
import { LocalPipeline } from './local-pipeline';
import { nextCommands } from './next-commands';
import type { Screen } from './screen';
import { Progress } from './screen';
import { StartInterrupted } from './start-error';
import type { Tenant } from './tenant';

interface Start {
  /** The feed that is collected. */
  readonly feed: Feed;
  readonly tenant: Tenant;
  /** Folder that has a folder of its own for every tenant. */
  readonly stateFolder: string;
  readonly screen: Screen;
  /** Aborts when the operator interrupts. */
  readonly signal: AbortSignal;
}

/**
 * Collects the tenant's events into an archive on this machine, and evaluates them, with the built functions, the real
 * AWS SDK and the embedded AWS endpoint. Everything it started is stopped when it returns.
 * @throws StartError, StartInterrupted
 */
export async function start({ feed, tenant, stateFolder, screen, signal }: Start): Promise<void> {
  await tenant.prepare(join(stateFolder, tenant.folderName), signal).catch(unlessInterrupted(signal));
  const progress = new Progress(screen);
  const onLogLine = (line: string): void => progress.show(line);
  const pipeline = await LocalPipeline.stand({ feed, stateFolder, tenant, onLogLine });
  try {
    introduce(pipeline, screen);
    const collection = await collect(pipeline, signal);
    progress.end();
    await conclude({ pipeline, stateFolder, screen }, collection);
  } finally {
    screen.endLiveLine();
    await pipeline.close();
  }
}

/** The detector evaluates beside the collector what that archives. */
async function collect(pipeline: LocalPipeline, signal: AbortSignal): Promise<Collection> {
  const { collector, detection, event } = pipeline;
  const stop = (): void => void pipeline.stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const collection = collectAll(collector, event, signal);
    await Promise.all([collection, detection.evaluateDuring(collection)]).catch(unlessInterrupted(signal));
    return await collection;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function introduce({ aws, tenant, collector, detection, folder }: LocalPipeline, screen: Screen): void {
  const sizes = [collector, detection.function].map((one) => formatBytes(statSync(one.build()).size));
  screen.print(`Source     ${tenant.description}`);
  screen.print(
    `Functions  collector ${sizes[0]}, detector ${sizes[1]}: the bundles that are deployed, on Node.js ${process.versions.node} (Lambda: ${LAMBDA_NODE_MAJOR})`,
  );
  screen.print(`AWS        ${aws.url}: S3, DynamoDB, Secrets Manager, CloudWatch, SNS, EventBridge`);
  screen.print(`State      ${folder}`);
  screen.print();
}

async function conclude(
  {
    pipeline,
    stateFolder,
    screen,
  }: Pick<Start, 'stateFolder' | 'screen'> & { readonly pipeline: LocalPipeline },
  collection: Collection,
): Promise<void> {
  const { aws, feed, folder, checkpoint, tenant } = pipeline;
  const [heading = '', ...rows] = reportTable(collection, await checkpoint.read());
  for (const line of ['', screen.styled('bold', heading), ...rows, '']) screen.print(line);
  const { archive } = prefixesOf(feed);
  if (!aws.objects.keys(LOCAL_BUCKET).some((key) => key.startsWith(`${archive}/`)))
    return screen.print('Archive: empty');
  const alerts = await readFoundAlerts(aws, feed);
  const user = worstIncident(alerts)[0]?.who[0];
  const commands = nextCommands({ feed, stateFolder, folder, workingFolder: process.cwd(), user });
  const next = tenant.isFoundBy === undefined ? 'Next:' : `Next, with ${tenant.isFoundBy} set as now:`;
  for (const line of [...alertLines(alerts), '', screen.styled('bold', next)]) screen.print(line);
  for (const command of commands) screen.print(`  ${command}`);
}

/** Reports a failure that an interruption has caused as the interruption. */
function unlessInterrupted(signal: AbortSignal): (error: unknown) => never {
  return (error) => {
    throw signal.aborted ? new StartInterrupted() : error;
  };
}

/** Name, this run, and since the beginning if that is known. */
type Row = readonly [name: string, thisRun: string, inArchive: string];

/**
 * The table that an operator reads after a start.
 * @param checkpoint holds the totals since the beginning
 * @returns one string per line, the heading first
 */
function reportTable(collection: Collection, checkpoint: Checkpoint | undefined): readonly string[] {
  const total = (count: number | undefined): string => (count === undefined ? '' : formatCount(count));
  const { totals } = checkpoint ?? {};
  const rows: readonly Row[] = [
    ['', 'this start', 'in total'],
    ['Pages', formatCount(collection.pages), total(checkpoint?.sequence)],
    ['Events archived', formatCount(collection.archived), total(totals?.archived)],
    ['  of them drifted', formatCount(collection.drifted), total(totals?.drifted)],
    ['Events quarantined', formatCount(collection.quarantined), total(totals?.quarantined)],
    ['Duplicates dropped', formatCount(collection.duplicatesDropped), ''],
    ['Ids in conflict', formatCount(collection.conflictingIds), ''],
    ['Bytes in', formatBytes(collection.bytesIn), ''],
    ['Bytes out', formatBytes(collection.bytesOut), ''],
    ['Lag', collection.lagS === undefined ? 'unknown' : formatAge(collection.lagS), ''],
    ['Time', formatDuration(collection.durationMs), ''],
  ];
  return aligned(rows);
}

const GAP = '  ';

function aligned(rows: readonly Row[]): readonly string[] {
  const width = (column: 0 | 1 | 2): number => Math.max(...rows.map((row) => row[column].length));
  const [names, thisRun, inArchive] = [width(0), width(1), width(2)];
  return rows.map(([name, left, right]) =>
    [name.padEnd(names), left.padStart(thisRun), right.padStart(inArchive)].join(GAP).trimEnd(),
  );
}
