import { NewerFormatError } from '../../../lambdas/shared/errors';
import type { ErrorDescription } from '../describe-error';
import { describeError } from '../describe-error';

/** What was read, or why it could not be. */
export type Attempt<T> =
  | { readonly value: T; readonly failure?: undefined }
  | { readonly value?: undefined; readonly failure: ErrorDescription };

/**
 * Waits for a reading that may fail while others succeed.
 * @throws what no other reading survives either: a format of a later version, a bug of this program
 */
export async function attempt<T>(reading: Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await reading };
  } catch (error) {
    const failure = describeError(error);
    if (error instanceof NewerFormatError || failure.stack !== undefined) throw error;
    return { failure };
  }
}
