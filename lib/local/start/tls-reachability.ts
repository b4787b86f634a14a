import { connect } from 'node:tls';
import { StartError } from './start-error';

/** Time for name resolution, connection and handshake; the function allows the same for a connection. */
const TIMEOUT_MS = 10_000;

/** Where to connect to. */
export interface TlsAddress {
  readonly host: string;
  readonly port: number;
  readonly signal: AbortSignal;
}

/**
 * Opens a TLS connection, certificate checked, and closes it without sending a request.
 * @throws StartError in one sentence
 */
export async function checkReachable({ host, port, signal }: TlsAddress): Promise<void> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  await new Promise<void>((resolve, reject) => {
    const socket = connect({ host, port, servername: host });
    const refuse = (reason: string): void => {
      socket.destroy();
      reject(
        new StartError(
          `${host} cannot be reached over TLS on port ${port} (${reason}): nothing was changed.`,
        ),
      );
    };
    const giveUp = (): void => refuse(`no connection within ${TIMEOUT_MS / 1000} s`);
    if (limit.aborted) giveUp();
    limit.addEventListener('abort', giveUp, { once: true });
    socket.once('close', () => limit.removeEventListener('abort', giveUp));
    socket.once('error', (error: NodeJS.ErrnoException) => refuse(error.code ?? error.message));
    socket.once('secureConnect', () => {
      socket.destroy();
      resolve();
    });
  });
}
