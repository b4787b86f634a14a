import type { Outcome } from './answer';
import type { Fault } from './fault';
import type { ExecutedPlan } from './fault-plan';
import type { SimulatorRequest, TenantTokens } from './request';

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
