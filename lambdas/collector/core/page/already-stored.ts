import type { Totals } from '../../../contract/storage/checkpoint-table';
import type { ManifestObject } from '../../../contract/storage/manifest';

/** What became of the events of a compared page that were already there. */
export interface AlreadyStored {
  /** Events (their indexes in the page) that an earlier page brought: duplicates. */
  readonly earlier: ReadonlySet<number>;
  /** Events that an unfinished attempt at this very page brought: stored, but counted nowhere yet. */
  readonly unfinished: ReadonlySet<number>;
  /** Events whose `_id` is held with other content. */
  readonly conflicting: ReadonlySet<number>;
  /** Hours of the archive in which no object was found. */
  readonly emptyHours: ReadonlySet<number>;
  /** Objects of attempts at this page, whatever they hold, and of pages that were given up: neither counted nor listed yet. */
  readonly uncounted: readonly UncountedObject[];
  /** Keys of objects in the searched places that the collector has not written. */
  readonly foreign: readonly string[];
}

/** What an unfinished attempt has left behind. */
export interface UncountedObject {
  readonly object: ManifestObject;
  /** When it was stored, unix milliseconds. */
  readonly storedAtMs: number;
  /** All events of the object, whether the page has them or not: a page may have shrunk since. */
  readonly totals: Totals;
}
