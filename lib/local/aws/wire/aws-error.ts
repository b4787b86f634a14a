/** A refusal as the service words it: HTTP status, the error code that the SDK turns into `name`, and a message. */
export class AwsError extends Error {
  override readonly name = 'AwsError';

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * The refusal of something that AWS may know and this endpoint does not. S3 itself answers 501 with the code
 * NotImplemented, and no SDK retries it.
 */
export function notImplemented(what: string): AwsError {
  return new AwsError(501, 'NotImplemented', `The local AWS endpoint does not implement ${what}.`);
}

/** Turns any thrown value into a refusal; anything but an AwsError is a fault of this endpoint or of a hook. */
export function asAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new AwsError(500, 'InternalError', `The local AWS endpoint failed: ${reason}`, { cause: error });
}
