import type { Socket } from 'node:net';

/** How long a connection may be idle. Gateways and NAT devices differ; Lambda freezes for minutes. */
const MOST_IDLE_MS = 60_000;

/** Remembers when each connection was last used, in milliseconds of the simulator's clock. */
export class IdleSockets {
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
