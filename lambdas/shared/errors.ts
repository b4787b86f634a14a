/**
 * An error whose type says who acts next. Names are literals because the bundle is minified. Messages say what
 * happened, what was received and what was expected; never a token, a whole request, or the content of an event.
 */
export abstract class NamedError extends Error {
  abstract override readonly name: string;
}

/** The function's settings or its input are wrong; all problems at once. Acts next: the person who deploys. */
export class ConfigError extends NamedError {
  override readonly name = 'ConfigError';
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

/**
 * The bucket refused a read or a write after the SDK's retries, or an archived object is not gzip NDJSON. Acts next:
 * the owner of bucket, key and policy.
 */
export class ArchiveError extends NamedError {
  override readonly name = 'ArchiveError';
}

/** What is stored has a format that only a later version knows. Acts next: the person who deploys. */
export class NewerFormatError extends NamedError {
  override readonly name = 'NewerFormatError';
}

/**
 * CloudWatch refused the metrics. Events and alerts are safe. The collector's next run sends its counts again; the
 * detector's count of alerts is lost. Acts next: IAM, quota.
 */
export class MetricsError extends NamedError {
  override readonly name = 'MetricsError';
}
