import { once } from 'node:events';
import type { Server } from 'node:http';
import { isLoopbackHost } from '../../../../lambdas/contract/deployment/loopback-origin';
import type { AwsRequest } from './aws-call';
import { AwsError } from './aws-error';

/**
 * Refuses a request that was addressed to another host. Otherwise a web page whose name resolves to 127.0.0.1 could
 * make the operator's browser talk to this endpoint (DNS rebinding).
 * @throws AwsError ForeignHost
 */
export function refuseForeignHost({ headers: { host = '' } }: Pick<AwsRequest, 'headers'>): void {
  const url = `http://${host}`;
  if (URL.canParse(url) && new URL(url).host !== '' && isLoopbackHost(new URL(url).hostname)) return;
  throw new AwsError(
    403,
    'ForeignHost',
    `Received a request for the host ${JSON.stringify(host)}; expected 127.0.0.1 or localhost.`,
  );
}

/**
 * Makes a server listen only on 127.0.0.1.
 * @param port 0 takes any free port.
 * @returns its origin, by IP address: the SDK then addresses S3 path-style, which it would not do with a host name.
 * @throws Error if the port is taken.
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
