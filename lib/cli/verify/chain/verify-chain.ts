import { S3Client } from '@aws-sdk/client-s3';
import type { Checkpoint } from '../../../../lambdas/contract/storage/checkpoint-table';
import { MANIFEST_BEGINNING } from '../../../../lambdas/contract/storage/manifest';
import type { ManifestHead } from '../../../../lambdas/contract/storage/manifest';
import { countOf } from '../../count-of';
import type { Deployment } from '../../deployment';
import { readLiveCheckpoint } from '../../doctor/live-checkpoint';
import { ExitCode } from '../../exit-code';
import { OperatorError } from '../../operator-error';
import type { Session } from '../../session';
import { ChainAudit } from './chain-audit';
import { ChainReport } from './chain-report';
import type { Anchor } from './chain-judge';
import { ListedBucket } from './listed-bucket';

export interface ChainOptions {
  /** A head that was printed and kept earlier. */
  readonly keptHead?: ManifestHead;
  /** Objects expire so many days after they were stored. @default - never */
  readonly retentionDays?: number;
}

const MS_PER_DAY = 86_400_000;

/** Proves that nothing of archive and quarantine was altered or removed, and prints the head of the chain to be kept. */
export async function verifyChain(
  session: Session,
  { keptHead, retentionDays }: ChainOptions,
  askedSourceId?: string,
): Promise<void> {
  const deployment = await session.deployment();
  const { sourceId } = deployment.source(askedSourceId);
  const checkpoint = await readCheckpoint(deployment, sourceId);
  const remembered = checkpoint.manifest ?? MANIFEST_BEGINNING;
  const bucket = new ListedBucket(
    deployment.aws.client(S3Client),
    deployment.outputs.ArchiveBucket,
    sourceId,
  );
  const report = new ChainReport(session.terminal, { sourceId, bucket: deployment.outputs.ArchiveBucket });
  const audit = new ChainAudit(bucket, {
    sourceId,
    anchors: anchorsOf(remembered, keptHead),
    expiredBeforeMs: retentionDays === undefined ? undefined : session.nowMs() - retentionDays * MS_PER_DAY,
    onFinding: (finding) => report.add(finding),
  });
  const total = remembered.number + (await audit.noteObjects());
  const progress = session.terminal.progress({ title: `verify ${sourceId}`, total });
  const stock = await audit.run((lines, objects) =>
    progress.update(lines + objects, `${countOf(lines, 'line')}, ${countOf(objects, 'object')}`),
  );
  progress.stop();
  const isRunning = (checkpoint.lease?.expiresAtMs ?? 0) > session.nowMs();
  if (report.show(stock, isRunning) > 0) session.exitCode = ExitCode.Finding;
}

function anchorsOf(remembered: ManifestHead, keptHead: ManifestHead | undefined): Anchor[] {
  return [
    { ...remembered, knownTo: 'the checkpoint' },
    ...(keptHead === undefined ? [] : [{ ...keptHead, knownTo: '--kept-head' }]),
  ];
}

async function readCheckpoint(deployment: Deployment, sourceId: string): Promise<Checkpoint> {
  const checkpoint = await readLiveCheckpoint(deployment, sourceId);
  if (checkpoint !== undefined) return checkpoint;
  throw new OperatorError({
    what: `Source ${sourceId} has no checkpoint: it has never collected, or the checkpoint was deleted.`,
    whatToDo:
      'See npx netskope-audit status; a deleted checkpoint comes back by point-in-time recovery of the table.',
  });
}
