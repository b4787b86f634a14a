/**
 * An error that says who acts next. Names are literals because the bundle is minified. Messages hold what happened, the
 * value received and what was expected; never a token, a whole request, or the content of an event.
 */
export abstract class NamedError extends Error {
  abstract override readonly name: string;
}

/** The function's settings or its input are wrong; all problems at once. Acts next: whoever deploys. */
export class ConfigError extends NamedError {
  override readonly name = 'ConfigError';
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

/**
 * The bucket refused a read or a write after the SDK's retries, or an archived object is no gzip NDJSON. Acts next: whoever
 * owns bucket, key and policy.
 */
export class ArchiveError extends NamedError {
  override readonly name = 'ArchiveError';
}

/**
 * CloudWatch refused the metrics. Events and alerts are safe; the collector's next run announces the counts, those of the
 * detector are lost. Acts next: IAM, quota.
 */
export class MetricsError extends NamedError {
  override readonly name = 'MetricsError';
}
