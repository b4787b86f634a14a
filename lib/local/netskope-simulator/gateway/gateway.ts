import type { OutgoingHttpHeaders } from 'node:http';
import type { SimulatorOptions } from '../simulator-options';
import type { Outcome } from './answer';
import { gatewayAnswer } from './answer';
import type { Fault, PageFault } from './fault';
import { noSuchRoute, refusalAnswer, refuseToken, serverErrorAnswer } from './refusal';
import type { EndpointName, SimulatorRequest, TenantTokens } from './request';

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

/** One request on its way to an endpoint. */
export interface EndpointCall {
  readonly request: SimulatorRequest;
  readonly fault?: Fault;
  readonly tokens?: TenantTokens;
  /** Awaited after the cursor has moved and before the answer. */
  readonly moved: () => Promise<void>;
  /** Sends the outcome. */
  readonly deliver: (outcome: Outcome) => Promise<void>;
}

/** An endpoint behind the gateway, which passes on only permitted calls within the rate limit. */
export interface Endpoint {
  /** Runs one call to its end, with the fault planned for it. */
  execute(call: EndpointCall, plan: ExecutedPlan): Promise<void>;
}

/** The effect of a fault on a call, by the moment at which it strikes. */
type FaultPlan =
  /** The call never reaches the endpoint. */
  | { readonly strikes: 'before'; readonly outcome: Outcome }
  /** The iterator executes the call later, when a test says so or so many milliseconds have passed. */
  | { readonly strikes: 'late'; readonly served: 'when-abandoned' | { readonly afterMs: number } }
  /** The iterator has moved its cursor; the page is replaced by the outcome. */
  | { readonly strikes: 'after'; readonly outcome: Outcome }
  /** The iterator has moved its cursor; the page is served, damaged if there is a fault. */
  | { readonly strikes: 'page'; readonly pageFault?: PageFault };

/** A plan for a call that reaches its endpoint. */
export type ExecutedPlan = Exclude<FaultPlan, { strikes: 'before' }>;

/** A plan for a call whose client waits for an answer. */
export type ServedPlan = Exclude<ExecutedPlan, { strikes: 'late' }>;

/** Plans a fault; without one the page is served unchanged. */
function planFault(fault: Fault | undefined, request: SimulatorRequest): FaultPlan {
  switch (fault?.kind) {
    case 'rate-limited':
    case 'conflict':
    case 'unauthorized':
    case 'forbidden':
    case 'not-found':
    case 'bad-request':
    case 'redirect':
    case 'foreign-host':
      return { strikes: 'before', outcome: refusalAnswer(fault, request) };
    case 'server-error':
      return { strikes: fault.cursorMoved ? 'after' : 'before', outcome: serverErrorAnswer(fault) };
    case 'reset': {
      const outcome: Outcome = { kind: 'reset', afterHeaders: fault.afterHeaders ?? false };
      return { strikes: fault.cursorMoved ? 'after' : 'before', outcome };
    }
    case 'stall':
      if (typeof fault.served === 'object' || fault.served === 'when-abandoned') {
        return { strikes: 'late', served: fault.served };
      }
      return { strikes: fault.served === 'at-once' ? 'after' : 'before', outcome: { kind: 'silence' } };
    case undefined:
    case 'truncated-body':
    case 'truncated-gzip':
    case 'cut-json':
    case 'empty-body':
    case 'garbled':
    case 'invalid-json':
    case 'not-ok':
    case 'no-content':
    case 'body':
    case 'envelope':
      return { strikes: 'page', pageFault: fault };
  }
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
