import type { Session } from '../session';
import { attempt } from '../status/attempt';
import type { Outcome } from './report';

/** Makes one of the checks. @throws as `attempt`, and when the command is interrupted */
export async function checked<Found extends object>(
  { signal }: Session,
  check: () => Promise<Found>,
): Promise<Outcome<Found>> {
  const { value, failure } = await attempt(check());
  signal.throwIfAborted();
  return failure === undefined
    ? { isChecked: true, ...value }
    : { isChecked: false, why: failure.what, exitCode: failure.exitCode };
}
