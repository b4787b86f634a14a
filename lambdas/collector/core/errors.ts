import { NamedError } from '../../shared/errors';

/** The secret is unreadable or malformed, or Netskope refused the token. Acts next: the owner of the token. */
export class CredentialError extends NamedError {
  override readonly name = 'CredentialError';
}

/** Secrets Manager failed or did not answer. Acts next: nobody; the next run tries again. */
export class SecretStoreError extends NamedError {
  override readonly name = 'SecretStoreError';
}

/** Netskope did not answer, or asked to wait for longer than the run lasts. Acts next: nobody; the next run resumes. */
export class UpstreamUnavailableError extends NamedError {
  override readonly name = 'UpstreamUnavailableError';
}

/** Netskope's answer does not match the API documentation. Acts next: the maintainer of this collector. */
export class UpstreamContractError extends NamedError {
  override readonly name = 'UpstreamContractError';
}

/** The checkpoint could not be read or written. Acts next: the owner of the table. */
export class CheckpointError extends NamedError {
  override readonly name = 'CheckpointError';
}

/** The stored checkpoint is not the one this run wrote: another run wrote it. Acts next: find the second runner. */
export class CheckpointConflictError extends NamedError {
  override readonly name = 'CheckpointConflictError';
}
