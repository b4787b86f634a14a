import { once } from 'node:events';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';
import { NetskopeClient } from '../../../lambdas/collector/adapters/netskope-client';
import type { Call } from '../../../lambdas/collector/core/protocol/call';
import type { Outcome } from '../../../lambdas/collector/core/protocol/iterator';
import { AUDIT_FEED } from '../../../lambdas/contract/feed/audit';
import { TestClock } from '../../test-clock';

export const TOKEN = 'token-that-must-appear-nowhere';
export const EMPTY_PAGE = '{"ok":1,"result":[]}';
/** 2026-11-18T12:00:00Z */
const NOON_MS = 1_795_003_200_000;

/** A server on loopback that answers byte for byte as a test says, and the client under test. */
export class ScriptedTenant {
  readonly clock = new TestClock(NOON_MS);
  readonly received: IncomingMessage[] = [];
  answer: RequestListener = (_request, response) => response.end(EMPTY_PAGE);
  private readonly server: Server;
  private boundPort = 0;

  private constructor() {
    this.server = createServer((request, response) => {
      this.received.push(request);
      this.answer(request, response);
    });
  }

  static async start(): Promise<ScriptedTenant> {
    const tenant = new ScriptedTenant();
    tenant.server.listen(0, '127.0.0.1');
    await once(tenant.server, 'listening');
    const address = tenant.server.address();
    if (address !== null && typeof address === 'object') tenant.boundPort = address.port;
    return tenant;
  }

  get port(): number {
    return this.boundPort;
  }

  /** One call of the client, with a timeout of 120 s. */
  ask(call: Call = { operation: 'next' }, indexName = 'netskope-0123456789abcdef'): Promise<Outcome> {
    const client = new NetskopeClient({ requestTimeoutMs: 120_000, clock: this.clock, feed: AUDIT_FEED });
    return client.ask({ origin: `http://127.0.0.1:${this.port}`, token: TOKEN }, indexName, call);
  }

  answerWith(status: number, headers: Record<string, string> = {}, body: string | Buffer = ''): void {
    this.answer = (_request, response) => response.writeHead(status, headers).end(body);
  }

  /** Closes every connection; from then on clients are refused. May be called twice. */
  async stop(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }
}
