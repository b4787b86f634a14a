import { AwsError, notImplemented } from './aws-error';

/** Longest key in UTF-8 bytes (Amazon S3 user guide, "Naming Amazon S3 objects"). */
const MAX_KEY_BYTES = 1024;
/** Longest file name of the file systems in use (POSIX NAME_MAX on Linux and macOS). */
const MAX_SEGMENT_BYTES = 255;

/** Rules of the Amazon S3 user guide, "General purpose bucket naming rules"; they make a name safe as a folder. */
const BUCKET_NAME = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** @throws AwsError InvalidBucketName when S3 would not create a bucket of that name. */
export function checkBucketName(bucket: string): void {
  if (!BUCKET_NAME.test(bucket) || bucket.includes('..') || /^\d+(\.\d+){3}$/.test(bucket)) {
    throw new AwsError(400, 'InvalidBucketName', 'The specified bucket is not valid.');
  }
}

/**
 * Keys are file paths here, so that a person can open an object. S3 takes more keys than a folder can hold; those are
 * refused in memory as well, so that a program that passes a test also runs with a folder.
 * @throws AwsError KeyTooLongError, or NotImplemented for a key that is not a plain relative path.
 */
export function checkKey(key: string): void {
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) {
    throw new AwsError(
      400,
      'KeyTooLongError',
      `Your key is too long: expected at most ${MAX_KEY_BYTES} bytes.`,
    );
  }
  if (/\p{Cc}|\\/u.test(key)) {
    throw notImplemented(`keys with control characters or backslashes: ${JSON.stringify(key)}`);
  }
  for (const segment of key.split('/')) {
    if (segment === '' || segment === '.' || segment === '..') {
      throw notImplemented(`keys with the path segment '${segment}': ${JSON.stringify(key)}`);
    }
    if (Buffer.byteLength(segment) > MAX_SEGMENT_BYTES) {
      throw notImplemented(`keys with a path segment above ${MAX_SEGMENT_BYTES} bytes`);
    }
  }
}
