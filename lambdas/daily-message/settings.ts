import { WatchEnvVar } from '../contract/deployment/environment';
import { ConfigError } from '../shared/errors';
import type { WatchSettings } from '../shared/watch-settings';
import { parseWatchSettings } from '../shared/watch-settings';

/** The function's validated settings. */
export interface Settings extends WatchSettings {
  /** Bucket of the heads. */
  readonly archiveBucket: string;
}

/** @throws ConfigError with every problem at once */
export function parseSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  return parseWatchSettings(environment, (text) => ({
    archiveBucket: text(WatchEnvVar.ArchiveBucket, 'a bucket name'),
  }));
}

/**
 * The ids of the sources in the schedule's input; of a fleet none.
 * @throws ConfigError if something else invoked the function
 */
export function parseInput(event: unknown): readonly string[] | 'fleet' {
  const { sourceIds, fleet } = (event ?? {}) as { readonly sourceIds?: unknown; readonly fleet?: unknown };
  if (fleet === true) return 'fleet';
  if (Array.isArray(sourceIds) && sourceIds.every((id) => typeof id === 'string')) return sourceIds;
  throw new ConfigError(['input has no sourceIds; expected a list of source ids']);
}
