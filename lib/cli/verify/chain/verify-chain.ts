import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { alertFeed, prefixesOf } from '../../../../lambdas/contract/storage/archive-layout';
import type { Checkpoint } from '../../../../lambdas/contract/storage/checkpoint-table';
import type { ManifestHead } from '../../../../lambdas/contract/storage/manifest';
import { alertChainHeads } from '../../../../lambdas/shared/alert-chain-heads';
import type { Anchor, ChainFinding } from '../../../../lambdas/verifier/core/chain-check';
import { countOf } from '../../../format/quantities';
import { BackfillJobs } from '../../backfill/backfill-jobs';
import { readLiveCheckpoint, readRecheckCheckpoint } from '../../deployment/collector';
import type { Deployment } from '../../deployment/deployment';
import { ExitCode, OperatorError } from '../../operator-error';
import type { Session } from '../../session';
import type { Progress } from '../../terminal/terminal';
import type { ArchiveStock } from './chain-audit';
import { ChainAudit } from './chain-audit';
import { ChainReport } from './chain-report';
import { readPublicKey, unsignedHeads } from './head-signatures';
import type { KeptHead } from './kept-heads';
import { GIVEN_HEADS, headsIn, readKeptHeads } from './kept-heads';
import { ListedBucket } from './listed-bucket';

export interface ChainOptions {
  /** A head that was printed and kept earlier. */
  readonly keptHead?: ManifestHead;
  /** File or folder of heads that were kept. */
  readonly heads?: string;
  /** File with the key that has signed the heads, in PEM. @default - signatures are not looked at */
  readonly publicKey?: string;
  /** Number of days after which stored objects expire. @default - never */
  readonly retentionDays?: number;
  /** Line from which on objects are read. @default - the first */
  readonly resumeAt?: number;
}

const MS_PER_DAY = 86_400_000;

/** Checks that no archived or quarantined object was altered or removed, and prints the head of the chain to keep. */
export async function verifyChain(
  session: Session,
  options: ChainOptions,
  askedSourceId?: string,
): Promise<void> {
  const deployment = await session.deployment();
  const { sourceId } = deployment.source(askedSourceId);
  const report = new ChainReport(session.terminal, { bucket: deployment.outputs.ArchiveBucket, sourceId });
  const onFinding = (finding: ChainFinding): void => report.add(finding);
  const prepared = await prepareAudit(session, { sourceId, options, onFinding });
  const { total, isRunning, keptHeads } = prepared;
  const progress = session.terminal.progress({ title: `verify ${sourceId}`, total });
  const stock = await runAudit(session, prepared, { progress, report });
  if (report.show(stock, { isRunning, keptHeads: keptHeads.length }) > 0) session.exitCode = ExitCode.Finding;
}

interface AuditOf {
  readonly sourceId: string;
  readonly options: ChainOptions;
  readonly onFinding: (finding: ChainFinding) => void;
}

/** A check that can be started, with what it is held against. */
interface PreparedAudit {
  readonly audit: ChainAudit;
  readonly alertAudit: ChainAudit;
  /** Lines and objects to be read. */
  readonly total: number;
  /** Whether a run is at work. */
  readonly isRunning: boolean;
  /** Heads that were kept: in the bucket, once a day, and by the operator. */
  readonly keptHeads: readonly Anchor[];
}

/** @throws OperatorError if the source has no checkpoint, or heads that were kept cannot be read */
export async function prepareAudit(
  session: Session,
  { sourceId, options, onFinding }: AuditOf,
): Promise<PreparedAudit> {
  const { retentionDays, resumeAt } = options;
  const publicKey = options.publicKey === undefined ? undefined : await readPublicKey(options.publicKey);
  const deployment = await session.deployment();
  const { feed } = deployment;
  const place = { bucket: deployment.outputs.ArchiveBucket, feed, sourceId };
  const bucket = new ListedBucket(deployment.aws.client(S3Client), place);
  const checkpoints = await readCheckpoints(deployment, sourceId);
  const [live] = checkpoints;
  const signable = await readHeads(bucket, sourceId, options);
  const { keptHead } = options;
  const keptHeads = [
    ...signable,
    ...(keptHead === undefined ? [] : [{ ...keptHead, knownTo: '--kept-head' }]),
  ];
  const expiredBeforeMs =
    retentionDays === undefined ? undefined : session.nowMs() - retentionDays * MS_PER_DAY;
  const audit = new ChainAudit(bucket, {
    feed,
    sourceId,
    checkpoints,
    anchors: [...checkpoints.flatMap(anchorsOf), ...keptHeads],
    resumeAt,
    expiredBeforeMs,
    onFinding,
  });
  const alertAudit = await prepareAlertAudit(deployment, { sourceId, onFinding, expiredBeforeMs });
  if (publicKey !== undefined)
    for (const finding of unsignedHeads(publicKey, sourceId, signable)) onFinding(finding);
  let total = 0;
  for (const each of [audit, alertAudit]) total += each.knownLines + (await each.noteObjects());
  return { audit, alertAudit, total, isRunning: (live.lease?.expiresAtMs ?? 0) > session.nowMs(), keptHeads };
}

/** The chain of the lines that list the source's alerts. Alerts of earlier versions are older than it. */
async function prepareAlertAudit(
  deployment: Deployment,
  options: Pick<AuditOf, 'sourceId' | 'onFinding'> & { readonly expiredBeforeMs?: number },
): Promise<ChainAudit> {
  const { outputs, aws } = deployment;
  const { sourceId } = options;
  const { DetectionTable: table } = outputs;
  const heads =
    table === undefined ? undefined : await alertChainHeads(aws.client(DynamoDBClient), table, [sourceId]);
  const head = heads?.get(sourceId);
  const feed = alertFeed(deployment.feed);
  const place = { bucket: outputs.ArchiveBucket, feed, sourceId };
  const bucket = new ListedBucket(aws.client(S3Client), place, [prefixesOf(deployment.feed).alerts]);
  return new ChainAudit(bucket, {
    ...options,
    feed,
    checkpoints: [],
    anchors: head === undefined ? [] : [{ ...head, knownTo: 'the table of detection' }],
    beganLater: true,
  });
}

/** Follows the chain of events, then that of alerts, and shows how far it has come. */
export async function followChains(
  { audit, alertAudit }: Pick<PreparedAudit, 'audit' | 'alertAudit'>,
  progress: Progress,
): Promise<ArchiveStock> {
  const told = { lines: 0, objects: 0 };
  const onProgress = (lines: number, objects: number): void => {
    const [allLines, allObjects] = [told.lines + lines, told.objects + objects];
    progress.update(allLines + allObjects, `${countOf(allLines, 'line')}, ${countOf(allObjects, 'object')}`);
  };
  try {
    const stock = await audit.run(onProgress);
    Object.assign(told, { lines: stock.lines, objects: stock.objects + stock.leftOut });
    const alerts = await alertAudit.run(onProgress);
    if (alerts.lines + alerts.objects + alerts.older === 0) return stock;
    return {
      ...stock,
      lines: stock.lines + alerts.lines,
      objects: stock.objects + alerts.objects,
      bytes: stock.bytes + alerts.bytes,
      expired: stock.expired + alerts.expired,
      alerts,
    };
  } finally {
    progress.stop();
  }
}

/** If it is interrupted, or fails, what was found so far is printed, and where to go on. */
async function runAudit(
  { signal }: Session,
  prepared: PreparedAudit,
  { progress, report }: { readonly progress: Progress; readonly report: ChainReport },
): Promise<ArchiveStock> {
  const { audit } = prepared;
  const interrupt = (): void => {
    progress.stop();
    if (signal.reason !== 'output-closed') report.showInterrupted(audit.reached);
  };
  signal.addEventListener('abort', interrupt, { once: true });
  try {
    return await followChains(prepared, progress);
  } catch (error) {
    interrupt();
    throw error;
  } finally {
    signal.removeEventListener('abort', interrupt);
  }
}

/** The newest line that a checkpoint knows. */
function anchorsOf({ manifest, recheck, backfill }: Checkpoint): Anchor[] {
  const ofJob = recheck === undefined ? backfill && ' of the backfill' : ' of the recheck';
  return manifest === undefined ? [] : [{ ...manifest, knownTo: `the checkpoint${ofJob ?? ''}` }];
}

/** Heads that were kept as the daily message has them: in the bucket, once a day, and by the operator. */
async function readHeads(
  bucket: ListedBucket,
  sourceId: string,
  { heads }: ChainOptions,
): Promise<(Anchor & KeptHead)[]> {
  const stored: (Anchor & KeptHead)[] = [];
  for await (const { key, text } of bucket.heads())
    for (const head of headsIn(text, sourceId)) stored.push({ ...head, knownTo: key });
  const given = heads === undefined ? [] : await readKeptHeads(heads, sourceId);
  return [...stored, ...given.map((head) => ({ ...head, knownTo: GIVEN_HEADS }))];
}

/** The checkpoints of the source's streams, that of the live feed first. */
async function readCheckpoints(
  deployment: Deployment,
  sourceId: string,
): Promise<readonly [Checkpoint, ...Checkpoint[]]> {
  const [live, ...others] = await Promise.all([
    readLiveCheckpoint(deployment, sourceId),
    readRecheckCheckpoint(deployment, sourceId),
    new BackfillJobs(deployment, sourceId).read(),
  ]);
  if (live !== undefined) return [live, ...others.filter((found) => found !== undefined)];
  throw new OperatorError({
    what: `Source ${sourceId} has no checkpoint: it has never collected, or the checkpoint was deleted.`,
    whatToDo:
      'See npx --no -- netskope-audit status; a deleted checkpoint comes back by point-in-time recovery of the table.',
  });
}
