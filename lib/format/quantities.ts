const COUNT = new Intl.NumberFormat('en-US');

/** A count with thousands separators: `30,000`. */
export function formatCount(count: number): string {
  return COUNT.format(count);
}

/** A count with its noun: `1 event`, `1,234 events`. The plural is made with an s. */
export function countOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

const BYTE_UNITS = ['kB', 'MB', 'GB', 'TB'] as const;

/** Bytes in decimal units: `999 B`, `1.2 kB`, `34.5 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  let value = bytes;
  let unit: string = 'B';
  for (const next of BYTE_UNITS) {
    if (value < 999.95) break;
    value /= 1000;
    unit = next;
  }
  return `${value.toFixed(1)} ${unit}`;
}

/** How long something took: `0.4 s`, `12.0 s`, then as an age. */
export function formatDuration(durationMs: number): string {
  const tenths = Math.round(durationMs / 100);
  return tenths < 600 ? `${(tenths / 10).toFixed(1)} s` : formatAge(Math.round(durationMs / 1000));
}

/** How old something is, coarser as it grows: `12 s`, `3 min 05 s`, `2 h 10 min`, `3 d 04 h`. */
export function formatAge(ageS: number): string {
  if (ageS < 60) return `${ageS} s`;
  if (ageS < 3600) return pair(ageS, { size: 60, large: 'min', small: 's' });
  const minutes = Math.round(ageS / 60);
  if (minutes < 24 * 60) return pair(minutes, { size: 60, large: 'h', small: 'min' });
  return pair(Math.round(minutes / 60), { size: 24, large: 'd', small: 'h' });
}

/** For example `3 min 00 s ago`; a time ahead of `nowMs` is now. */
export function formatAgo(epochMs: number, nowMs: number): string {
  return `${formatAge(Math.max(0, Math.round((nowMs - epochMs) / 1000)))} ago`;
}

/** UTC to the minute: `2026-11-22 10:08 UTC`. */
export function formatMinute(epochS: number): string {
  return `${new Date(epochS * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function pair(
  value: number,
  { size, large, small }: { readonly size: number; readonly large: string; readonly small: string },
): string {
  return `${Math.floor(value / size)} ${large} ${String(value % size).padStart(2, '0')} ${small}`;
}
