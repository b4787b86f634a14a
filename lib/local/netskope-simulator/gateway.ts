import type { OutgoingHttpHeaders } from 'node:http';
import { gatewayAnswer, type Outcome } from './answer';
import type { Endpoint, EndpointCall, EndpointName } from './endpoint';
import { auditQueryPath } from './event-query-endpoint';
import { planFault } from './fault-plan';
import { auditIteratorPath } from './iterator-endpoint';
import { RateLimit } from './rate-limit';
import { noSuchRoute, refuseToken } from './refusal';
import type { SimulatorOptions } from './simulator-options';

/** Which endpoint a request is for; undefined for none. */
export function endpointAt(method: string, path: string): EndpointName | undefined {
  if (method !== 'GET') return undefined;
  if (path === auditIteratorPath) return 'iterator';
  return path === auditQueryPath ? 'query' : undefined;
}

/** What stands in front of the endpoints: who may ask, and how often. What goes wrong before an endpoint goes wrong here. */
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
