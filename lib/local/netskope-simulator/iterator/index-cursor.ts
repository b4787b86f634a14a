import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Place } from './walk';

/** The position of one index. Times are unix seconds. */
export interface IndexCursor {
  /** Everything after it is still to be delivered. */
  readonly place: Place;
  /** Start of the window that the next page covers. */
  readonly windowStartS: number;
  /** How far the cursor has come in time. */
  readonly reachedS: number;
  /** The newest event time so far, or the start if that is later. */
  readonly newestSoFarS: number;
  /** The `timestamp_hwm` answered last. */
  readonly watermarkS: number;
  /** Set while an epoch call is not yet resolved into a place, which happens only once that time has come. */
  readonly seeksS?: number;
  /** The page delivered last, which `resend` repeats. */
  readonly lastPage: LastPage;
  /** Unix milliseconds. */
  readonly lastUsedMs: number;
}

/** A page as a section of the order: the events after `from`, up to and including `to`. */
export interface LastPage {
  readonly from: Place;
  readonly to: Place;
  /** How many events were visible when the page was made: later ones between `from` and `to` are not in it. */
  readonly knownEvents: number;
  readonly windowStartS: number;
}

/**
 * Reads the cursors of every index, by index name; none if there is no file.
 * @throws Error if the file is there but does not hold cursors.
 */
export function loadCursors(path: string): Map<string, IndexCursor> {
  if (!existsSync(path)) return new Map();
  const stored: unknown = JSON.parse(readFileSync(path, 'utf8'));
  const cursors = new Map<string, IndexCursor>();
  for (const [index, cursor] of Object.entries(isObject(stored) ? stored : {})) {
    if (!isIndexCursor(cursor)) {
      throw new Error(`${path}: index ${index} is ${JSON.stringify(cursor)}; expected a stored cursor`);
    }
    cursors.set(index, cursor);
  }
  return cursors;
}

/** Replaces the file as a whole, so that a simulator killed while writing leaves the old one. */
export function saveCursors(path: string, cursors: ReadonlyMap<string, IndexCursor>): void {
  const partial = `${path}.partial`;
  writeFileSync(partial, JSON.stringify(Object.fromEntries(cursors)));
  renameSync(partial, path);
}

function isIndexCursor(value: unknown): value is IndexCursor {
  return (
    isObject(value) &&
    isPlace(value.place) &&
    hasNumbers(value, ['windowStartS', 'reachedS', 'newestSoFarS', 'watermarkS', 'lastUsedMs']) &&
    (value.seeksS === undefined || typeof value.seeksS === 'number') &&
    isObject(value.lastPage) &&
    isPlace(value.lastPage.from) &&
    isPlace(value.lastPage.to) &&
    hasNumbers(value.lastPage, ['knownEvents', 'windowStartS'])
  );
}

function isPlace(value: unknown): value is Place {
  return isObject(value) && hasNumbers(value, ['timeS', 'number']);
}

function hasNumbers(value: Record<string, unknown>, names: readonly string[]): boolean {
  return names.every((name) => typeof value[name] === 'number');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
