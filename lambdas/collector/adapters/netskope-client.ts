import { createHash } from 'node:crypto';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Readable } from 'node:stream';
import type { HttpResponse } from '@smithy/core/protocols';
import { HttpRequest } from '@smithy/core/protocols';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Feed } from '../../contract/feed/feed';
import type { Proxy } from '../../shared/proxy';
import { agentOptions, codeOf, hostOf } from '../../shared/proxy';
import { decodeBody } from '../core/page/decode-body';
import { otherTypeReason, readEnvelope } from '../core/page/envelope';
import type { KnownForms } from '../core/page/form/known-forms';
import { PageMemory } from '../core/page/page-memory';
import { isWebPage } from '../core/page/web-page';
import type { Clock, Credentials, EventSource } from '../core/ports';
import type { Call } from '../core/protocol/call';
import type { Outcome } from '../core/protocol/iterator';
import { refusedReason, wasNeverSent } from './failed-calls';
import { rateLimitPauseMs, retryAfterMs } from './rate-limit';
import type { ReceivedBody } from './received-body';
import { MAX_RECEIVED_BYTES, readBody } from './received-body';
import { COLLECTOR_VERSION } from './version';

/** Header with the token (Netskope REST API v2 overview). */
export const TOKEN_HEADER = 'Netskope-Api-Token';
const CONNECT_TIMEOUT_MS = 10_000;
/** Longest text quoted from an answer, in characters. */
const MAX_EXCERPT_LENGTH = 200;

interface NetskopeClientSettings {
  /** Timeout of one call, including connection and body. */
  readonly requestTimeoutMs: number;
  readonly clock: Clock;
  readonly feed: Feed;
  /** @default - Netskope is called directly */
  readonly proxy?: Proxy;
  /** Of earlier events of the feed. @default - none are known */
  readonly forms?: KnownForms;
}

/**
 * An iterator of Netskope over HTTPS, for one run: its pages share their memory. It uses the HTTP client of the AWS SDK.
 * That client follows no redirects, so the token is sent to no other host, and it does not decode bodies, so a truncated
 * gzip stream is noticed.
 *
 * Each call has its own connection. Lambda freezes the function between two runs. A socket that was kept alive is dead
 * five minutes later, and the first request on it is reset: a doubtful call, which costs a rest.
 */
export class NetskopeClient implements EventSource {
  /** The client's own socket timeout is off: it looks the same as a connection that was never established. */
  private readonly http: NodeHttpHandler;
  private readonly memory: PageMemory;

  constructor(private readonly settings: NetskopeClientSettings) {
    this.memory = new PageMemory(settings.feed.schema, settings.forms);
    this.http = new NodeHttpHandler({
      connectionTimeout: CONNECT_TIMEOUT_MS,
      socketTimeout: 0,
      httpAgent: new HttpAgent({ keepAlive: false }),
      httpsAgent: new HttpsAgent({ keepAlive: false, ...agentOptions(settings.proxy) }),
    });
  }

  async ask(credentials: Credentials, indexName: string, call: Call): Promise<Outcome> {
    const signal = this.settings.clock.timeoutSignal(this.settings.requestTimeoutMs);
    let response: HttpResponse;
    try {
      ({ response } = await this.http.handle(
        request(this.settings.feed.iteratorPath, credentials, { indexName, call }),
        { abortSignal: signal },
      ));
    } catch (error) {
      return this.withoutAnswer(error, signal);
    }
    const body = await readBody(response.body as Readable, signal, this.memory.received);
    return response.statusCode === 200 || response.statusCode === 204
      ? readPage(response, body, { token: credentials.token, feed: this.settings.feed, memory: this.memory })
      : this.withoutPage(response, body.bytes, credentials.token);
  }

  /** The outcome without a response. Only failures that certainly precede the request are `not-served`. */
  private withoutAnswer(error: unknown, signal: AbortSignal): Outcome {
    if (signal.aborted)
      return { kind: 'doubtful', reason: `no answer within ${this.settings.requestTimeoutMs} ms` };
    const { proxy } = this.settings;
    const what = codeOf(error);
    const way = proxy === undefined ? '' : ` through the proxy ${hostOf(proxy)}`;
    if (wasNeverSent(error))
      return { kind: 'not-served', reason: `Netskope could not be reached${way}: ${what}` };
    return { kind: 'doubtful', reason: `the connection broke before an answer came: ${what}` };
  }

  /**
   * Maps every status without a page to what it says about the cursor. The body of a 401 or 403 is not shown: it may
   * repeat the token in any form.
   */
  private withoutPage(response: HttpResponse, bytes: Buffer, token: string): Outcome {
    const { statusCode: status, headers } = response;
    const excerpt = excerptOf(bytes, token);
    const type = typeReason(headers, token);
    const withType = `HTTP ${status}${type === undefined ? '' : `, ${type}`}`;
    const reason = `${withType}${excerpt === '' ? '' : `: ${excerpt}`}`;
    switch (status) {
      case 409:
      case 429:
        return {
          kind: 'not-served',
          reason,
          retryAfterMs: retryAfterMs(headers, this.settings.clock.nowMs()),
        };
      case 400:
        return { kind: 'bad-request', reason };
      case 401:
      case 403:
        return {
          kind: 'refused',
          reason: refusedReason({
            status,
            received: withType,
            isWebPage: isWebPage(headers['content-type'], excerpt),
          }),
        };
      case 408: // from gateways, which may have forwarded the request
      case 425:
      case 499:
      case 502:
      case 504:
        return { kind: 'doubtful', reason };
      default:
        if (status >= 500 || status < 300) return { kind: 'failed', reason };
        if (status < 400)
          return {
            kind: 'rejected',
            reason: `HTTP ${status}, a redirect to ${locationOf(headers)}: is the domain right?`,
          };
        return { kind: 'rejected', reason };
    }
  }
}

function request(
  path: string,
  { origin, token }: Credentials,
  { indexName, call }: { readonly indexName: string; readonly call: Call },
): HttpRequest {
  const url = new URL(origin);
  return new HttpRequest({
    method: 'GET',
    protocol: url.protocol,
    hostname: url.hostname,
    port: url.port === '' ? undefined : Number(url.port),
    path,
    query: { operation: call.operation === 'epoch' ? String(call.epochS) : call.operation, index: indexName },
    headers: {
      [TOKEN_HEADER]: token,
      Accept: 'application/json',
      'Accept-Encoding': 'gzip',
      'User-Agent': `netskope-audit-collector/${COLLECTOR_VERSION}`,
    },
  });
}

/** After a 200 the cursor has moved. If anything is wrong with the body, the page has to be requested again. */
async function readPage(
  { statusCode, headers }: HttpResponse,
  { bytes, cutBy, isTooLong }: ReceivedBody,
  { token, feed, memory }: { readonly token: string; readonly feed: Feed; readonly memory: PageMemory },
): Promise<Outcome> {
  const pauseMs = rateLimitPauseMs(headers);
  const contentEncoding = headers['content-encoding'];
  const unreadable = (reason: string): Outcome => ({
    kind: 'unreadable',
    reason: `HTTP ${statusCode}, but ${withoutToken(reason, token)}`,
    bytes,
    contentEncoding,
    rateLimitPauseMs: pauseMs,
  });
  if (cutBy !== undefined) return cut(cutBy, pauseMs);
  if (isTooLong) return unreadable(`the body has more than ${MAX_RECEIVED_BYTES} bytes`);
  const decoded = await decodeBody(bytes, contentEncoding, { memory: memory.body });
  if (decoded.kind === 'cut') return cut(decoded.reason, pauseMs);
  if (decoded.kind === 'unreadable') return unreadable(decoded.reason);
  const envelope = readEnvelope(feed, decoded.body, createHash('sha256').update(bytes).digest('hex'), memory);
  switch (envelope.kind) {
    case 'page':
      return { kind: 'page', page: envelope.page, bytes, contentEncoding, rateLimitPauseMs: pauseMs };
    case 'refused':
      return {
        kind: 'refused',
        reason: refusedReason({
          status: envelope.status,
          received: `HTTP 200 with status ${envelope.status} in its body`,
          isWebPage: false,
        }),
      };
    case 'not-ok':
      return { kind: 'failed', reason: `HTTP 200, but ${withoutToken(envelope.reason, token)}` };
    case 'undecodable': {
      const type = typeReason(headers, token);
      return type === undefined
        ? unreadable(envelope.reason)
        : { kind: 'failed', reason: `HTTP 200, but ${type}` };
    }
  }
}

function cut(reason: string, pauseMs: number): Outcome {
  return { kind: 'cut', reason: `the body of a 200 was cut: ${reason}`, rateLimitPauseMs: pauseMs };
}

/** @returns undefined if the type is JSON or absent */
function typeReason(headers: Readonly<Record<string, string>>, token: string): string | undefined {
  return otherTypeReason(headers['content-type']?.replaceAll(token, '[token]'));
}

function excerptOf(bytes: Buffer, token: string): string {
  return withoutToken(bytes.toString('utf8'), token).replace(/\s+/g, ' ').trim().slice(0, MAX_EXCERPT_LENGTH);
}

/** Possible tokens, encoded ones and parts of one: 16 such characters in a row, or 8 with both letters and digits. */
const TOKEN_LIKE = /[A-Za-z0-9+/=_%\\-]{16,}|(?=[A-Za-z_-]*\d)(?=\d*[A-Za-z])[A-Za-z0-9_-]{8,}/g;

/** An answer may repeat the token, as it was sent or encoded. */
function withoutToken(text: string, token: string): string {
  return text.replaceAll(token, '[token]').replace(TOKEN_LIKE, '[removed]').slice(0, MAX_EXCERPT_LENGTH);
}

function locationOf(headers: Readonly<Record<string, string>>): string {
  return URL.canParse(headers.location ?? '') ? new URL(headers.location ?? '').host : 'an unknown place';
}
