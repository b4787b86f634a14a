import { NamedError } from '../../shared/errors';

/** The secret is unreadable or malformed, or Netskope refused the token. Acts next: whoever owns the token. */
export class CredentialError extends NamedError {
  override readonly name = 'CredentialError';
}

/** Secrets Manager did not answer as it should. Acts next: nobody, the next run asks again. */
export class SecretStoreError extends NamedError {
  override readonly name = 'SecretStoreError';
}

/** Netskope did not answer, or asked to wait for longer than the run lasts. Acts next: nobody, the next run resumes. */
export class UpstreamUnavailableError extends NamedError {
  override readonly name = 'UpstreamUnavailableError';
}

/** Netskope answered something that the API does not document. Acts next: whoever maintains this collector. */
export class UpstreamContractError extends NamedError {
  override readonly name = 'UpstreamContractError';
}

/** The checkpoint could not be read or written. Acts next: whoever owns the table. */
export class CheckpointError extends NamedError {
  override readonly name = 'CheckpointError';
}

/** The stored checkpoint is not the one this run wrote: another run has the lease. Acts next: find the second runner. */
export class CheckpointConflictError extends NamedError {
  override readonly name = 'CheckpointConflictError';
}
