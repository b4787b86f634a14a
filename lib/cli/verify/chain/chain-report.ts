import type { ManifestHead } from '../../../../lambdas/contract/storage/manifest';
import type { ChainFinding, ChainFindingKind } from '../../../../lambdas/verifier/core/chain-check';
import { countOf, formatBytes, formatCount } from '../../../format/quantities';
import { visibleText } from '../../../format/visible-text';
import type { Column } from '../../terminal/table';
import type { Terminal } from '../../terminal/terminal';
import type { ArchiveStock, ChainStock } from './chain-audit';

/** More findings than this are counted, not printed; `--json` has them all. */
const MAX_PRINTED = 100;

const CSV_COLUMNS: readonly Column[] = [{ title: 'finding' }, { title: 'key' }, { title: 'detail' }];

/** What a check was made under. */
interface Circumstances {
  /** Whether a run was at work. */
  readonly isRunning: boolean;
  /** How many heads that were kept the chain was held against. */
  readonly keptHeads: number;
}

/** Prints what a check of the chain found. With `--json` each finding is printed at once, as a line of its own. */
export class ChainReport {
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
    this.terminal.csv(CSV_COLUMNS, [[kind, key, detail]]);
    this.terminal.json({ finding: kind, key, detail });
  }

  /**
   * Prints findings, verdict and head.
   * @returns how many findings there are
   */
  show(stock: ArchiveStock, { isRunning, keptHeads }: Circumstances): number {
    this.terminal.csv(CSV_COLUMNS, []);
    const findings = this.printFindings();
    this.explain(isRunning);
    this.printVerdict(stock, findings);
    if (stock.alerts !== undefined) this.printAlerts(stock.alerts);
    if (findings === 0 && keptHeads > 0)
      this.terminal.print(`It goes through ${countOf(keptHeads, 'head')} kept earlier.`);
    if (findings === 0 && stock.head.number > 0) this.printHead(stock.head);
    const { sourceId } = this.place;
    this.terminal.json({
      sourceId,
      isWhole: findings === 0,
      ...stock,
      keptHeads,
      findings: Object.fromEntries(this.counts),
    });
    return findings;
  }

  /**
   * Prints the findings of a check that was broken off, and how to go on.
   * @param reached the first line with objects that were not read
   */
  showInterrupted(reached: number): void {
    this.printFindings();
    if (reached === 1) return;
    this.terminal.printMarked(
      'note',
      `Broken off at line ${reached}: --chain --resume-at ${reached} reads the objects from there on.`,
    );
    this.terminal.json({ resumeAt: reached });
  }

  private printFindings(): number {
    const findings = [...this.counts.values()].reduce((sum, count) => sum + count, 0);
    for (const { kind, key, detail } of this.printed)
      this.terminal.printMarked(
        kind === 'unlisted' ? 'note' : 'bad',
        `${kind}: ${visibleText(key)}\n  ${visibleText(detail)}`,
      );
    if (findings > MAX_PRINTED)
      this.terminal.print(`  … ${formatCount(findings - MAX_PRINTED)} more; --json tells them all.`);
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
    if (this.printed.some(({ kind, key }) => kind === 'unlisted' && key.startsWith('alerts/')))
      this.terminal.print('An alert of the last minutes may yet be listed: verify again in ten minutes.');
    if (has('recorded break'))
      this.terminal.print(
        'Recorded breaks are foreign objects that the collector passed over: see foreign-object in docs/runbook.md.',
      );
    if (has('events added', 'page added'))
      this.terminal.print(
        'More than a checkpoint has counted: somebody added lines, or restored the table to an earlier time.',
      );
    if (
      has('removed', 'altered', 'line removed', 'line altered', 'cut off', 'events missing', 'page missing')
    )
      this.terminal.print(
        `The bucket keeps what was replaced or deleted: aws s3api list-object-versions --bucket ${this.place.bucket} --prefix <key>`,
      );
  }

  private printVerdict({ lines, objects, bytes, expired, leftOut }: ChainStock, findings: number): void {
    const checked = `${countOf(lines, 'line')} and ${countOf(objects, 'object')} (${formatBytes(bytes)})`;
    const gone = [
      expired === 0 ? '' : `; ${countOf(expired, 'older object')} expired`,
      leftOut === 0 ? '' : `; ${countOf(leftOut, 'object')} before --resume-at not read again`,
    ].join('');
    if (findings === 0)
      this.terminal.printMarked('good', `${checked}: each is as it was written, none is missing${gone}.`);
    else {
      const counted = [...this.counts].map(([kind, count]) => `${formatCount(count)} ${kind}`).join(', ');
      this.terminal.printMarked('bad', `${checked} were checked: ${counted}${gone}.`);
    }
  }

  private printAlerts({ lines, objects, older }: ChainStock): void {
    const before = `${countOf(older, 'older alert')} ${older === 1 ? 'is' : 'are'} from before there were such lines`;
    this.terminal.print(
      `Among them ${countOf(lines, 'line')} and ${countOf(objects, 'object')} of alerts${older === 0 ? '' : `; ${before}, and in none`}.`,
    );
  }

  private printHead({ number, sha256 }: ManifestHead): void {
    this.terminal.print(`Head of the chain: line ${number}, SHA-256 ${sha256}`);
    this.terminal.print(
      `Keep it elsewhere; later, --chain --kept-head ${number}:${sha256} proves that nothing before it was changed.`,
    );
  }
}
