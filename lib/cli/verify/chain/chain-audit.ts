import type { Checkpoint } from '../../../../lambdas/contract/storage/checkpoint-table';
import type {
  ManifestHead,
  ManifestLine,
  ManifestObject,
} from '../../../../lambdas/contract/storage/manifest';
import { manifestKey, manifestPrefix } from '../../../../lambdas/contract/storage/manifest';
import { inParallel } from '../../../../lambdas/shared/in-parallel';
import { CLOCKS_DIFFER_MS } from '../../../../lambdas/shared/manifest';
import type { Anchor, ChainFinding, ChainOwner } from '../../../../lambdas/verifier/core/chain-check';
import { ChainCheck, RecordedBreaks } from '../../../../lambdas/verifier/core/chain-check';
import { hasExpired, LINES_AT_ONCE, OBJECTS_AT_ONCE } from '../../../../lambdas/verifier/core/followed-lines';
import type { ObjectState } from '../../../../lambdas/verifier/core/object-state';
import { readManifestLine } from '../../../../lambdas/verifier/core/read-line';
import { CountedPages } from './counted-pages';
import type { ListedBucket } from './listed-bucket';

interface ChainAuditOptions extends ChainOwner {
  readonly anchors: readonly Anchor[];
  /** Of the source's streams. */
  readonly checkpoints: readonly Checkpoint[];
  /** Objects that are listed in lines before this one are not read again. @default - all are read */
  readonly resumeAt?: number;
  /** Objects listed before this may have expired; unix milliseconds. @default - none expires */
  readonly expiredBeforeMs?: number;
  /**
   * Whether objects were stored before there were lines: those of the time before the first line are counted, and no
   * finding. @default false
   */
  readonly beganLater?: boolean;
  readonly onFinding: (finding: ChainFinding) => void;
}

/** Receives how many lines were read and objects compared so far. */
type OnProgress = (lines: number, objects: number) => void;

/** What an audit has checked. */
export interface ChainStock {
  readonly head: ManifestHead;
  readonly lines: number;
  /** Objects that were compared with their listing. */
  readonly objects: number;
  readonly bytes: number;
  /** Objects that are gone because their retention has ended. */
  readonly expired: number;
  /** Objects that were left out, because an earlier start has read them. */
  readonly leftOut: number;
  /** Objects that were stored before there were lines. */
  readonly older: number;
}

/** What both chains have together, and of that what is of alerts. */
export interface ArchiveStock extends ChainStock {
  /** Absent if there are none. */
  readonly alerts?: ChainStock;
}

/** An object below the prefix of the lines. */
interface StoredLine {
  readonly key: string;
  /** Absent if the object is gone since its key was read. */
  readonly bytes?: Uint8Array;
}

/** An object, and the line that lists it. */
interface Listing {
  readonly object: ManifestObject;
  readonly line: ManifestLine;
}

/**
 * Checks a source's manifest from its first line to its last, and reads every object it lists. Keeps the archive's keys
 * in memory, some hundred bytes each.
 */
export class ChainAudit {
  private readonly check: ChainCheck;
  private readonly breaks: RecordedBreaks;
  private readonly counted: CountedPages;
  /** When each object was stored that no line lists so far. */
  private readonly unlisted = new Map<string, number>();
  private readonly listed = new Set<string>();
  /** Lines of the objects that are being read, in their order. */
  private readonly beingRead: number[] = [];
  private lastBegun = 1;
  /** Whether lines are missing or altered: then they do not list what was counted. */
  private isDamaged = false;
  private firstWrittenAt?: string;
  private lines = 0;
  private objects = 0;
  private bytes = 0;
  private expired = 0;
  private leftOut = 0;

  constructor(
    private readonly bucket: ListedBucket,
    private readonly options: ChainAuditOptions,
  ) {
    this.breaks = new RecordedBreaks(options.anchors.map(({ number }) => number));
    this.check = new ChainCheck(options, options.anchors, this.breaks);
    this.counted = new CountedPages(options.checkpoints);
  }

  /** How many lines there should be. */
  get knownLines(): number {
    return Math.max(0, ...this.options.anchors.map(({ number }) => number));
  }

  /** The first line with objects that are not read yet. */
  get reached(): number {
    return this.beingRead[0] ?? this.lastBegun;
  }

  /** Notes the objects before the lines are read: what is stored later is left to the next audit. */
  async noteObjects(): Promise<number> {
    for await (const { key, storedAtMs } of this.bucket.objects()) this.unlisted.set(key, storedAtMs);
    return this.unlisted.size;
  }

  /** Follows the chain. Reads lines one page of keys ahead: a later line says which earlier objects are foreign. */
  async run(onProgress: OnProgress): Promise<ChainStock> {
    let waiting: readonly StoredLine[] = [];
    for await (const keys of this.bucket.lineKeys()) {
      const read = await this.readLines(keys);
      await this.followLines(waiting, onProgress);
      waiting = read;
    }
    await this.followLines(waiting, onProgress);
    this.check.end();
    this.reportFindings();
    if (!this.isDamaged) for (const finding of this.counted.findings()) this.options.onFinding(finding);
    let older = 0;
    for (const [key, storedAtMs] of this.unlisted)
      if (storedAtMs < this.beganAtMs) older++;
      else this.options.onFinding({ kind: 'unlisted', key, detail: 'no line lists it' });
    const { lines, objects, bytes, expired, leftOut } = this;
    return { head: this.check.head, lines, objects, bytes, expired, leftOut, older };
  }

  private async readLines(keys: readonly string[]): Promise<readonly StoredLine[]> {
    const texts = await inParallel(keys, LINES_AT_ONCE, (key) => this.bucket.read(key));
    const lines = keys.map((key, place) => ({ key, bytes: texts[place] }));
    this.breaks.note(
      lines.flatMap(({ key, bytes }) => {
        const number = this.numberOf(key);
        return number === undefined || bytes === undefined ? [] : [{ number, line: readManifestLine(bytes) }];
      }),
    );
    return lines;
  }

  private async followLines(lines: readonly StoredLine[], onProgress: OnProgress): Promise<void> {
    const listings = lines.flatMap((line) => this.follow(line));
    this.reportFindings();
    const tell = (): void => onProgress(this.lines, this.objects + this.leftOut);
    tell();
    await inParallel(listings, OBJECTS_AT_ONCE, async (listing) => {
      await this.compare(listing);
      tell();
    });
  }

  private follow({ key, bytes }: StoredLine): Listing[] {
    if (bytes === undefined) return []; // gone since its key was read: the chain will have a gap
    const number = this.numberOf(key);
    if (number === undefined) {
      this.options.onFinding({ kind: 'no line', key, detail: 'its name is not the number of a line' });
      return [];
    }
    if (this.breaks.of(number) === undefined) this.lines++;
    const line = this.check.next(number, bytes);
    if (line === undefined) return [];
    this.firstWrittenAt ??= line.writtenAt;
    this.counted.add(line);
    return line.objects.map((object) => ({ object, line }));
  }

  /** The clocks of S3 and of functions may differ, and a function of the version before may still have been at work. */
  private get beganAtMs(): number {
    if (this.options.beganLater !== true) return Number.NEGATIVE_INFINITY;
    const { firstWrittenAt } = this;
    return firstWrittenAt === undefined ? Infinity : Date.parse(firstWrittenAt) + CLOCKS_DIFFER_MS;
  }

  private numberOf(key: string): number | undefined {
    const { feed, sourceId } = this.options;
    const number = Number.parseInt(key.slice(manifestPrefix(feed, sourceId).length), 10);
    return number > 0 && manifestKey(feed, sourceId, number) === key ? number : undefined;
  }

  private async compare({ object, line }: Listing): Promise<void> {
    if (this.listed.has(object.key))
      this.options.onFinding({
        kind: 'listed twice',
        key: object.key,
        detail: `line ${line.number} lists it again`,
      });
    this.listed.add(object.key);
    const isThere = this.unlisted.delete(object.key);
    if (isThere && line.number < (this.options.resumeAt ?? 1)) {
      this.leftOut++;
      return;
    }
    const state = await this.read(object, line.number);
    if (state.kind === 'removed' && hasExpired(line, this.options.expiredBeforeMs)) {
      this.expired++;
      return;
    }
    this.objects++;
    this.bytes += object.bytes;
    const where = `listed in line ${line.number}`;
    if (state.kind === 'removed')
      this.options.onFinding({ kind: 'removed', key: object.key, detail: `${where}, and not there` });
    if (state.kind === 'altered')
      this.options.onFinding({ kind: 'altered', key: object.key, detail: `${where}: ${state.detail}` });
  }

  /** If it fails, the line stays among those that are being read: that is where to go on. */
  private async read(object: ManifestObject, line: number): Promise<ObjectState> {
    this.lastBegun = line;
    this.beingRead.push(line);
    const state = await this.bucket.stateOf(object);
    this.beingRead.splice(this.beingRead.indexOf(line), 1);
    return state;
  }

  private reportFindings(): void {
    for (const finding of this.check.findings.splice(0)) {
      if (finding.kind !== 'recorded break') this.isDamaged = true;
      this.options.onFinding(finding);
    }
  }
}
