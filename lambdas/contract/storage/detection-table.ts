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

/** Key of the item with the mutes of the deployment. No rule has such an id, so no group does. */
export const MUTES_ID = '#mutes';
