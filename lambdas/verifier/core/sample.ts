import { createHash } from 'node:crypto';
import type { ManifestHead } from '../../contract/storage/manifest';

const DAYS_OF_A_WEEK = 7;

/** A hundredth of the lines is read again each week, within these limits. */
const SHARE = 0.01;
const FEWEST = 10;
const MOST = 500;

/**
 * The older lines that are read again on a day. Each source has one day of the week. The choice follows from the day and
 * the newest hash: nobody knows it before that line is written.
 * @param day UTC, `2026-11-22`
 * @returns ascending, each once; empty on other days
 */
export function sampledLines(sourceId: string, day: string, { number, sha256 }: ManifestHead): number[] {
  const daysSince1970 = Date.parse(day) / 86_400_000;
  if (number === 0 || daysSince1970 % DAYS_OF_A_WEEK !== hashOf(sourceId) % DAYS_OF_A_WEEK) return [];
  const count = Math.min(number, MOST, Math.max(FEWEST, Math.ceil(number * SHARE)));
  const drawn = Array.from(
    { length: count },
    (_, place) => 1 + (hashOf(`${day} ${sha256} ${place}`) % number),
  );
  return [...new Set(drawn)].sort((one, other) => one - other);
}

/** 48 bits of a text's SHA-256. */
function hashOf(text: string): number {
  return createHash('sha256').update(text).digest().readUIntBE(0, 6);
}
