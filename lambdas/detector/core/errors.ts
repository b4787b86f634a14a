import { NamedError } from '../../shared/errors';

/** The state of a group could not be read or written. Acts next: whoever owns the table. */
export class GroupStateError extends NamedError {
  override readonly name = 'GroupStateError';
}

/** An alert could not be stored or published. Acts next: whoever owns bucket and topic. */
export class AlertError extends NamedError {
  override readonly name = 'AlertError';
}

/**
 * A part of an object could not be judged, and the rest was. Delivered again, the object raises what is missing, and
 * nothing twice. Acts next: whoever finds it in the dead-letter queue.
 */
export class UnfinishedObjectError extends NamedError {
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
export class BatchError extends NamedError {
  override readonly name = 'BatchError';
}
