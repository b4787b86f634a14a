import { promisify } from 'node:util';
import { constants, gzip, gzipSync } from 'node:zlib';
import type { Poison, SimulatedEvent } from '../event-log';
import type { Answer } from '../gateway/answer';
import type { PageFault } from '../gateway/fault';
import type { SimulatorRequest } from '../gateway/request';

interface PageServing {
  /** Its headers say whether the client accepts gzip. */
  readonly request: SimulatorRequest;
  readonly fault?: PageFault;
  /** The body comes as gzip that unpacks to more than 64 MiB. @default false */
  readonly isGzipBomb?: boolean;
}

/**
 * Serves the text of a page, whole or damaged by the fault.
 * @param text the whole body, already in the envelope that the fault may ask for
 */
export async function pageAnswer(text: string, serving: PageServing): Promise<Answer> {
  const { request, fault, isGzipBomb = false } = serving;
  const acceptsGzip = /\bgzip\b/.test(request.headers['accept-encoding']?.toString() ?? '');
  const encoded = async (body: Buffer, contentType?: string): Promise<Answer> =>
    acceptsGzip ? gzipAnswer(body, contentType) : plainAnswer(body, contentType);
  const page = async (body: Buffer): Promise<Answer> => (isGzipBomb ? gzipBombAnswer(body) : encoded(body));
  const whole = Buffer.from(text);
  switch (fault?.kind) {
    case undefined:
      return page(whole);
    case 'envelope':
      if (fault.contentEncoding === undefined) return page(whole);
      return gzipAnswer(whole, undefined, fault.contentEncoding);
    case 'truncated-body': {
      const answer = await page(whole);
      return { ...answer, cutAfterBytes: fault.afterBytes ?? half(answer.body) };
    }
    case 'truncated-gzip': {
      const answer = await gzipAnswer(whole);
      return { ...answer, body: answer.body?.subarray(0, fault.afterBytes ?? half(answer.body)) };
    }
    case 'cut-json':
      return page(whole.subarray(0, fault.afterBytes ?? half(whole)));
    case 'garbled':
      return page(Buffer.from(garbledPage(text)));
    case 'invalid-json':
      return encoded(Buffer.from('<html><body>upstream error</body></html>'), fault.contentType);
    case 'not-ok':
      return encoded(Buffer.from(notOkText(fault.result, fault.status)));
    case 'empty-body':
      return { kind: 'answer', status: 200, headers: { 'content-type': 'application/json' } };
    case 'no-content':
      return { kind: 'answer', status: 204 };
    case 'body':
      return withEncoding(plainAnswer(fault.bytes), fault.contentEncoding);
  }
}

/** A failure inside a 200, as Netskope's own SDK handles it for a sibling endpoint. */
export function notOkText(result: string, status: number | undefined): string {
  return JSON.stringify({ ok: 0, result, status });
}

/** The page with its first event damaged or, if there is none, what follows the events. */
function garbledPage(text: string): string {
  const start = text.indexOf('[');
  return text.slice(0, start) + garbled(text.slice(start));
}

function half(body: Buffer | undefined): number {
  return Math.floor((body?.length ?? 0) / 2);
}

const gzipBytes = promisify(gzip);

/** A 200 with the body unchanged. */
function plainAnswer(body: Buffer, contentType = 'application/json'): Answer {
  return { kind: 'answer', status: 200, headers: { 'content-type': contentType }, body };
}

/** A 200 with the body in gzip. @param contentEncoding the exact value of the header */
async function gzipAnswer(body: Buffer, contentType?: string, contentEncoding = 'gzip'): Promise<Answer> {
  // Fastest level: the simulator shares the machine with the collector that is measured.
  const zipped = await gzipBytes(body, { level: constants.Z_BEST_SPEED });
  return withEncoding(plainAnswer(zipped, contentType), contentEncoding);
}

function withEncoding(answer: Answer, contentEncoding: string | undefined): Answer {
  if (contentEncoding === undefined) return answer;
  return { ...answer, headers: { ...answer.headers, 'content-encoding': contentEncoding } };
}

/** A 200 with some 70 kB of gzip that unpack to 65 MiB of spaces and then the body. */
async function gzipBombAnswer(body: Buffer): Promise<Answer> {
  const answer = await gzipAnswer(body);
  spaces ??= spacesAsGzip();
  return { ...answer, body: Buffer.concat([spaces, answer.body ?? Buffer.alloc(0)]) };
}

let spaces: Buffer | undefined;

/** A gzip stream may have many members (RFC 1952): one is compressed, and repeated. */
function spacesAsGzip(): Buffer {
  const member = gzipSync(Buffer.alloc(1024 * 1024, ' '));
  return Buffer.concat(Array.from({ length: 65 }, () => member));
}

/** The text of an event as damaged by its poison; unchanged if the poison damages something else. */
export function servedText({ text, poison }: SimulatedEvent): string {
  switch (poison) {
    case 'unbalanced-quote':
      return text.replace('"', '');
    case 'bom-inside':
      return `\uFEFF${text}`;
    case 'garbled-but-balanced':
      return garbled(text);
    case 'escaped-result-key':
    case 'gzip-bomb':
    case undefined:
      return text;
  }
}

/** Whether an event of the page has this poison. */
export function isPoisonedBy(poison: Poison, events: readonly SimulatedEvent[]): boolean {
  return events.some((event) => event.poison === poison);
}

/** The text without the colon after its first key: not JSON, but brackets and quotes still match. */
function garbled(text: string): string {
  return text.replace('":', '" ');
}
