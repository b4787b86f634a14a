import { dayOf } from '../../../lambdas/contract/storage/archive-layout';
import { ExitCode, OperatorError } from '../errors/operator-error';
import type { SecretContent } from './source-secret';

export interface ExpiryQuestion {
  /** What the option says. */
  readonly given?: string;
  readonly token: string;
  readonly before: SecretContent;
  /** Unix milliseconds. */
  readonly nowMs: number;
}

/**
 * The token's last day: the one given, else the one the secret has for this very token. Another token has another one.
 * @returns `2027-06-30`, or undefined where nobody knows
 * @throws OperatorError for what is no day, or is over; without the value, which may be a token in the wrong place
 */
export function tokenExpiry({ given, token, before, nowMs }: ExpiryQuestion): string | undefined {
  if (given === undefined)
    return before.kind === 'filled' && before.token === token ? before.tokenExpiresOn : undefined;
  const expiresAtMs = endOfDayMs(given);
  // A day that a month does not have would be taken for one of the next month.
  const isDay = !Number.isNaN(expiresAtMs) && dayOf(expiresAtMs) === given;
  if (!isDay)
    throw wrongExpiry("The token's expiry is no day.", 'Give it as YYYY-MM-DD, such as 2027-06-30.');
  if (expiresAtMs < nowMs) throw wrongExpiry(`The token has expired on ${given}.`, 'Make a new one.');
  return given;
}

/**
 * When a day is over, UTC, in unix milliseconds.
 * @param day `2027-06-30`; NaN for what is none
 */
export function endOfDayMs(day: string): number {
  return Date.parse(`${day}T23:59:59.999Z`);
}

function wrongExpiry(what: string, whatToDo: string): OperatorError {
  return new OperatorError({ what, whatToDo, exitCode: ExitCode.WrongUsage });
}
