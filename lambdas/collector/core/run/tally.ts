import type { RunSummary } from '../../../contract/deployment/collector-event';
import type { Totals } from '../../../contract/storage/checkpoint-table';
import type { ManifestObject } from '../../../contract/storage/manifest';
import { addTotals, NO_TOTALS } from '../protocol/checkpoint';
import type { StoredPage } from '../protocol/commit-page';

/** What a run has counted on one stream. */
export type Counts = Pick<
  RunSummary,
  | 'pages'
  | 'archived'
  | 'quarantined'
  | 'drifted'
  | 'duplicatesDropped'
  | 'editions'
  | 'conflictingIds'
  | 'drift'
  | 'bytesIn'
  | 'bytesOut'
>;

export const NO_COUNTS: Counts = {
  pages: 0,
  ...NO_TOTALS,
  duplicatesDropped: 0,
  editions: 0,
  conflictingIds: 0,
  drift: {},
  bytesIn: 0,
  bytesOut: 0,
};

/** Counts what a run does on one stream. */
export class Tally {
  private counted = NO_COUNTS;

  get counts(): Counts {
    return this.counted;
  }

  /** @param totals what the page added to the stream's totals */
  addPage({ validated, alreadyStored, bytesIn, bytesOut }: StoredPage, totals: Totals): void {
    const { pages, duplicatesDropped, editions, conflictingIds, ...sums } = this.counted;
    const { editions: moreEditions = 0, conflicting = 0, ...more } = totals;
    const drift = { ...sums.drift };
    for (const { index, drift: names } of validated.accepted) {
      if (alreadyStored.earlier.has(index)) continue;
      for (const name of names) drift[name] = (drift[name] ?? 0) + 1;
    }
    this.counted = {
      pages: pages + 1,
      ...addTotals(sums, more),
      duplicatesDropped: duplicatesDropped + validated.repeated + alreadyStored.earlier.size,
      editions: editions + moreEditions,
      conflictingIds: conflictingIds + conflicting,
      drift,
      bytesIn: sums.bytesIn + bytesIn,
      bytesOut: sums.bytesOut + bytesOut,
    };
  }

  /** A page that was given up; what is kept of it counts as quarantined. */
  addGivenUpPage(bytesIn: number, kept: readonly ManifestObject[]): void {
    const { counted } = this;
    this.counted = {
      ...counted,
      pages: counted.pages + 1,
      quarantined: counted.quarantined + kept.length,
      bytesIn: counted.bytesIn + bytesIn,
      bytesOut: kept.reduce((sum, { bytes }) => sum + bytes, counted.bytesOut),
    };
  }
}
