import type { Checkpoint } from '../../../lambdas/contract/storage/checkpoint-table';
import { formatAge, formatBytes, formatCount, formatDuration } from '../../format/quantities';
import type { Collection } from './collection';

/** Name, this run, and since the beginning if that is known. */
type Row = readonly [name: string, thisRun: string, inArchive: string];

/**
 * The table that an operator reads after a start.
 * @param checkpoint holds the totals since the beginning
 * @returns one string per line, the heading first
 */
export function reportTable(collection: Collection, checkpoint: Checkpoint | undefined): readonly string[] {
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
