import type { OutgoingHttpHeaders } from 'node:http';

/** What the limit says about one call. */
export interface RateVerdict {
  readonly allowed: boolean;
  readonly headers: OutgoingHttpHeaders;
}

/**
 * So many calls in each second of the tenant's clock, told in the headers which the Netskope REST API v2 dataexport
 * iterator documentation names.
 */
export class RateLimit {
  readonly #callsPerS: number | 'unlimited';
  readonly #sendsHeaders: boolean;
  #second = Number.NaN;
  #calls = 0;

  constructor(callsPerS: number | 'unlimited', sendsHeaders: boolean) {
    this.#callsPerS = callsPerS;
    this.#sendsHeaders = sendsHeaders;
  }

  /** Counts one call. Without a limit there is nothing to tell, so no header is sent. */
  take(nowMs: number): RateVerdict {
    if (this.#callsPerS === 'unlimited') return { allowed: true, headers: {} };
    const second = Math.floor(nowMs / 1000);
    this.#calls = second === this.#second ? this.#calls + 1 : 1;
    this.#second = second;
    const allowed = this.#calls <= this.#callsPerS;
    if (!this.#sendsHeaders) return { allowed, headers: {} };
    const headers = {
      'RateLimit-Limit': this.#callsPerS,
      'RateLimit-Remaining': Math.max(0, this.#callsPerS - this.#calls),
      'RateLimit-Reset': 1,
    };
    return { allowed, headers: allowed ? headers : { ...headers, 'Retry-After': 1 } };
  }
}
