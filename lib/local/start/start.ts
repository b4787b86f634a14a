import { statSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import type { Feed } from '../../../lambdas/contract/feed/feed';
import { prefixesOf } from '../../../lambdas/contract/storage/archive-layout';
import type { Checkpoint } from '../../../lambdas/contract/storage/checkpoint-table';
import { LAMBDA_NODE_MAJOR } from '../../build/function-bundles';
import { formatAge, formatBytes, formatCount, formatDuration } from '../../format/quantities';
import type { LocalAws } from '../aws/local-aws';
import { bucketFolder } from '../aws/s3/object-files';
import { LOCAL_BUCKET } from '../local-deployment';
import { LocalPipeline } from '../local-pipeline';
import type { Collection } from './collection';
import { collectAll } from './collection';
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
 * Collects the tenant's events into an archive on this machine, with the built function, the real AWS SDK and the
 * embedded AWS endpoint. Everything it started is stopped when it returns.
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
    await conclude(pipeline, collection, screen);
  } finally {
    screen.endLiveLine();
    await pipeline.close();
  }
}

async function collect({ collector, event }: LocalPipeline, signal: AbortSignal): Promise<Collection> {
  const stop = (): void => void collector.stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await collectAll(collector, event, signal);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function introduce({ aws, tenant, collector, folder }: LocalPipeline, screen: Screen): void {
  const size = formatBytes(statSync(collector.build()).size);
  screen.print(`Source    ${tenant.description}`);
  screen.print(
    `Function  ${size}, the bundle that is deployed, on Node.js ${process.versions.node} (Lambda: ${LAMBDA_NODE_MAJOR})`,
  );
  screen.print(`AWS       ${aws.url}: S3, DynamoDB, Secrets Manager, CloudWatch`);
  screen.print(`State     ${folder}`);
  screen.print();
}

async function conclude(
  { aws, feed, folder, checkpoint }: LocalPipeline,
  collection: Collection,
  screen: Screen,
): Promise<void> {
  const [heading = '', ...rows] = reportTable(collection, await checkpoint.read());
  const guide = archiveGuide({ aws, feed, folder, workingFolder: process.cwd() });
  for (const line of ['', screen.styled('bold', heading), ...rows, '', ...guide]) screen.print(line);
}

/** Reports a failure that an interruption has caused as the interruption. */
function unlessInterrupted(signal: AbortSignal): (error: unknown) => never {
  return (error) => {
    throw signal.aborted ? new StartInterrupted() : error;
  };
}

/** An archive, and the folder it is viewed from. */
interface ArchiveView {
  readonly aws: LocalAws;
  readonly feed: Feed;
  /** State folder of the endpoint. */
  readonly folder: string;
  /** Folder that printed paths are relative to. */
  readonly workingFolder: string;
}

/** The places of archive and quarantine, and commands that show one record of each; one string per line. */
function archiveGuide(view: ArchiveView): readonly string[] {
  const { archive, quarantine } = prefixesOf(view.feed);
  return [...guideTo(view, 'Archive', archive), ...guideTo(view, 'Quarantine', quarantine)];
}

function guideTo(
  { aws, folder, workingFolder }: ArchiveView,
  name: string,
  prefix: string,
): readonly string[] {
  const newestKey = aws.objects.keys(LOCAL_BUCKET).findLast((key) => key.startsWith(`${prefix}/`));
  const pathOf = (key: string): string =>
    shellWord(shortPath(join(bucketFolder(folder, LOCAL_BUCKET), key), workingFolder));
  if (newestKey === undefined) return [`${name}: empty`];
  return [`${name}: ${pathOf(prefix)}`, `  zcat ${pathOf(newestKey)} | head -1`];
}

function shortPath(path: string, workingFolder: string): string {
  const short = relative(workingFolder, path);
  return short.startsWith('..') || isAbsolute(short) ? path : short;
}

/** The text as one word of a POSIX shell. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
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
