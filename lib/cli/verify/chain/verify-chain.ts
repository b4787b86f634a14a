import { S3Client } from '@aws-sdk/client-s3';
import type { Checkpoint } from '../../../../lambdas/contract/storage/checkpoint-table';
import type { ManifestHead } from '../../../../lambdas/contract/storage/manifest';
import { MANIFEST_BEGINNING } from '../../../../lambdas/contract/storage/manifest';
import { countOf, formatBytes, formatCount } from '../../../format/quantities';
import { visibleText } from '../../../format/visible-text';
import { readLiveCheckpoint } from '../../deployment/collector';
import type { Deployment } from '../../deployment/deployment';
import { ExitCode, OperatorError } from '../../operator-error';
import type { Session } from '../../session';
import type { Terminal } from '../../terminal/terminal';
import type { ChainStock } from './chain-audit';
import { ChainAudit } from './chain-audit';
import type { Anchor, ChainFinding, ChainFindingKind } from './chain-check';
import { ListedBucket } from './listed-bucket';

export interface ChainOptions {
  /** A head that was printed and kept earlier. */
  readonly keptHead?: ManifestHead;
  /** Number of days after which stored objects expire. @default - never */
  readonly retentionDays?: number;
}

const MS_PER_DAY = 86_400_000;

/** Checks that no archived or quarantined object was altered or removed, and prints the head of the chain to keep. */
export async function verifyChain(
  session: Session,
  { keptHead, retentionDays }: ChainOptions,
  askedSourceId?: string,
): Promise<void> {
  const deployment = await session.deployment();
  const { sourceId } = deployment.source(askedSourceId);
  const checkpoint = await readCheckpoint(deployment, sourceId);
  const remembered = checkpoint.manifest ?? MANIFEST_BEGINNING;
  const { feed } = deployment;
  const place = { bucket: deployment.outputs.ArchiveBucket, feed, sourceId };
  const report = new ChainReport(session.terminal, place);
  const audit = new ChainAudit(new ListedBucket(deployment.aws.client(S3Client), place), {
    feed,
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
      'See npx --no -- netskope-audit status; a deleted checkpoint comes back by point-in-time recovery of the table.',
  });
}

/** More findings than this are counted, not printed; `--json` has them all. */
const MAX_PRINTED = 100;

/** Prints what a check of the chain found. With `--json` each finding is printed at once, as a line of its own. */
class ChainReport {
  private readonly counts = new Map<ChainFindingKind, number>();
  private readonly printed: ChainFinding[] = [];

  constructor(
    private readonly terminal: Terminal,
    private readonly place: { readonly sourceId: string; readonly bucket: string },
  ) {}

  add(finding: ChainFinding): void {
    this.counts.set(finding.kind, (this.counts.get(finding.kind) ?? 0) + 1);
    if (this.printed.length < MAX_PRINTED) this.printed.push(finding);
    const { kind, key, detail } = finding;
    this.terminal.json({ finding: kind, key, detail });
  }

  /**
   * Prints findings, verdict and head.
   * @param isRunning whether a run was at work
   * @returns how many findings there are
   */
  show(stock: ChainStock, isRunning: boolean): number {
    const findings = [...this.counts.values()].reduce((sum, count) => sum + count, 0);
    for (const { kind, key, detail } of this.printed)
      this.terminal.printMarked(
        kind === 'unlisted' ? 'note' : 'bad',
        `${kind}: ${visibleText(key)}\n  ${visibleText(detail)}`,
      );
    if (findings > MAX_PRINTED)
      this.terminal.print(`  … ${formatCount(findings - MAX_PRINTED)} more; --json tells them all.`);
    this.explain(isRunning);
    this.printVerdict(stock, findings);
    if (findings === 0 && stock.head.number > 0) this.printHead(stock.head);
    const { sourceId } = this.place;
    this.terminal.json({
      sourceId,
      isWhole: findings === 0,
      ...stock,
      findings: Object.fromEntries(this.counts),
    });
    return findings;
  }

  private explain(isRunning: boolean): void {
    const has = (...kinds: ChainFindingKind[]): boolean => kinds.some((kind) => this.counts.has(kind));
    if (has('unlisted'))
      this.terminal.print(
        isRunning
          ? 'A run is going on: it lists its objects when it has stored a page. Verify again when it is over.'
          : 'Unlisted objects were stored by a run that died before it listed them, or by somebody else.',
      );
    if (has('recorded break'))
      this.terminal.print(
        'Recorded breaks are foreign objects that the collector passed over: see foreign-object in docs/runbook.md.',
      );
    if (has('removed', 'altered', 'line removed', 'line altered', 'cut off'))
      this.terminal.print(
        `The bucket keeps what was replaced or deleted: aws s3api list-object-versions --bucket ${this.place.bucket} --prefix <key>`,
      );
  }

  private printVerdict({ lines, objects, bytes, expired }: ChainStock, findings: number): void {
    const checked = `${countOf(lines, 'line')} and ${countOf(objects, 'object')} (${formatBytes(bytes)})`;
    const gone = expired === 0 ? '' : `; ${countOf(expired, 'older object')} expired`;
    if (findings === 0)
      this.terminal.printMarked('good', `${checked}: each is as it was written, none is missing${gone}.`);
    else {
      const counted = [...this.counts].map(([kind, count]) => `${formatCount(count)} ${kind}`).join(', ');
      this.terminal.printMarked('bad', `${checked} were checked: ${counted}${gone}.`);
    }
  }

  private printHead({ number, sha256 }: ManifestHead): void {
    this.terminal.print(`Head of the chain: line ${number}, SHA-256 ${sha256}`);
    this.terminal.print(
      `Keep it elsewhere; later, --chain --kept-head ${number}:${sha256} proves that nothing before it was changed.`,
    );
  }
}
