/**
 * The errors of the detector. Each says who acts next. Names are literals because the bundle is minified. Messages hold
 * what happened, the value received and what was expected; never the content of an event.
 */
abstract class DetectorError extends Error {
  abstract override readonly name: string;
}

/** The function's settings or its input are wrong; all problems at once. Acts next: whoever deploys. */
export class ConfigError extends DetectorError {
  override readonly name = 'ConfigError';
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

/** An archived object could not be read, or is no gzip NDJSON. Acts next: whoever owns bucket, key and policy. */
export class ArchiveError extends DetectorError {
  override readonly name = 'ArchiveError';
}

/** The state of a group could not be read or written. Acts next: whoever owns the table. */
export class GroupStateError extends DetectorError {
  override readonly name = 'GroupStateError';
}

/** An alert could not be stored or published. Acts next: whoever owns bucket and topic. */
export class AlertError extends DetectorError {
  override readonly name = 'AlertError';
}

/** CloudWatch refused the metrics, which are lost; alerts are not. Acts next: IAM, quota. */
export class MetricsError extends DetectorError {
  override readonly name = 'MetricsError';
}

/**
 * A part of an object could not be judged, and the rest was. Delivered again, the object raises what is missing, and
 * nothing twice. Acts next: whoever finds it in the dead-letter queue.
 */
export class UnfinishedObjectError extends DetectorError {
  override readonly name = 'UnfinishedObjectError';
  constructor(
    objectKey: string,
    readonly problems: readonly string[],
    options?: ErrorOptions,
  ) {
    super(
      `object ${objectKey} was judged but for ${problems.length} problems: ${problems.slice(0, MAX_TOLD).join('; ')}`,
      options,
    );
  }
}

/** Problems that a message names; the log has more. */
const MAX_TOLD = 5;

/** Nothing of a batch worked. Acts next: see its cause. */
export class BatchError extends DetectorError {
  override readonly name = 'BatchError';
}
