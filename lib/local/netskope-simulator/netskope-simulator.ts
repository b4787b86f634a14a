import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import type { SimulatedEvent } from './event-log';
import { EventLog } from './event-log';
import { EventQueryEndpoint } from './event-query-endpoint';
import { AUDIT_PATHS, ownApiEvent } from './events/audit-events';
import type { Outcome } from './gateway/answer';
import { deliver } from './gateway/answer';
import type { RefusalFault } from './gateway/fault';
import { Gateway } from './gateway/gateway';
import type { RequestRecord, SimulatorRequest, TenantTokens } from './gateway/request';
import { readRequest } from './gateway/request';
import { IteratorEndpoint } from './iterator/iterator-endpoint';
import type { SimulatorHooks, SimulatorOptions } from './simulator-options';
import { TenantClock } from './tenant-clock';

/**
 * A Netskope tenant on 127.0.0.1 that serves audit events over real HTTP, by iterator and by time range. It fails in
 * the ways that clients of the real one report: late answers, lost answers, cut bodies, a cursor that has moved
 * although nothing arrived.
 */
export class NetskopeSimulator {
  /** Replaceable at any time; read anew for each request. */
  hooks: SimulatorHooks;
  /** Replaceable at any time, as tokens are rotated. */
  tokens: TenantTokens | undefined;
  /** Fault of every request for which `hooks.received` names none; replaceable at any time. */
  standingFault: RefusalFault | undefined;
  readonly #options: SimulatorOptions;
  readonly #clock: TenantClock;
  readonly #idleSockets = new IdleSockets();
  readonly #log = new EventLog();
  readonly #iterator: IteratorEndpoint;
  readonly #gateway: Gateway;
  readonly #server: Server;
  readonly #requests: RequestRecord[] = [];
  #port = 0;
  #failure?: Error;

  private constructor(options: SimulatorOptions) {
    this.#options = options;
    this.hooks = options.hooks ?? {};
    this.tokens = options.tokens;
    this.standingFault = options.standingFault;
    this.#clock = new TenantClock(options.nowMs, (options.clockSkewS ?? 0) * 1000);
    this.#iterator = new IteratorEndpoint(options, this.#log, this.#clock);
    const query = new EventQueryEndpoint({ ...options, nowMs: () => this.#clock.nowMs() }, this.#log);
    this.#gateway = new Gateway(options, { iterator: this.#iterator, query });
    this.#server = createServer((message, response) => {
      this.#serve(message, response).catch((error: unknown) => {
        this.#failure ??= error instanceof Error ? error : new Error(`A hook threw ${String(error)}`);
        response.destroy();
      });
    });
  }

  /** Starts a tenant on a free port. @throws Error if `statePath` names a file that does not hold cursors. */
  static async start(options: SimulatorOptions): Promise<NetskopeSimulator> {
    const simulator = new NetskopeSimulator(options);
    await simulator.acceptConnections();
    return simulator;
  }

  /** The origin, without a slash at the end; unchanged as long as the simulator lives. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Names of the indexes that another consumer works on. */
  get heldIndexes(): readonly string[] {
    return this.#iterator.heldIndexes;
  }

  /** Replaces them for later calls. */
  set heldIndexes(indexes: readonly string[]) {
    this.#iterator.heldIndexes = indexes;
  }

  /** Appends events, the same one twice if given twice; each is visible from its `insertedAtS`. */
  add(events: readonly SimulatedEvent[]): void {
    this.#log.add(events);
  }

  /** Changes what is delivered of every event so far, as Netskope does when it adds a field. */
  rewrite(change: (text: string) => string): void {
    this.#log.rewrite(change);
  }

  /** Every event added so far, in the order of delivery. */
  get events(): readonly SimulatedEvent[] {
    return this.#log.all;
  }

  /** Every request received so far. */
  get requests(): readonly SimulatorRequest[] {
    return this.#requests;
  }

  /**
   * Executes the requests that a stall with `served: 'when-abandoned'` left over, in the order of their arrival, like a
   * slow server after its client has gone. Nobody gets an answer.
   */
  serveAbandoned(): void {
    this.#iterator.serveAbandoned();
  }

  /**
   * Executes the requests that a stall with `served: { afterMs }` left over and whose time has come, in the order in
   * which they are due. Every request to the tenant does this first.
   */
  serveOverdue(): void {
    this.#iterator.serveOverdue();
  }

  /** Forgets one index, or every index, as if never seen. */
  forgetIndexes(name?: string): void {
    this.#iterator.forgetIndexes(name);
  }

  /** Answers every later call on the index with 400. */
  breakIndex(name: string): void {
    this.#iterator.breakIndex(name);
  }

  /** Moves an index's cursor like a call of another consumer, which gets the page; `resend` then repeats that page. */
  moveCursor(name: string, operation: number | 'next'): void {
    this.#iterator.moveCursor(name, operation === 'next' ? operation : { epochS: operation });
  }

  /** Milliseconds by which the tenant's clock is ahead of `nowMs`, negative if it is behind. Replaceable at any time. */
  get skewMs(): number {
    return this.#clock.skewMs;
  }

  set skewMs(skewMs: number) {
    this.#clock.skewMs = skewMs;
  }

  /** Number of requests reset because their connection had been idle too long; they are not among `requests`. */
  get resetIdleSockets(): number {
    return this.#idleSockets.resets;
  }

  /** Closes every connection and the port: clients are refused. */
  async refuseConnections(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  /** Listens again, on the same port. */
  async acceptConnections(): Promise<void> {
    if (this.#server.listening) return;
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address !== null && typeof address === 'object') this.#port = address.port;
  }

  /** Stops the simulator. @throws the first error of a hook, so that none goes unnoticed. */
  async stop(): Promise<void> {
    await this.refuseConnections();
    if (this.#failure) throw this.#failure;
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const { nowMs, paths = AUDIT_PATHS, resetsIdleSockets = true } = this.#options;
    if (resetsIdleSockets && this.#idleSockets.resetIfIdle(message.socket, nowMs())) return;
    this.serveOverdue();
    const request = readRequest(message, this.#requests.length + 1, { origin: this.url, paths });
    this.#requests.push(request);
    const fault = (await this.hooks.received?.(request)) ?? this.standingFault;
    await this.#gateway.serve({
      request,
      fault,
      tokens: this.tokens,
      moved: async () => this.hooks.moved?.(request),
      deliver: (outcome) => this.#deliver(outcome, request, response),
    });
  }

  async #deliver(outcome: Outcome, request: RequestRecord, response: ServerResponse): Promise<void> {
    if (outcome.kind === 'answer') {
      request.status = outcome.status;
      if (this.#options.auditsItsOwnApi) this.add([this.#ownApiEvent(request)]);
    }
    // Before the last byte: the clock may move on as soon as a client has it.
    if (response.socket) this.#idleSockets.answered(response.socket, this.#options.nowMs());
    await deliver(outcome, response.setHeader('date', new Date(this.#clock.nowMs()).toUTCString()));
    if (outcome.kind !== 'silence') await this.hooks.sent?.(request);
  }

  #ownApiEvent(request: RequestRecord): SimulatedEvent {
    return ownApiEvent(request, this.#clock.nowMs(), this.#options.ownApiEventDelayS ?? 0);
  }
}

/** How long a connection may be idle. Gateways and NAT devices differ; Lambda freezes for minutes. */
const MOST_IDLE_MS = 60_000;

/** Remembers when each connection was last used, in milliseconds of the simulator's clock. */
class IdleSockets {
  /** Number of requests that were reset because their connection had been idle too long. */
  resets = 0;
  readonly #answeredAtMs = new WeakMap<Socket, number>();

  /** Notes that a request on the connection is answered. */
  answered(socket: Socket, nowMs: number): void {
    this.#answeredAtMs.set(socket, nowMs);
  }

  /** Resets a connection that was idle for more than 60 s. @returns whether it did */
  resetIfIdle(socket: Socket, nowMs: number): boolean {
    const idleMs = nowMs - (this.#answeredAtMs.get(socket) ?? nowMs);
    if (idleMs <= MOST_IDLE_MS) return false;
    this.resets++;
    socket.resetAndDestroy();
    return true;
  }
}
