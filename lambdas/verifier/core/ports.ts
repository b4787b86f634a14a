import type { ManifestObject } from '../../contract/storage/manifest';
import type { Verification } from '../../contract/storage/verification';
import type { ObjectState } from './object-state';

/** Lines and objects of one source. What cannot be read is a failure: only what is not there is gone. */
export interface ListedArchive {
  /** @returns undefined if there is no such line. @throws ArchiveError */
  readLine(number: number): Promise<Uint8Array | undefined>;
  /** @throws ArchiveError */
  stateOf(object: ManifestObject): Promise<ObjectState>;
}

/** Remembers how far a source is verified. */
export interface VerificationMemory {
  remember(verification: Verification): Promise<void>;
}
