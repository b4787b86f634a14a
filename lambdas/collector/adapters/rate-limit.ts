/** Response headers, names in lower case as Node gives them. */
type Headers = Readonly<Record<string, string | undefined>>;

/**
 * How long a 429 or 409 asks to wait: `Retry-After` (RFC 9110, seconds or a date), else `RateLimit-Reset` (seconds).
 * @returns undefined if neither header is present and valid
 */
export function retryAfterMs(headers: Headers, nowMs: number): number | undefined {
  const value = headers['retry-after'];
  if (value !== undefined) {
    const seconds = wholeSeconds(value);
    if (seconds !== undefined) return seconds * 1000;
    const dateMs = HTTP_DATE.test(value) ? Date.parse(value) : Number.NaN;
    if (!Number.isNaN(dateMs)) return Math.max(0, dateMs - nowMs);
  }
  const resetS = wholeSeconds(headers['ratelimit-reset']);
  return resetS === undefined ? undefined : resetS * 1000;
}

/** RFC 9110, 5.6.7: every form begins with the name of a day. */
const HTTP_DATE = /^\s*(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)/;

/** The pause that a spent rate limit requires: until `RateLimit-Reset` if `RateLimit-Remaining` is 0, else none. */
export function rateLimitPauseMs(headers: Headers): number {
  const remaining = wholeSeconds(headers['ratelimit-remaining']);
  if (remaining === undefined || remaining > 0) return 0;
  return (wholeSeconds(headers['ratelimit-reset']) ?? DEFAULT_RESET_S) * 1000;
}

/** The limit is per second (Netskope's iterator documentation). */
const DEFAULT_RESET_S = 1;

function wholeSeconds(value: string | undefined): number | undefined {
  return value !== undefined && /^\d{1,9}$/.test(value.trim()) ? Number(value) : undefined;
}
