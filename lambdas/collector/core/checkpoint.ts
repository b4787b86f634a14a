import { randomBytes } from 'node:crypto';

import type { Checkpoint, Totals } from '../../contract/checkpoint-table';

export const NO_TOTALS: Totals = { archived: 0, quarantined: 0, drifted: 0 };

/** A stream that nobody has collected yet. It is version 0, which means: not stored. */
export function newCheckpoint(streamId: string, sourceId: string, startEpochS: number): Checkpoint {
  return {
    streamId,
    indexName: `${sourceId}-${randomBytes(INDEX_SUFFIX_BYTES).toString('hex')}`,
    phase: 'unstarted',
    startEpochS,
    sequence: 0,
    caughtUp: false,
    totals: NO_TOTALS,
    announced: NO_TOTALS,
    version: 0,
  };
}

/** Two deployments that share an index get every other page each, so a name must never be met twice. */
const INDEX_SUFFIX_BYTES = 8;

export function addTotals(one: Totals, other: Totals): Totals {
  return {
    archived: one.archived + other.archived,
    quarantined: one.quarantined + other.quarantined,
    drifted: one.drifted + other.drifted,
  };
}

export function subtractTotals(from: Totals, what: Totals): Totals {
  return addTotals(from, {
    archived: -what.archived,
    quarantined: -what.quarantined,
    drifted: -what.drifted,
  });
}
