import { once } from 'node:events';
import type { Server } from 'node:http';

/**
 * Lets a server listen on 127.0.0.1 and nowhere else.
 * @param port 0 takes any free port.
 * @returns its origin, by IP address: with one the SDK addresses S3 path-style, which a host name would not do.
 * @throws Error when the port is taken.
 */
export async function listenOnLoopback(server: Server, port = 0): Promise<string> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new Error(`The server listens on ${String(address)}, expected a TCP port.`);
  }
  return `http://127.0.0.1:${address.port}`;
}
