import { dayOf } from '../../../lambdas/contract/storage/archive-layout';
import { ExitCode, OperatorError } from '../operator-error';
import type { SecretContent } from './source-secret';

export interface ExpiryQuestion {
  /** Value of the option. */
  readonly given?: string;
  readonly token: string;
  readonly before: SecretContent;
  /** Unix milliseconds. */
  readonly nowMs: number;
}

/**
 * The token's last day: the one given, else the one that the secret has for the same token.
 * @returns `2027-06-30`, or undefined if it is not known
 * @throws OperatorError if it is not a day, or is over; without the value, which may be a misplaced token
 */
export function tokenExpiry({ given, token, before, nowMs }: ExpiryQuestion): string | undefined {
  if (given === undefined)
    return before.kind === 'filled' && before.token === token ? before.tokenExpiresOn : undefined;
  const expiresAtMs = endOfDayMs(given);
  // Date.parse takes a day that the month does not have for one of the next month.
  const isDay = !Number.isNaN(expiresAtMs) && dayOf(expiresAtMs) === given;
  if (!isDay)
    throw wrongExpiry("The token's expiry is no day.", 'Give it as YYYY-MM-DD, such as 2027-06-30.');
  if (expiresAtMs < nowMs) throw wrongExpiry(`The token has expired on ${given}.`, 'Make a new one.');
  return given;
}

/**
 * The end of a day, UTC, in unix milliseconds; NaN if the text is not a day.
 * @param day `2027-06-30`
 */
export function endOfDayMs(day: string): number {
  return Date.parse(`${day}T23:59:59.999Z`);
}

function wrongExpiry(what: string, whatToDo: string): OperatorError {
  return new OperatorError({ what, whatToDo, exitCode: ExitCode.WrongUsage });
}
