import type { OutgoingHttpHeaders } from 'node:http';
import { gatewayAnswer, type Answer, type Outcome } from './answer';
import { AuditIterator, parseOperation, type IteratorOperation, type IteratorPage } from './audit-iterator';
import type { EventLog } from './event-log';
import type { Fault, PageFault } from './fault';
import { planFault, type FaultPlan } from './fault-plan';
import { loadCursors, saveCursors, type IndexCursor } from './index-cursor';
import { pageAnswer } from './page-answer';
import { RateLimit } from './rate-limit';
import { conflictAnswer, noSuchRoute, refuseToken } from './refusal';
import { shuffled } from './shuffled';
import type { SimulatorOptions, SimulatorRequest, TenantTokens } from './simulator-options';

/** The path of the audit iterator in the Netskope REST API v2. */
export const auditIteratorPath = '/api/v2/events/dataexport/events/audit';

/** One request on its way through the endpoint. */
export interface EndpointCall {
  readonly request: SimulatorRequest;
  readonly fault?: Fault;
  readonly tokens?: TenantTokens;
  /** Awaited between the moved cursor and the answer. */
  readonly moved: () => Promise<void>;
  /** Puts the outcome on the wire. */
  readonly deliver: (outcome: Outcome) => Promise<void>;
}

type ExecutedPlan = Exclude<FaultPlan, { strikes: 'before' }>;
type ServedPlan = Exclude<ExecutedPlan, { strikes: 'when-abandoned' }>;

/** Everything behind the socket: who may ask, how often, what the iterator makes of it, and what goes wrong then. */
export class IteratorEndpoint {
  readonly #options: SimulatorOptions;
  readonly #pageSize: number;
  readonly #iterator: AuditIterator;
  readonly #rateLimit: RateLimit;
  readonly #cursors: Map<string, IndexCursor>;
  readonly #runningByIndex = new Map<string, number>();
  #abandoned: { readonly operation: IteratorOperation; readonly index: string }[] = [];

  /** @throws Error if `options.statePath` names a file that does not hold cursors. */
  constructor(options: SimulatorOptions, log: EventLog) {
    const {
      pageSize = 10_000,
      windowS = 3600,
      rateLimitPerS = 4,
      rateLimitHeaders = true,
      statePath,
    } = options;
    this.#options = options;
    this.#pageSize = pageSize;
    this.#cursors = statePath === undefined ? new Map<string, IndexCursor>() : loadCursors(statePath);
    this.#iterator = new AuditIterator(log, { ...options, pageSize, windowS }, this.#cursors);
    this.#rateLimit = new RateLimit(rateLimitPerS, rateLimitHeaders);
  }

  /** Runs one call to its end. */
  async serve(call: EndpointCall): Promise<void> {
    const { request, fault, tokens } = call;
    const plan = planFault(fault, request);
    if (plan.strikes === 'before') return call.deliver(plan.outcome);
    const refusal =
      request.method === 'GET' && request.path === auditIteratorPath
        ? refuseToken(request.token, tokens)
        : noSuchRoute;
    if (refusal) return call.deliver(refusal);
    const rate = this.#rateLimit.take(this.#options.nowMs());
    const limited = {
      ...call,
      deliver: (outcome: Outcome) => call.deliver(withHeaders(outcome, rate.headers)),
    };
    if (!rate.allowed) return limited.deliver(gatewayAnswer(429, 'API rate limit exceeded'));
    await this.#execute(limited, plan);
  }

  /** Executes the calls left over by a stall `when-abandoned`, in the order of their arrival. */
  serveAbandoned(): void {
    for (const { operation, index } of this.#abandoned.splice(0)) {
      this.#turn(operation, index);
      this.#countRunning(index, -1);
    }
  }

  async #execute({ request, moved, deliver }: EndpointCall, plan: ExecutedPlan): Promise<void> {
    const { index } = request;
    const operation = parseOperation(request.operation);
    if (operation === undefined) return deliver(gatewayAnswer(400, `Invalid operation ${request.operation}`));
    if (index === '') return deliver(gatewayAnswer(400, 'Missing parameter index'));
    if (this.#isLocked(index)) return deliver(conflictAnswer(this.#options.conflictBody));
    this.#countRunning(index, 1);
    if (plan.strikes === 'when-abandoned') {
      this.#abandoned.push({ operation, index });
      return deliver({ kind: 'silence' });
    }
    const outcome = await this.#outcome(request, operation, { moved, plan }).finally(() => {
      // Before the answer, not after it: a client may call again the moment it has read the last byte.
      this.#countRunning(index, -1);
    });
    await deliver(outcome);
  }

  async #outcome(
    request: SimulatorRequest,
    operation: IteratorOperation,
    { moved, plan }: { readonly moved: () => Promise<void>; readonly plan: ServedPlan },
  ): Promise<Outcome> {
    const page = this.#turn(operation, request.index);
    if (page === undefined) return gatewayAnswer(400, 'No page to resend');
    await moved();
    return plan.strikes === 'after' ? plan.outcome : this.#answer(page, request, plan.pageFault);
  }

  #turn(operation: IteratorOperation, index: string): IteratorPage | undefined {
    const nowMs = this.#options.nowMs();
    const page = this.#iterator.run(operation, index, nowMs);
    if (this.#options.statePath !== undefined) saveCursors(this.#options.statePath, this.#cursors);
    if (page !== undefined || this.#options.resendWithoutPage === 'bad-request') return page;
    return { events: [], watermarkS: Math.floor(nowMs / 1000) };
  }

  #answer(page: IteratorPage, request: SimulatorRequest, fault: PageFault | undefined): Promise<Answer> {
    const events = this.#options.shufflesPages ? shuffled(page.events, request.number) : page.events;
    const acceptsGzip = /\bgzip\b/.test(request.headers['accept-encoding']?.toString() ?? '');
    return pageAnswer({ ...page, events }, { waitTimeS: this.#waitTimeS(events.length), acceptsGzip, fault });
  }

  #waitTimeS(eventCount: number): number {
    const { waitTimeS } = this.#options;
    if (typeof waitTimeS === 'number') return waitTimeS;
    return waitTimeS ? waitTimeS(eventCount) : eventCount >= this.#pageSize ? 1 : 5;
  }

  #isLocked(index: string): boolean {
    return this.#options.locksBusyIndex === true && (this.#runningByIndex.get(index) ?? 0) > 0;
  }

  #countRunning(index: string, change: 1 | -1): void {
    this.#runningByIndex.set(index, (this.#runningByIndex.get(index) ?? 0) + change);
  }
}

function withHeaders(outcome: Outcome, headers: OutgoingHttpHeaders): Outcome {
  return outcome.kind === 'answer' ? { ...outcome, headers: { ...headers, ...outcome.headers } } : outcome;
}
