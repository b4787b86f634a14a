/** Partition key of the checkpoint table; there is no sort key. */
export const CHECKPOINT_KEY = 'streamId';

/** The attribute every write is conditional on. */
export const CHECKPOINT_VERSION = 'version';

/** Key of a source's audit stream. */
export function auditStreamId(sourceId: string): string {
  return `${sourceId}#audit`;
}
