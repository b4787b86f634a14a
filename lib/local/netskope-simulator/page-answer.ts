import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { Answer } from './answer';
import type { PageFault } from './fault';
import type { SimulatorRequest } from './simulator-options';

/** How a page is to be served. */
export interface PageServing {
  /** Says whether its client takes gzip. */
  readonly request: SimulatorRequest;
  readonly fault?: PageFault;
}

/**
 * Serves the text of a page, whole or spoiled by the fault.
 * @param text the whole body, already in the envelope that the fault may ask for
 */
export async function pageAnswer(text: string, { request, fault }: PageServing): Promise<Answer> {
  const acceptsGzip = /\bgzip\b/.test(request.headers['accept-encoding']?.toString() ?? '');
  const whole = Buffer.from(text);
  switch (fault?.kind) {
    case undefined:
    case 'envelope':
      return encoded(whole, acceptsGzip);
    case 'truncated-body': {
      const answer = await encoded(whole, acceptsGzip);
      return { ...answer, cutAfterBytes: fault.afterBytes ?? half(answer.body) };
    }
    case 'truncated-gzip': {
      const answer = await encoded(whole, true);
      return { ...answer, body: answer.body?.subarray(0, fault.afterBytes ?? half(answer.body)) };
    }
    case 'cut-json':
      return encoded(whole.subarray(0, fault.afterBytes ?? half(whole)), acceptsGzip);
    case 'invalid-json':
      return encoded(Buffer.from('<html><body>upstream error</body></html>'), acceptsGzip);
    case 'not-ok':
      return encoded(Buffer.from(notOkText(fault.result, fault.status)), acceptsGzip);
    case 'empty-body':
      return { kind: 'answer', status: 200, headers: { 'content-type': 'application/json' } };
    case 'no-content':
      return { kind: 'answer', status: 204 };
    case 'body':
      return encoded(fault.bytes, false);
  }
}

/** A failure inside a 200, as Netskope's own SDK meets it from a sibling endpoint. */
export function notOkText(result: string, status: number | undefined): string {
  return JSON.stringify({ ok: 0, result, status });
}

const gzipBytes = promisify(gzip);

async function encoded(body: Buffer, asGzip: boolean): Promise<Answer> {
  const headers = { 'content-type': 'application/json' };
  if (!asGzip) return { kind: 'answer', status: 200, headers, body };
  // Fastest level: on one machine the simulator takes its time from the collector it is measured with.
  const zipped = await gzipBytes(body, { level: constants.Z_BEST_SPEED });
  return { kind: 'answer', status: 200, headers: { ...headers, 'content-encoding': 'gzip' }, body: zipped };
}

function half(body: Buffer | undefined): number {
  return Math.floor((body?.length ?? 0) / 2);
}
