import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { HttpRequest } from '@smithy/core/protocols';
import type { HttpResponse } from '@smithy/core/protocols';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { readEnvelope } from '../core/envelope';
import type { Call, Outcome } from '../core/iterator';
import type { AuditSource, Clock, Credentials } from '../core/ports';
import { COLLECTOR_VERSION } from '../version';
import { rateLimitPauseMs, retryAfterMs } from './rate-limit';
import { wasNeverSent } from './connection-errors';

const gunzipAsync = promisify(gunzip);

/** Path of the audit iterator (Netskope REST API v2, dataexport). */
export const AUDIT_ITERATOR_PATH = '/api/v2/events/dataexport/events/audit';
/** Header with the token (Netskope REST API v2 overview). */
export const TOKEN_HEADER = 'Netskope-Api-Token';
const CONNECT_TIMEOUT_MS = 10_000;
/** A full page has some 4 MB; each chunk is a trip to the thread pool and back. */
const GUNZIP_CHUNK_BYTES = 1 << 20;
/** A page has 10,000 events at most, some 5 MB; an error body is a sentence. */
const MAX_EXCERPT_LENGTH = 200;

export interface NetskopeClientSettings {
  /** Longest time one call may take, connection and body included. */
  readonly requestTimeoutMs: number;
  readonly clock: Clock;
}

/**
 * Netskope's audit iterator over HTTPS. It uses the HTTP client that the AWS SDK brings: it follows no redirect, so the
 * token goes nowhere else, and leaves bodies as transferred, so that a cut gzip stream is noticed.
 */
export class NetskopeClient implements AuditSource {
  /** Without the client's own socket time-out, which could not be told from a connection that never came up. */
  private readonly http = new NodeHttpHandler({ connectionTimeout: CONNECT_TIMEOUT_MS, socketTimeout: 0 });

  constructor(private readonly settings: NetskopeClientSettings) {}

  async ask(credentials: Credentials, indexName: string, call: Call): Promise<Outcome> {
    const signal = this.settings.clock.timeoutSignal(this.settings.requestTimeoutMs);
    let response: HttpResponse;
    try {
      ({ response } = await this.http.handle(request(credentials, indexName, call), { abortSignal: signal }));
    } catch (error) {
      return this.withoutAnswer(error, signal);
    }
    const body = readBody(response.body as Readable, signal);
    if (response.statusCode === 200) return readPage(response, body, credentials.token);
    if (response.statusCode === 204) return noContent(response, call);
    const excerpt = await body.then((bytes) => excerptOf(bytes, credentials.token)).catch(() => '');
    return this.withoutPage(response, excerpt);
  }

  /** Nothing came back. Only what surely happened before the request was written counts as not served. */
  private withoutAnswer(error: unknown, signal: AbortSignal): Outcome {
    if (signal.aborted)
      return { kind: 'doubtful', reason: `no answer within ${this.settings.requestTimeoutMs} ms` };
    const { code, name } = error as { code?: string; name?: string };
    const what = code ?? name ?? 'unknown error';
    if (wasNeverSent(error)) return { kind: 'not-served', reason: `Netskope could not be reached: ${what}` };
    return { kind: 'doubtful', reason: `the connection broke before an answer came: ${what}` };
  }

  /** Every status that is not a page, by what it says about the cursor. */
  private withoutPage(response: HttpResponse, excerpt: string): Outcome {
    const { statusCode: status, headers } = response;
    const reason = `HTTP ${status}${excerpt === '' ? '' : `: ${excerpt}`}`;
    switch (status) {
      case 409:
      case 429:
        return {
          kind: 'not-served',
          reason,
          retryAfterMs: retryAfterMs(headers, this.settings.clock.nowMs()),
        };
      case 401:
      case 403:
        return { kind: 'refused', reason };
      case 502:
      case 504:
        return { kind: 'doubtful', reason };
      default:
        if (status >= 500) return { kind: 'failed', reason };
        if (status >= 300 && status < 400)
          return {
            kind: 'rejected',
            reason: `HTTP ${status}, a redirect to ${hostOf(headers)}: is the domain right?`,
          };
        return status < 300 ? { kind: 'undecodable', reason } : { kind: 'rejected', reason };
    }
  }
}

function request({ origin, token }: Credentials, indexName: string, call: Call): HttpRequest {
  const url = new URL(origin);
  return new HttpRequest({
    method: 'GET',
    protocol: url.protocol,
    hostname: url.hostname,
    port: url.port === '' ? undefined : Number(url.port),
    path: AUDIT_ITERATOR_PATH,
    query: { operation: call.operation === 'epoch' ? String(call.epochS) : call.operation, index: indexName },
    headers: {
      [TOKEN_HEADER]: token,
      Accept: 'application/json',
      'Accept-Encoding': 'gzip',
      'User-Agent': `netskope-audit-collector/${COLLECTOR_VERSION}`,
    },
  });
}

/** @throws where the body is cut, or does not end before the signal aborts */
async function readBody(stream: Readable, signal: AbortSignal): Promise<Buffer> {
  const abort = (): void => void stream.destroy(new Error('the body did not end in time'));
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await buffer(stream);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Once Netskope has answered 200 the cursor has moved: whatever is wrong with the body, the page is to be asked for again. */
async function readPage(
  response: HttpResponse,
  transferred: Promise<Buffer>,
  token: string,
): Promise<Outcome> {
  let bytes: Buffer;
  let body: Buffer;
  try {
    bytes = await transferred;
    body = await decode(bytes, response.headers['content-encoding']);
  } catch (error) {
    return { kind: 'undecodable', reason: `the body of a 200 was cut: ${(error as Error).message}` };
  }
  const envelope = readEnvelope(body, createHash('sha256').update(bytes).digest('hex'));
  if (envelope.kind !== 'page')
    return { kind: 'undecodable', reason: `HTTP 200, but ${withoutToken(envelope.reason, token)}` };
  return {
    kind: 'page',
    page: envelope.page,
    bytesIn: bytes.length,
    rateLimitPauseMs: rateLimitPauseMs(response.headers),
  };
}

/**
 * "No Content" is not documented here. It is believed when the page is asked for again, not at once: a page that got lost
 * behind it would be lost for good.
 */
function noContent(response: HttpResponse, call: Call): Outcome {
  if (call.operation !== 'resend') return { kind: 'undecodable', reason: 'HTTP 204 instead of a page' };
  const page = { body: Buffer.alloc(0), sha256: EMPTY_SHA256, spans: [], values: [], hasLineBreaks: false };
  return { kind: 'page', page, bytesIn: 0, rateLimitPauseMs: rateLimitPauseMs(response.headers) };
}

const EMPTY_SHA256 = createHash('sha256').digest('hex');

async function decode(bytes: Buffer, contentEncoding = 'identity'): Promise<Buffer> {
  if (contentEncoding === 'identity') return bytes;
  if (contentEncoding === 'gzip') return gunzipAsync(bytes, { chunkSize: GUNZIP_CHUNK_BYTES });
  throw new Error(`content-encoding ${JSON.stringify(contentEncoding)}, expected gzip or none`);
}

function excerptOf(bytes: Buffer, token: string): string {
  return withoutToken(bytes.toString('utf8'), token).replace(/\s+/g, ' ').trim().slice(0, MAX_EXCERPT_LENGTH);
}

/** Answers may repeat what they refuse. */
function withoutToken(text: string, token: string): string {
  return text.replaceAll(token, '[token]').slice(0, MAX_EXCERPT_LENGTH);
}

function hostOf(headers: Readonly<Record<string, string>>): string {
  return URL.canParse(headers.location ?? '') ? new URL(headers.location ?? '').host : 'an unknown place';
}
