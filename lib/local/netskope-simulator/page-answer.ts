import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { Answer } from './answer';
import type { IteratorPage } from './audit-iterator';
import type { PageFault } from './fault';

/** How a page is to be served. */
export interface PageServing {
  readonly waitTimeS: number;
  readonly acceptsGzip: boolean;
  readonly fault?: PageFault;
}

/** Serves a page that was made, whole or spoiled by the fault. */
export async function pageAnswer(
  page: IteratorPage,
  { waitTimeS, acceptsGzip, fault }: PageServing,
): Promise<Answer> {
  const whole = Buffer.from(envelopeText(page, waitTimeS, fault));
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

/** `{"ok":1,"result":[…],"wait_time":5,"timestamp_hwm":1708955663}`, as in published answers, events verbatim. */
function envelopeText(
  { events, watermarkS }: IteratorPage,
  waitTimeS: number,
  fault: PageFault | undefined,
): string {
  const changed = fault?.kind === 'envelope' ? fault : undefined;
  const members = ['"ok":1', `"result":[${events.map((event) => event.text).join(',')}]`];
  if (!changed?.omitWaitTime) members.push(`"wait_time":${changed?.waitTimeS ?? waitTimeS}`);
  if (!changed?.omitWatermark) members.push(`"timestamp_hwm":${watermarkS}`);
  if (changed?.analyzeResult !== undefined) members.push(`"analyze_result":${changed.analyzeResult}`);
  return `{${members.join(',')}}`;
}

/** A failure inside a 200, as Netskope's own SDK meets it from a sibling endpoint. */
function notOkText(result: string, status: number | undefined): string {
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
