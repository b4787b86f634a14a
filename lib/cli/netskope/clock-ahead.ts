/** A `Date` header has whole seconds (RFC 9110, 5.6.7): on average, half a second more has passed. */
const MEAN_FRACTION_MS = 500;

/**
 * How far the clock of another machine is ahead of this one's, in milliseconds; negative if it is behind. Exact to
 * about a second.
 * @param dateHeader of an answer
 * @param receivedAtMs when the answer came, unix milliseconds
 * @returns undefined without a readable header
 */
export function clockAheadMs(dateHeader: string | undefined, receivedAtMs: number): number | undefined {
  const dateMs = Date.parse(dateHeader ?? '');
  return Number.isNaN(dateMs) ? undefined : dateMs + MEAN_FRACTION_MS - receivedAtMs;
}
