import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { createServer } from 'node:net';
import { checkReachable } from '../../../lib/local/start/real-tenant';

const NEVER = new AbortController().signal;

/** A server that is not TLS, and every byte it was sent. */
async function listening(answer: string): Promise<{ server: Server; port: number; received: Buffer[] }> {
  const received: Buffer[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes) => {
      received.push(bytes);
      if (answer !== '') socket.end(answer);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port, received };
}

async function closed(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}

describe('the check of a tenant before anything is created', () => {
  it('fails in one sentence if nothing listens', async () => {
    const { server, port } = await listening('');
    await closed(server);
    await expect(checkReachable({ host: 'localhost', port, signal: NEVER })).rejects.toThrow(
      `localhost cannot be reached over TLS on port ${port} (ECONNREFUSED): nothing was changed.`,
    );
  });

  it('fails if the server does not speak TLS, and sends it no more than the start of a handshake', async () => {
    const { server, port, received } = await listening('HTTP/1.1 400 Bad Request\r\n\r\n');
    await expect(checkReachable({ host: 'localhost', port, signal: NEVER })).rejects.toThrow(
      `localhost cannot be reached over TLS on port ${port} (`,
    );
    const TLS_HANDSHAKE_RECORD = 22;
    expect(Buffer.concat(received)[0]).toBe(TLS_HANDSHAKE_RECORD);
    expect(Buffer.concat(received).toString('latin1')).not.toContain('HTTP');
    await closed(server);
  });

  it('ends at once when the operator interrupts a connection that is not made', async () => {
    const { server, port } = await listening('');
    const interruption = new AbortController();
    server.once('connection', () => interruption.abort());
    await expect(checkReachable({ host: 'localhost', port, signal: interruption.signal })).rejects.toThrow(
      'localhost cannot be reached over TLS',
    );
    await closed(server);
  });
});
