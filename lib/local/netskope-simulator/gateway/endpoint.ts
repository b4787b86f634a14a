import type { Outcome } from './answer';
import type { Fault } from './fault';
import type { ExecutedPlan } from './fault-plan';
import type { SimulatorRequest, TenantTokens } from './request';

/** One request on its way to an endpoint. */
export interface EndpointCall {
  readonly request: SimulatorRequest;
  readonly fault?: Fault;
  readonly tokens?: TenantTokens;
  /** Awaited between the moved cursor and the answer. */
  readonly moved: () => Promise<void>;
  /** Puts the outcome on the wire. */
  readonly deliver: (outcome: Outcome) => Promise<void>;
}

/** What is behind the gateway: it is asked only by who may ask, and not too often. */
export interface Endpoint {
  /** Runs one call to its end, with what goes wrong on the way. */
  execute(call: EndpointCall, plan: ExecutedPlan): Promise<void>;
}
