import { describeError } from '../describe-error';
import type { Session } from '../session';
import type { Outcome } from './report';

/**
 * Makes one of the checks. One that cannot be made leaves the others to be made.
 * @throws what a bug, or an interruption, has thrown
 */
export async function attempt<Found extends object>(
  { signal }: Session,
  check: () => Promise<Found>,
): Promise<Outcome<Found>> {
  try {
    return { isChecked: true, ...(await check()) };
  } catch (error) {
    const { what, exitCode, stack } = describeError(error);
    if (stack !== undefined || signal.aborted) throw error;
    return { isChecked: false, why: what, exitCode };
  }
}
