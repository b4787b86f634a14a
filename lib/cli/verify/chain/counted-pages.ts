import { walkOf } from '../../../../lambdas/collector/core/protocol/checkpoint';
import type { Checkpoint } from '../../../../lambdas/contract/storage/checkpoint-table';
import type { ManifestLine } from '../../../../lambdas/contract/storage/manifest';
import type { ChainFinding, ChainFindingKind } from './chain-check';

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

/** The lines of one stream, up to the newest one that its checkpoint knows: the next page counts those after it. */
class StreamPages {
  private events = 0;
  private newestPage = 0;
  private hasLastAdvance = false;

  constructor(private readonly checkpoint: Checkpoint) {}

  add({ number, indexName, sequence, objects }: ManifestLine): void {
    const { manifest, lastAdvance } = this.checkpoint;
    if (indexName !== this.checkpoint.indexName || number > (manifest?.number ?? 0)) return;
    for (const { events } of objects) this.events += events;
    this.newestPage = Math.max(this.newestPage, sequence);
    if (sequence === lastAdvance?.sequence) this.hasLastAdvance = true;
  }

  findings(): ChainFinding[] {
    const { totals, abandoned, sequence, lastAdvance } = this.checkpoint;
    const counted = totals.archived + totals.quarantined;
    const events = `the checkpoint has counted ${counted} events; the lines of its pages list ${this.events}`;
    // A page of the past may have no line, because the live feed has stored its events.
    const lacksPage =
      lastAdvance !== undefined && !this.hasLastAdvance && walkOf(this.checkpoint) === undefined;
    return [
      ...this.findingIf(this.events < counted, 'events missing', events),
      // What an abandoned page has stored is listed; it is counted when it is delivered again.
      ...this.findingIf(this.events > counted && abandoned === undefined, 'events added', events),
      ...this.findingIf(lacksPage, 'page missing', `no line is of page ${lastAdvance?.sequence}`),
      ...this.findingIf(
        this.newestPage > sequence,
        'page added',
        `the checkpoint has come to page ${sequence}; a line is of page ${this.newestPage}`,
      ),
    ];
  }

  private findingIf(isFound: boolean, kind: ChainFindingKind, detail: string): ChainFinding[] {
    return isFound ? [{ kind, key: this.checkpoint.streamId, detail }] : [];
  }
}
