import type { ManifestHead } from './manifest';

/** Partition key of the table that keeps the states of groups and of outboxes, and the mutes; there is no sort key. */
export const DETECTION_KEY = 'groupId';

/** The attribute every write is conditional on; it counts the writes of an item. */
export const DETECTION_VERSION = 'version';

/** The attribute DynamoDB deletes items by, unix seconds (Amazon DynamoDB Developer Guide, "Time to live"). */
export const DETECTION_EXPIRY = 'expiresAtS';

/** The state: its JSON, compressed with gzip. */
export const DETECTION_STATE = 'state';

/**
 * The index of the items that are due at some time: a window to be closed, a message to be sent. Items that wait for
 * nothing are not in it, because they have neither of its keys.
 */
export const DUE_INDEX = 'due';
/** Its partition key, which always has the same value, `DUE`. */
export const DUE_KEY = 'waitsFor';
export const DUE = 'time';
/** Its sort key: when, unix seconds. */
export const DUE_AT = 'dueAtS';

const OUTBOX_PREFIX = '#outbox#';

/**
 * Key of the item with what a source has to send, and the head of the chain that lists its alerts. No rule has such an
 * id, so no group does.
 */
export function outboxId(sourceId: string): string {
  return `${OUTBOX_PREFIX}${sourceId}`;
}

/** @returns undefined for the id of a group */
export function sourceOfOutbox(id: string): string | undefined {
  return id.startsWith(OUTBOX_PREFIX) ? id.slice(OUTBOX_PREFIX.length) : undefined;
}

/** The part of an outbox that functions besides the detector read. */
export interface OutboxWithChain {
  readonly chain?: AlertChain;
}

/** What is known of the chain of lines that list a source's alerts. */
export interface AlertChain {
  /** The newest line; absent before the first one. */
  readonly head?: ManifestHead;
  /** Alerts that may stand in no line. */
  readonly open: readonly OpenAlert[];
}

export interface OpenAlert {
  /** Key of its object, which may not be written yet. */
  readonly key: string;
  /** Until then the detector that writes it is at work, unix seconds. */
  readonly untilS: number;
}

/** Key of the item with the mutes of the deployment. No rule has such an id, so no group does. */
export const MUTES_ID = '#mutes';
