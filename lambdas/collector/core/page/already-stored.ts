import type { Totals } from '../../../contract/storage/checkpoint-table';
import type { LeftObject } from '../../../shared/manifest';
import type { Standing } from './same-event';

/** Which events of a compared page are already stored. Events are given by their indexes in the page. */
export interface AlreadyStored {
  /** Events that an earlier page delivered: duplicates. */
  readonly earlier: ReadonlySet<number>;
  /** Events that an unfinished attempt at this page stored. They are not counted yet. */
  readonly unfinished: ReadonlySet<number>;
  /** What the other events are whose `_id` is stored. */
  readonly standings: ReadonlyMap<number, Standing>;
  /** Hours of the archive in which no object was found. */
  readonly emptyHours: ReadonlySet<number>;
  /** Objects of unfinished attempts at this page and of abandoned pages, whatever their events; not counted yet. */
  readonly uncounted: readonly UncountedObject[];
  /** Keys of objects in the searched partitions that the collector did not write. */
  readonly foreign: readonly string[];
}

/** One of an unfinished attempt at a page. */
export interface UncountedObject extends LeftObject {
  /** Counts of all its events, including those that the page no longer has. */
  readonly totals: Totals;
  /** When its archived events happened, unix seconds, without those that are later editions. */
  readonly timestampsS: readonly number[];
}
