/**
 * The errors of a run. Each says who acts next. Names are literals because the bundle is minified. Messages hold what
 * happened, the value received and what was expected; never a token, never a whole request.
 */
abstract class CollectorError extends Error {
  abstract override readonly name: string;
}

/** The function's settings or its input are wrong; all problems at once. Acts next: whoever deploys. */
export class ConfigError extends CollectorError {
  override readonly name = 'ConfigError';
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

/** The secret is unreadable or malformed, or Netskope refused the token. Acts next: whoever owns the token. */
export class CredentialError extends CollectorError {
  override readonly name = 'CredentialError';
}

/** Secrets Manager did not answer as it should. Acts next: nobody, the next run asks again. */
export class SecretStoreError extends CollectorError {
  override readonly name = 'SecretStoreError';
}

/** Netskope did not answer, or asked to wait for longer than the run lasts. Acts next: nobody, the next run resumes. */
export class UpstreamUnavailableError extends CollectorError {
  override readonly name = 'UpstreamUnavailableError';
}

/** Netskope answered something that the API does not document. Acts next: whoever maintains this collector. */
export class UpstreamContractError extends CollectorError {
  override readonly name = 'UpstreamContractError';
}

/** The bucket refused a read or a write after the SDK's retries. Acts next: whoever owns bucket, key and policy. */
export class ArchiveError extends CollectorError {
  override readonly name = 'ArchiveError';
}

/** The checkpoint could not be read or written. Acts next: whoever owns the table. */
export class CheckpointError extends CollectorError {
  override readonly name = 'CheckpointError';
}

/** The stored checkpoint is not the one this run wrote: another run has the lease. Acts next: find the second runner. */
export class CheckpointConflictError extends CollectorError {
  override readonly name = 'CheckpointConflictError';
}

/** CloudWatch refused the metrics. Events are safe; the counts are announced by the next run. Acts next: IAM, quota. */
export class MetricsError extends CollectorError {
  override readonly name = 'MetricsError';
}
