import { gatewayAnswer, type Answer, type Outcome } from './answer';
import { AuditIterator, parseOperation, type IteratorOperation, type IteratorPage } from './audit-iterator';
import type { Endpoint, EndpointCall } from './endpoint';
import type { EventLog } from './event-log';
import type { PageFault } from './fault';
import type { ExecutedPlan, ServedPlan } from './fault-plan';
import { loadCursors, saveCursors, type IndexCursor } from './index-cursor';
import { iteratorEnvelope } from './iterator-envelope';
import { pageAnswer } from './page-answer';
import { conflictAnswer } from './refusal';
import { shuffled } from './shuffled';
import type { SimulatorOptions, SimulatorRequest } from './simulator-options';

/** The path of the audit iterator in the Netskope REST API v2. */
export const auditIteratorPath = '/api/v2/events/dataexport/events/audit';

/** The iterator behind the gateway: what it makes of a call, and what goes wrong then. */
export class IteratorEndpoint implements Endpoint {
  /** Indexes that another consumer works on. */
  heldIndexes: readonly string[];
  readonly #options: SimulatorOptions;
  readonly #pageSize: number;
  readonly #iterator: AuditIterator;
  readonly #cursors: Map<string, IndexCursor>;
  readonly #runningByIndex = new Map<string, number>();
  #abandoned: { readonly operation: IteratorOperation; readonly index: string }[] = [];

  /** @throws Error if `options.statePath` names a file that does not hold cursors. */
  constructor(options: SimulatorOptions, log: EventLog) {
    const { pageSize = 10_000, windowS = 3600, statePath } = options;
    this.#options = options;
    this.heldIndexes = options.heldIndexes ?? [];
    this.#pageSize = pageSize;
    this.#cursors = statePath === undefined ? new Map<string, IndexCursor>() : loadCursors(statePath);
    this.#iterator = new AuditIterator(log, { ...options, pageSize, windowS }, this.#cursors);
  }

  /** Executes the calls left over by a stall `when-abandoned`, in the order of their arrival. */
  serveAbandoned(): void {
    for (const { operation, index } of this.#abandoned.splice(0)) {
      this.#turn(operation, index);
      this.#countRunning(index, -1);
    }
  }

  async execute({ request, moved, deliver }: EndpointCall, plan: ExecutedPlan): Promise<void> {
    const { index } = request;
    const operation = parseOperation(request.operation);
    if (operation === undefined) return deliver(gatewayAnswer(400, `Invalid operation ${request.operation}`));
    if (index === '') return deliver(gatewayAnswer(400, 'Missing parameter index'));
    if (this.#isTaken(index)) return deliver(conflictAnswer(this.#options.conflictBody));
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
    const text = iteratorEnvelope({ ...page, events }, this.#waitTimeS(events.length), fault);
    return pageAnswer(text, { request, fault });
  }

  #waitTimeS(eventCount: number): number {
    const { waitTimeS } = this.#options;
    if (typeof waitTimeS === 'number') return waitTimeS;
    return waitTimeS ? waitTimeS(eventCount) : eventCount >= this.#pageSize ? 1 : 5;
  }

  /** By a call of its own that still runs, or by another consumer. */
  #isTaken(index: string): boolean {
    if (this.heldIndexes.includes(index)) return true;
    return this.#options.locksBusyIndex === true && (this.#runningByIndex.get(index) ?? 0) > 0;
  }

  #countRunning(index: string, change: 1 | -1): void {
    this.#runningByIndex.set(index, (this.#runningByIndex.get(index) ?? 0) + change);
  }
}
