import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

/** Where one index stands. Times are unix seconds, positions count visible events. */
export interface IndexCursor {
  /** The next event to deliver. */
  readonly position: number;
  /** Start of the window that the next page covers. */
  readonly windowStartS: number;
  /** The `timestamp_hwm` answered last. */
  readonly watermarkS: number;
  /** Set while an epoch call is not yet resolved into a position, which takes until that time has come. */
  readonly seeksS?: number;
  /** The page delivered last, which `resend` repeats. */
  readonly lastPage: { readonly from: number; readonly to: number; readonly windowStartS: number };
  /** Unix milliseconds. */
  readonly lastUsedMs: number;
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
    hasNumbers(value, ['position', 'windowStartS', 'watermarkS', 'lastUsedMs']) &&
    (value.seeksS === undefined || typeof value.seeksS === 'number') &&
    isObject(value.lastPage) &&
    hasNumbers(value.lastPage, ['from', 'to', 'windowStartS'])
  );
}

function hasNumbers(value: Record<string, unknown>, names: readonly string[]): boolean {
  return names.every((name) => typeof value[name] === 'number');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
