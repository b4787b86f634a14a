import type { EventLog } from '../event-log';
import { shuffled } from '../events/random';
import type { Answer, Outcome } from '../gateway/answer';
import { gatewayAnswer } from '../gateway/answer';
import type { EnvelopeFault, PageFault } from '../gateway/fault';
import type { Endpoint, EndpointCall, ExecutedPlan, ServedPlan } from '../gateway/gateway';
import { conflictAnswer } from '../gateway/refusal';
import type { SimulatorRequest } from '../gateway/request';
import type { SimulatorOptions } from '../simulator-options';
import type { TenantClock } from '../tenant-clock';
import type { IteratorOperation, IteratorPage } from './audit-iterator';
import { AuditIterator, parseOperation } from './audit-iterator';
import type { IndexCursor } from './index-cursor';
import { loadCursors, saveCursors } from './index-cursor';
import { isPoisonedBy, pageAnswer, servedText } from './page-answer';

/** A 400 and its text; Netskope's own text is not published. */
class BadRequest {
  constructor(readonly message: string) {}
}

/** The iterator behind the gateway: executes calls, with the faults planned for them. */
export class IteratorEndpoint implements Endpoint {
  /** Indexes that another consumer works on. */
  heldIndexes: readonly string[];
  readonly #options: SimulatorOptions;
  readonly #clock: TenantClock;
  readonly #pageSize: number;
  readonly #iterator: AuditIterator;
  readonly #cursors: Map<string, IndexCursor>;
  readonly #brokenIndexes = new Set<string>();
  readonly #runningByIndex = new Map<string, number>();
  readonly #lateCalls = new LateCalls();

  /** @throws Error if `options.statePath` names a file that does not hold cursors. */
  constructor(options: SimulatorOptions, log: EventLog, clock: TenantClock) {
    const { pageSize = 10_000, statePath } = options;
    const windowS = options.windowS === 'none' ? Infinity : (options.windowS ?? 3600);
    this.#options = options;
    this.#clock = clock;
    this.heldIndexes = options.heldIndexes ?? [];
    this.#pageSize = pageSize;
    this.#cursors = statePath === undefined ? new Map<string, IndexCursor>() : loadCursors(statePath);
    this.#iterator = new AuditIterator(log, { ...options, pageSize, windowS }, this.#cursors);
  }

  /** Executes the calls left over by a stall `when-abandoned`, in the order of their arrival. */
  serveAbandoned(): void {
    for (const call of this.#lateCalls.takeAbandoned()) this.#serveLate(call, this.#clock.nowMs());
  }

  /** Executes the calls left over by a stall `afterMs` whose time has come, each as of its own time. */
  serveOverdue(): void {
    for (const call of this.#lateCalls.takeOverdue(this.#clock.trueMs())) {
      this.#serveLate(call, Number(call.dueMs) + this.#clock.skewMs);
    }
  }

  /** Forgets one index, or every index, as if never seen. */
  forgetIndexes(index?: string): void {
    this.serveOverdue();
    if (index === undefined) this.#cursors.clear();
    else this.#cursors.delete(index);
    this.#save();
  }

  /** Answers every later call on the index with 400. */
  breakIndex(index: string): void {
    this.serveOverdue();
    this.#brokenIndexes.add(index);
  }

  /** Moves the cursor like a call of another consumer, which gets the page. */
  moveCursor(index: string, operation: IteratorOperation): void {
    this.serveOverdue();
    this.#turn(operation, index, this.#clock.nowMs());
  }

  async execute({ request, moved, deliver }: EndpointCall, plan: ExecutedPlan): Promise<void> {
    const { index } = request;
    const operation = parseOperation(request.operation);
    if (operation === undefined) return deliver(gatewayAnswer(400, `Invalid operation ${request.operation}`));
    if (index === '') return deliver(gatewayAnswer(400, 'Missing parameter index'));
    if (this.#isTaken(index)) return deliver(conflictAnswer(this.#options.conflictBody));
    this.#countRunning(index, 1);
    if (plan.strikes === 'late') {
      const { served } = plan;
      const dueMs = served === 'when-abandoned' ? served : this.#clock.trueMs() + served.afterMs;
      this.#lateCalls.add({ operation, index, dueMs });
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
    const page = this.#turn(operation, request.index, this.#clock.nowMs());
    if (page instanceof BadRequest) return gatewayAnswer(400, page.message);
    await moved();
    return plan.strikes === 'after' ? plan.outcome : this.#answer(page, request, plan.pageFault);
  }

  #turn(operation: IteratorOperation, index: string, nowMs: number): IteratorPage | BadRequest {
    if (this.#brokenIndexes.has(index)) return new BadRequest(`Invalid index ${index}`);
    const page = this.#iterator.run(operation, index, nowMs);
    this.#save();
    if (page === 'before-retention') return new BadRequest('Timestamp is out of the retention');
    if (page !== 'no-page') return page;
    const { resendWithoutPage, watermark } = this.#options;
    if (resendWithoutPage === 'bad-request') return new BadRequest('No page to resend');
    const hasWatermark = resendWithoutPage !== 'empty-without-watermark' && watermark !== 'none';
    return { events: [], ...(hasWatermark ? { watermarkS: Math.floor(nowMs / 1000) } : {}) };
  }

  #save(): void {
    if (this.#options.statePath !== undefined) saveCursors(this.#options.statePath, this.#cursors);
  }

  #serveLate({ operation, index }: LateCall, nowMs: number): void {
    this.#turn(operation, index, nowMs);
    this.#countRunning(index, -1);
  }

  #answer(page: IteratorPage, request: SimulatorRequest, fault: PageFault | undefined): Promise<Answer> {
    const events = this.#options.shufflesPages ? shuffled(page.events, request.number) : page.events;
    const changed = fault?.kind === 'envelope' ? fault : undefined;
    const text = iteratorEnvelope({ ...page, events }, this.#waitTimeS(events.length), changed);
    return pageAnswer(text, { request, fault, isGzipBomb: isPoisonedBy('gzip-bomb', events) });
  }

  #waitTimeS(eventCount: number): number {
    const { waitTimeS } = this.#options;
    if (typeof waitTimeS === 'number') return waitTimeS;
    return waitTimeS ? waitTimeS(eventCount) : eventCount >= this.#pageSize ? 1 : 5;
  }

  /** Whether a call on the index still runs, or another consumer works on it. */
  #isTaken(index: string): boolean {
    if (this.heldIndexes.includes(index)) return true;
    return this.#options.locksBusyIndex === true && (this.#runningByIndex.get(index) ?? 0) > 0;
  }

  #countRunning(index: string, change: 1 | -1): void {
    this.#runningByIndex.set(index, (this.#runningByIndex.get(index) ?? 0) + change);
  }
}

/** A call that is executed after its client has given up. */
interface LateCall {
  readonly operation: IteratorOperation;
  readonly index: string;
  /** When it is executed, unix milliseconds of `SimulatorOptions.nowMs`. */
  readonly dueMs: number | 'when-abandoned';
}

/** The calls that a stall left over, until they are executed. */
class LateCalls {
  #calls: readonly LateCall[] = [];

  add(call: LateCall): void {
    this.#calls = [...this.#calls, call];
  }

  /** Removes and returns the calls that wait for a test, in the order of their arrival. */
  takeAbandoned(): readonly LateCall[] {
    return this.#take(({ dueMs }) => dueMs === 'when-abandoned');
  }

  /** Removes and returns the calls due by `nowMs`, in the order in which they are due. */
  takeOverdue(nowMs: number): readonly LateCall[] {
    const overdue = this.#take(({ dueMs }) => dueMs !== 'when-abandoned' && dueMs <= nowMs);
    return overdue.toSorted((one, other) => Number(one.dueMs) - Number(other.dueMs));
  }

  #take(isTaken: (call: LateCall) => boolean): readonly LateCall[] {
    const taken = this.#calls.filter(isTaken);
    this.#calls = this.#calls.filter((call) => !taken.includes(call));
    return taken;
  }
}

/**
 * `{"ok":1,"result":[…],"wait_time":5,"timestamp_hwm":1708955663}`, as in published answers, events verbatim unless
 * they are poisoned.
 */
function iteratorEnvelope(
  { events, watermarkS }: IteratorPage,
  waitTimeS: number,
  changed: Partial<EnvelopeFault> = {},
): string {
  const key = isPoisonedBy('escaped-result-key', events) ? '"\\u0072esult"' : '"result"';
  const isNull = changed.resultNull === true && events.length === 0;
  const result = isNull ? 'null' : `[${events.map(servedText).join(',')}]`;
  const members = [`"ok":${changed.okTrue ? 'true' : '1'}`, `${key}:${result}`];
  if (!changed.omitWaitTime) members.push(`"wait_time":${changed.waitTimeS ?? waitTimeS}`);
  if (!changed.omitWatermark && watermarkS !== undefined) members.push(`"timestamp_hwm":${watermarkS}`);
  if (changed.analyzeResult !== undefined) members.push(`"analyze_result":${changed.analyzeResult}`);
  return `${changed.bom ? '\uFEFF' : ''}{${members.join(',')}}`;
}
