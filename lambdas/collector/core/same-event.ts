import { isDeepStrictEqual } from 'node:util';

/** A string, or a number: the string alternative comes first, so that digits inside strings are not seen. */
const STRING_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g;
/** Integers of fewer digits are exact in a double. */
const EXACT_DIGITS = 15;

/**
 * Whether two JSON texts say the same, digit for digit: white space, key order and escapes may differ, an integer above
 * 2^53 may not. Decides whether two events with one `_id` are one event.
 */
export function sameEvent(one: string, other: string): boolean {
  return one === other || isDeepStrictEqual(parseExactly(one), parseExactly(other));
}

function parseExactly(text: string): unknown {
  const exact = text.replace(STRING_OR_NUMBER, (token) =>
    token.startsWith('"') || token.length <= EXACT_DIGITS ? token : `{"number":"${token}"}`,
  );
  return JSON.parse(exact) as unknown;
}
