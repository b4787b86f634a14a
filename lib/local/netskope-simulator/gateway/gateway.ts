import type { OutgoingHttpHeaders } from 'node:http';
import type { SimulatorOptions, SimulatorPaths } from '../simulator-options';
import type { Outcome } from './answer';
import { gatewayAnswer } from './answer';
import type { Endpoint, EndpointCall } from './endpoint';
import { planFault } from './fault-plan';
import { noSuchRoute, refuseToken } from './refusal';
import type { EndpointName } from './request';

/** The endpoint that a request is for; undefined if there is none. */
export function endpointAt(
  method: string,
  path: string,
  { iterator, query }: SimulatorPaths,
): EndpointName | undefined {
  if (method !== 'GET') return undefined;
  if (path === iterator) return 'iterator';
  return path === query ? 'query' : undefined;
}

/** The gateway in front of the endpoints: checks tokens and rate limits, and plays faults that strike before them. */
export class Gateway {
  readonly #endpoints: Readonly<Record<EndpointName, Endpoint>>;
  readonly #rateLimits: Readonly<Record<EndpointName, RateLimit>>;
  readonly #nowMs: () => number;

  constructor(options: SimulatorOptions, endpoints: Readonly<Record<EndpointName, Endpoint>>) {
    const { nowMs, rateLimitPerS = 4, rateLimitHeaders = true } = options;
    this.#endpoints = endpoints;
    this.#nowMs = nowMs;
    this.#rateLimits = {
      iterator: new RateLimit(rateLimitPerS, rateLimitHeaders),
      query: new RateLimit(rateLimitPerS, rateLimitHeaders),
    };
  }

  /** Runs one call to its end. */
  async serve(call: EndpointCall): Promise<void> {
    const { request, fault, tokens } = call;
    const plan = planFault(fault, request);
    if (plan.strikes === 'before') return call.deliver(plan.outcome);
    const { endpoint, token } = request;
    if (endpoint === undefined) return call.deliver(noSuchRoute);
    const refusal = refuseToken({ token, endpoint }, tokens);
    if (refusal) return call.deliver(refusal);
    const rate = this.#rateLimits[endpoint].take(this.#nowMs());
    const limited = {
      ...call,
      deliver: (outcome: Outcome) => call.deliver(withHeaders(outcome, rate.headers)),
    };
    if (!rate.allowed) return limited.deliver(gatewayAnswer(429, 'API rate limit exceeded'));
    await this.#endpoints[endpoint].execute(limited, plan);
  }
}

function withHeaders(outcome: Outcome, headers: OutgoingHttpHeaders): Outcome {
  return outcome.kind === 'answer' ? { ...outcome, headers: { ...headers, ...outcome.headers } } : outcome;
}

/** The decision of the rate limit on one call. */
interface RateVerdict {
  readonly allowed: boolean;
  readonly headers: OutgoingHttpHeaders;
}

/**
 * Allows so many calls in each second of the tenant's clock, and reports it in the headers that the Netskope REST API
 * v2 dataexport iterator documentation names.
 */
class RateLimit {
  readonly #callsPerS: number | 'unlimited';
  readonly #sendsHeaders: boolean;
  #second = Number.NaN;
  #calls = 0;

  constructor(callsPerS: number | 'unlimited', sendsHeaders: boolean) {
    this.#callsPerS = callsPerS;
    this.#sendsHeaders = sendsHeaders;
  }

  /** Counts one call. Without a limit, no header is sent. */
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
