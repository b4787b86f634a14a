import { walkOf } from '../../../../lambdas/collector/core/protocol/checkpoint';
import type { Checkpoint } from '../../../../lambdas/contract/storage/checkpoint-table';
import type { ManifestLine } from '../../../../lambdas/contract/storage/manifest';
import type { ChainFinding, ChainFindingKind } from '../../../../lambdas/verifier/core/chain-check';

/**
 * Holds the lines against what the checkpoints of the source's streams have counted. A chain that was cut off still fits
 * together, and its head in a checkpoint can be set back; but it lists fewer events than were counted. A page number may
 * be left out: a page without events mostly has no line.
 */
export class CountedPages {
  private readonly streams: readonly StreamPages[];

  constructor(checkpoints: readonly Checkpoint[]) {
    this.streams = checkpoints.map((checkpoint) => new StreamPages(checkpoint));
  }

  /** To be called once for each line of the chain. */
  add(line: ManifestLine): void {
    for (const stream of this.streams) stream.add(line);
  }

  /** To be called after the last line. */
  findings(): ChainFinding[] {
    return this.streams.flatMap((stream) => stream.findings());
  }
}

/** The lines of one stream. Those after the newest one that its checkpoint knows are not counted yet. */
class StreamPages {
  private events = 0;
  private knownEvents = 0;
  private newestKnownPage = 0;
  private hasLastAdvance = false;

  constructor(private readonly checkpoint: Checkpoint) {}

  add({ number, indexName, sequence, objects }: ManifestLine): void {
    const { manifest, lastAdvance } = this.checkpoint;
    if (indexName !== this.checkpoint.indexName) return;
    const events = objects.reduce((sum, object) => sum + object.events, 0);
    this.events += events;
    if (sequence === lastAdvance?.sequence) this.hasLastAdvance = true;
    if (number > (manifest?.number ?? 0)) return;
    this.knownEvents += events;
    this.newestKnownPage = Math.max(this.newestKnownPage, sequence);
  }

  findings(): ChainFinding[] {
    const { totals, abandoned, sequence, lastAdvance } = this.checkpoint;
    const counted = totals.archived + totals.quarantined;
    // What an abandoned page has stored is listed; it is counted when it is delivered again.
    const isMore = this.knownEvents > counted && abandoned === undefined;
    // A page of the past may have no line, because the live feed has stored its events.
    const lacksPage =
      lastAdvance !== undefined && !this.hasLastAdvance && walkOf(this.checkpoint) === undefined;
    return [
      ...this.findingIf(this.events < counted, 'events missing', eventsDetail(counted, this.events)),
      ...this.findingIf(isMore, 'events added', eventsDetail(counted, this.knownEvents)),
      ...this.findingIf(
        lacksPage,
        'page missing',
        `the checkpoint knows events of page ${lastAdvance?.sequence}; no line is of that page`,
      ),
      ...this.findingIf(
        this.newestKnownPage > sequence,
        'page added',
        `the checkpoint has come to page ${sequence}; a line is of page ${this.newestKnownPage}`,
      ),
    ];
  }

  private findingIf(isFound: boolean, kind: ChainFindingKind, detail: string): ChainFinding[] {
    return isFound ? [{ kind, key: this.checkpoint.streamId, detail }] : [];
  }
}

function eventsDetail(counted: number, listed: number): string {
  return `the checkpoint has counted ${counted} events; the lines of its pages list ${listed}`;
}
