import { NamedError } from '../../shared/errors';

/** The state of a group or an outbox could not be read or written. Acts next: the owner of the table. */
export class StateError extends NamedError {
  override readonly name = 'StateError';
}

/** An alert could not be stored or published. Acts next: the owner of bucket and topic. */
export class AlertError extends NamedError {
  override readonly name = 'AlertError';
}

/**
 * A part of an object could not be evaluated, and the rest was. Delivered again, the object raises only the missing
 * alerts. Acts next: the operator who finds it in the dead-letter queue.
 */
export class UnfinishedObjectError extends NamedError {
  override readonly name = 'UnfinishedObjectError';
  constructor(
    objectKey: string,
    readonly problems: readonly string[],
    options?: ErrorOptions,
  ) {
    super(
      `object ${objectKey} was evaluated except for ${problems.length} problems: ${problems.slice(0, MAX_TOLD).join('; ')}`,
      options,
    );
  }
}

/** Limit on the problems in a message; the log has more. */
const MAX_TOLD = 5;

/** Every message of a batch failed. Acts next: see its cause. */
export class BatchError extends NamedError {
  override readonly name = 'BatchError';
}
