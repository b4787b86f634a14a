import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { connect } from 'node:net';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';

/** A certificate of its own for corp.goskope.com and 127.0.0.1, until 2099. */
const [KEY, CERTIFICATE] = ['key.pem', 'certificate.pem'].map((name) => join(__dirname, 'tls', name)) as [
  string,
  string,
];

/** Variables by which a process trusts the servers behind the proxy. */
export const TRUSTS_THE_PROXY = { NODE_EXTRA_CA_CERTS: CERTIFICATE };

/**
 * A proxy for HTTPS on loopback. It ends TLS itself and passes on what was encrypted: to the simulated tenant what is
 * for corp.goskope.com, and everything else to its port on this machine.
 */
export class TlsProxy {
  /** Hosts and ports of the tunnels that were asked for, in this order. */
  readonly tunnels: string[] = [];
  /** The status of its answers. 407 wants a user and a password. */
  status = 200;
  private readonly server: Server = createServer();
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly tenantUrl: string) {
    this.server.on('connect', ({ url = '' }, socket: Socket) => this.tunnel(url, socket));
    this.server.on('connection', (socket: Socket) => this.sockets.add(socket));
  }

  static async start(tenantUrl: string): Promise<TlsProxy> {
    const proxy = new TlsProxy(tenantUrl);
    proxy.server.listen(0, '127.0.0.1');
    await once(proxy.server, 'listening');
    return proxy;
  }

  /** Its host and port. */
  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    if (!this.server.listening) return;
    this.server.close();
    await once(this.server, 'close');
  }

  private tunnel(target: string, socket: Socket): void {
    this.tunnels.push(target);
    socket.on('error', () => socket.destroy());
    if (this.status !== 200) {
      socket.end(`HTTP/1.1 ${this.status} No\r\n\r\n`);
      return;
    }
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    const isTenant = target === 'corp.goskope.com:443';
    const server = connect(
      Number(isTenant ? new URL(this.tenantUrl).port : target.split(':')[1]),
      '127.0.0.1',
    );
    const key = readFileSync(KEY);
    const decrypted = new TLSSocket(socket, { isServer: true, key, cert: readFileSync(CERTIFICATE) });
    for (const end of [server, decrypted]) end.on('error', () => socket.destroy());
    decrypted.pipe(server).pipe(decrypted);
  }
}
