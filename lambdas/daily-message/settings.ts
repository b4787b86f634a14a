import { WatchEnvVar } from '../contract/deployment/environment';
import type { WatchSettings } from '../shared/watch-settings';
import { parseWatchSettings } from '../shared/watch-settings';

/** The function's validated settings. */
export interface Settings extends WatchSettings {
  /** Bucket of the heads. */
  readonly archiveBucket: string;
  /** ARN of the key that signs the heads. @default - they are not signed */
  readonly signingKey?: string;
  /** Whether the deployment verifies its archive. */
  readonly isVerified: boolean;
}

/** @throws ConfigError with every problem at once */
export function parseSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  return parseWatchSettings(environment, (text) => ({
    archiveBucket: text(WatchEnvVar.ArchiveBucket, 'a bucket name'),
    signingKey: environment[WatchEnvVar.SigningKey] || undefined,
    isVerified: environment[WatchEnvVar.SelfVerification] === 'true',
  }));
}
