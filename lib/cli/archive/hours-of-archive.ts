import { hourOf } from '../../../lambdas/contract/storage/archive-layout';
import type { DetectionRange } from '../detect/detection-range';
import type { ArchiveObjects } from './archive-objects';
import { notFromCollector } from './archive-objects';

/** One hour that has events. */
export interface HourOfArchive {
  /** Whole hours since 1970. */
  readonly hour: number;
  readonly keys: readonly string[];
}

/**
 * The hours that have events, oldest first, from the start of the learning period to the end of the range.
 * @throws OperatorError if a key of the archive belongs to no hour
 */
export async function hoursOfArchive(
  archive: ArchiveObjects,
  { learnFromHour, endHour }: Pick<DetectionRange, 'learnFromHour' | 'endHour'>,
): Promise<HourOfArchive[]> {
  const keysByHour = new Map<number, string[]>();
  for (const key of await archive.keysFrom(learnFromHour)) {
    const hour = hourOfKey(key);
    if (hour >= endHour) break;
    const keys = keysByHour.get(hour);
    if (keys === undefined) keysByHour.set(hour, [key]);
    else keys.push(key);
  }
  return [...keysByHour].map(([hour, keys]) => ({ hour, keys }));
}

function hourOfKey(key: string): number {
  const [, day, hour] = /\/dt=(\d{4}-\d\d-\d\d)\/hour=(\d\d)\//.exec(key) ?? [];
  const epochMs = Date.parse(`${day}T${hour}:00:00Z`);
  if (Number.isNaN(epochMs)) throw notFromCollector(`Object ${key}`, 'lies in no hour');
  return hourOf(epochMs / 1000);
}
