import { connect as connectTcp, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { StartError } from './start-error';

/** Time for name resolution, connection and handshake; the function allows the same for a connection. */
const TIMEOUT_MS = 10_000;

export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  /** @default true */
  readonly isTls?: boolean;
  readonly signal: AbortSignal;
}

/**
 * Opens a connection, over TLS with the certificate checked, and closes it without sending a request.
 * @throws StartError in one sentence
 */
export async function checkReachable({ host, port, isTls = true, signal }: ServerAddress): Promise<void> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  await new Promise<void>((resolve, reject) => {
    const socket = isTls
      ? connectTls({ host, port, servername: serverName(host) })
      : connectTcp({ host, port });
    const refuse = (reason: string): void => {
      socket.destroy();
      reject(
        new StartError(
          `${host} cannot be reached ${isTls ? 'over TLS ' : ''}on port ${port} (${reason}): nothing was changed.`,
        ),
      );
    };
    const giveUp = (): void => refuse(`no connection within ${TIMEOUT_MS / 1000} s`);
    if (limit.aborted) giveUp();
    limit.addEventListener('abort', giveUp, { once: true });
    socket.once('close', () => limit.removeEventListener('abort', giveUp));
    socket.once('error', (error: NodeJS.ErrnoException) => refuse(error.code ?? error.message));
    socket.once(isTls ? 'secureConnect' : 'connect', () => {
      socket.destroy();
      resolve();
    });
  });
}

/** An IP address cannot be a server name (RFC 6066, 3). */
function serverName(host: string): string | undefined {
  return isIP(host) === 0 ? host : undefined;
}
