import { gatewayAnswer, type Answer, type Outcome } from './answer';
import type { Endpoint, EndpointCall } from './endpoint';
import type { EventLog } from './event-log';
import { QueryProblem, readEventQuery, type EventQuery } from './event-query';
import type { PageFault } from './fault';
import type { ExecutedPlan } from './fault-plan';
import { notOkText, pageAnswer } from './page-answer';
import { RETENTION_S } from './retention';
import type {
  EventQueryOptions,
  SimulatedEvent,
  SimulatorOptions,
  SimulatorRequest,
  TimeBound,
} from './simulator-options';

/** The path that serves audit events by range of time in the Netskope REST API v2. */
export const auditQueryPath = '/api/v2/events/data/audit';

/** As the documentation of the v1 API has it; for v2 nothing is said. */
const INCLUDES_BOUND: Readonly<Record<TimeBound, boolean>> = {
  starttime: false,
  endtime: true,
  insertionstarttime: true,
  insertionendtime: true,
};

/** Audit events by range of time, newest first. It has no cursor: a call that fails has changed nothing. */
export class EventQueryEndpoint implements Endpoint {
  readonly #log: EventLog;
  readonly #nowMs: () => number;
  readonly #options: EventQueryOptions;
  readonly #includesBound: Readonly<Record<TimeBound, boolean>>;

  constructor({ nowMs, eventQuery = {} }: SimulatorOptions, log: EventLog) {
    this.#log = log;
    this.#nowMs = nowMs;
    this.#options = eventQuery;
    this.#includesBound = { ...INCLUDES_BOUND, ...eventQuery.includesBound };
  }

  async execute({ request, deliver }: EndpointCall, plan: ExecutedPlan): Promise<void> {
    await deliver(await this.#outcome(request, plan));
  }

  async #outcome(request: SimulatorRequest, plan: ExecutedPlan): Promise<Outcome> {
    if (plan.strikes === 'late') return { kind: 'silence' };
    if (plan.strikes === 'after') return plan.outcome;
    try {
      const query = readEventQuery(request.parameters, this.#options);
      return await pageAnswer(this.#envelope(query, plan.pageFault), { request, fault: plan.pageFault });
    } catch (error) {
      if (error instanceof QueryProblem) return this.#problemAnswer(error, request);
      throw error;
    }
  }

  #problemAnswer({ message }: QueryProblem, request: SimulatorRequest): Answer | Promise<Answer> {
    if (this.#options.errorForm === 'ok-0') return pageAnswer(notOkText(message, 400), { request });
    return gatewayAnswer(400, message);
  }

  /** `{"ok":1,"result":[…],"total":2}`, as Netskope's command line reads it, events verbatim unless told otherwise. */
  #envelope(query: EventQuery, fault: PageFault | undefined): string {
    if (fault?.kind === 'envelope') {
      throw new Error("The fault 'envelope' changes the iterator's page; expected another one here.");
    }
    const { ignoresOffset, statesTotal = true, rowText = ({ text }) => text } = this.#options;
    const found = this.#found(query);
    const start = ignoresOffset === true ? 0 : query.offset;
    const rows = found.slice(start, start + query.limit).map(rowText);
    const total = statesTotal ? `,"total":${found.length}` : '';
    return `{"ok":1,"result":[${rows.join(',')}]${total}}`;
  }

  #found(query: EventQuery): readonly SimulatedEvent[] {
    const nowS = Math.floor(this.#nowMs() / 1000);
    this.#log.reveal(nowS);
    const visible = this.#log.slice(this.#log.firstAtOrAfter(nowS - RETENTION_S), this.#log.length);
    return visible
      .filter((event) => this.#isInRange(query, event) && query.filter(event))
      .toReversed()
      .sort((one, other) => query.axis.timeS(other) - query.axis.timeS(one));
  }

  #isInRange({ axis, fromEpochS, toEpochS }: EventQuery, event: SimulatedEvent): boolean {
    const timeS = axis.timeS(event);
    if (timeS === fromEpochS && !this.#includesBound[axis.from]) return false;
    if (timeS === toEpochS && !this.#includesBound[axis.to]) return false;
    return timeS >= fromEpochS && timeS <= toEpochS;
  }
}
