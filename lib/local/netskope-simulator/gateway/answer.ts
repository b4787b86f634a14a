import { once } from 'node:events';
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** What goes over the wire for one request. */
export type Outcome =
  Answer | { readonly kind: 'reset'; readonly afterHeaders: boolean } | { readonly kind: 'silence' };

/** An HTTP response; its body is sent chunked. */
export interface Answer {
  readonly kind: 'answer';
  readonly status: number;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: Buffer;
  /** The connection is closed after so many bytes of the body, without the final chunk. */
  readonly cutAfterBytes?: number;
}

/** An answer in the form of Kong, the gateway in front of the API. */
export function gatewayAnswer(status: number, message: string, headers: OutgoingHttpHeaders = {}): Answer {
  const body = Buffer.from(JSON.stringify({ message }));
  return { kind: 'answer', status, headers: { 'content-type': 'application/json', ...headers }, body };
}

/** An answer that is not JSON. */
export function textAnswer(status: number, text: string, headers: OutgoingHttpHeaders = {}): Answer {
  return {
    kind: 'answer',
    status,
    headers: { 'content-type': 'text/plain', ...headers },
    body: Buffer.from(text),
  };
}

/** Sends the outcome; resolves when the last byte was handed to the socket, or the client has disconnected. */
export async function deliver(outcome: Outcome, response: ServerResponse): Promise<void> {
  if (outcome.kind === 'silence' || response.destroyed) return;
  if (outcome.kind === 'reset') return reset(response, outcome.afterHeaders);
  response.writeHead(outcome.status, outcome.headers);
  if (outcome.cutAfterBytes !== undefined)
    return cut(response, outcome.body?.subarray(0, outcome.cutAfterBytes));
  // A client that disconnects ends the answer; that is no failure of the server.
  await pipeline(Readable.from(slices(outcome.body)), response).catch(() => response.destroy());
}

// The size in which Node reads files; the body of a full page becomes many chunks, as from a real gateway.
const SLICE_BYTES = 65_536;

function* slices(body: Buffer = Buffer.alloc(0)): Generator<Buffer> {
  for (let start = 0; start < body.length; start += SLICE_BYTES)
    yield body.subarray(start, start + SLICE_BYTES);
}

async function cut(response: ServerResponse, part: Buffer = Buffer.alloc(0)): Promise<void> {
  const closed = once(response, 'close');
  response.flushHeaders();
  if (part.length > 0) response.write(part);
  response.socket?.destroySoon();
  await closed;
}

async function reset(response: ServerResponse, afterHeaders: boolean): Promise<void> {
  const { socket } = response;
  if (socket === null || socket.destroyed) return;
  if (afterHeaders) {
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
    await new Promise<void>((resolve) => socket.write('', () => resolve()));
  }
  const closed = once(socket, 'close');
  socket.resetAndDestroy();
  await closed;
}
