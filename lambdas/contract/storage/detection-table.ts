/** Partition key of the table that keeps the groups' states; there is no sort key. */
export const DETECTION_KEY = 'groupId';

/** The attribute every write is conditional on; it counts the writes of an item. */
export const DETECTION_VERSION = 'version';

/** The attribute DynamoDB deletes items by, unix seconds (Amazon DynamoDB Developer Guide, "Time to live"). */
export const DETECTION_EXPIRY = 'expiresAtS';

/** The group's state: its JSON, compressed with gzip. */
export const DETECTION_STATE = 'state';
