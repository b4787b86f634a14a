import { createHash } from 'node:crypto';
import { retryAfterMs } from '../../../lambdas/collector/adapters/rate-limit';
import { otherTypeReason, readEnvelope } from '../../../lambdas/collector/core/page/envelope';
import { isWebPage } from '../../../lambdas/collector/core/page/web-page';
import { isNetskopeHost } from '../../../lambdas/contract/deployment/tenant-host';
import type { Feed } from '../../../lambdas/contract/feed/feed';
import { visibleText } from '../../format/visible-text';
import type { Answered, NetskopeAnswer } from './netskope-request';

/** Why a probe was not served. */
export type ProbeFailure =
  | 'host-not-found'
  | 'unreachable'
  | 'tls-failed'
  | 'no-answer'
  | 'not-netskope'
  | 'token-refused'
  | 'scope-missing'
  | 'address-refused'
  /** A 403 as a web page. */
  | 'page-forbidden'
  | 'api-disabled'
  | 'forbidden'
  | 'rate-limited'
  | 'index-busy'
  | 'netskope-failed'
  | 'answer-damaged'
  | 'not-understood';

/** What an answer says about domain and token. */
export type ProbeVerdict =
  /** Netskope has served a page; `events` is how many were in it. */
  { readonly kind: 'served'; readonly events: number } | RefusedProbe;

export interface RefusedProbe {
  readonly kind: ProbeFailure;
  /** What was received, as text for people: without the token and without control characters. */
  readonly received: string;
  /** How long the answer asks to wait. */
  readonly retryAfterMs?: number;
}

/** What was called. */
interface Called {
  /** Bare host name of the tenant. */
  readonly host: string;
  readonly token: string;
  readonly feed: Feed;
}

export function classifyAnswer(answer: NetskopeAnswer, called: Called): ProbeVerdict {
  return answer.kind === 'answered' ? classifyAnswered(answer, called) : classifyUnanswered(answer);
}

function classifyUnanswered({ stage, code, proxy }: Exclude<NetskopeAnswer, Answered>): RefusedProbe {
  const received = proxy === undefined ? code : `${code}; ${proxy}`;
  switch (stage) {
    case 'lookup':
      return { kind: code === 'ENOTFOUND' ? 'host-not-found' : 'unreachable', received };
    case 'connect':
      return { kind: 'unreachable', received };
    case 'tls':
      return { kind: 'tls-failed', received };
    case 'answer':
      return { kind: 'no-answer', received };
  }
}

function classifyAnswered(answer: Answered, called: Called): ProbeVerdict {
  const { host, token } = called;
  const { status } = answer;
  if (status === 200 && !isHtml(answer)) return classifyPage(answer, called);
  if (status === 204) return { kind: 'served', events: 0 };
  const received = describe(answer, token);
  if (status >= 500) return { kind: 'netskope-failed', received };
  if (isHtml(answer) && !isNetskopeHost(host)) return { kind: 'not-netskope', received };
  switch (status) {
    case 401:
      return { kind: 'token-refused', received };
    case 403:
      return { kind: isHtml(answer) ? 'page-forbidden' : kindOfForbidden(received), received };
    case 409:
      return { kind: 'index-busy', received };
    case 429:
      return {
        kind: 'rate-limited',
        received,
        retryAfterMs: retryAfterMs(singleHeaders(answer), answer.receivedAtMs),
      };
    default:
      return { kind: isElsewhere(status) ? 'not-netskope' : 'not-understood', received };
  }
}

/** A redirect, or a gateway that does not know the path: the host is not a tenant. */
function isElsewhere(status: number): boolean {
  return status === 404 || (status >= 300 && status < 400);
}

function classifyPage(answer: Answered, { feed, token }: Called): ProbeVerdict {
  const { body } = answer;
  if (body === undefined) return { kind: 'answer-damaged', received: 'HTTP 200, but the body was cut' };
  const envelope = readEnvelope(feed, body, createHash('sha256').update(body).digest('hex'));
  if (envelope.kind === 'page') return { kind: 'served', events: envelope.page.events.length };
  const type = envelope.kind === 'undecodable' ? typeOf(answer, token) : undefined;
  const received = `HTTP 200, but ${type ?? printable(envelope.reason, token)}`;
  switch (envelope.kind) {
    case 'undecodable':
      return { kind: 'answer-damaged', received };
    case 'refused':
      return { kind: envelope.status === 401 ? 'token-refused' : kindOfForbidden(received), received };
    case 'not-ok':
      return { kind: 'not-understood', received };
  }
}

/**
 * A 403 has many reasons, and only its text tells them apart. The text for a missing scope was seen in the field (a
 * constant in Sekoia's connector). Those for a refused address and a bad token are from Kong's plugins ip-restriction
 * and key-auth, because the gateway words its other answers as Kong does. No text is published for a tenant whose REST
 * API is switched off. A text that is not recognized stays a 403 with all its reasons.
 */
function kindOfForbidden(words: string): ProbeFailure {
  if (/cannot consume this service/i.test(words)) return 'scope-missing';
  if (/\bIP\b|\baddress\b/i.test(words)) return 'address-refused';
  if (/\bdisabled\b|not enabled/i.test(words)) return 'api-disabled';
  if (/invalid authentication|expired/i.test(words)) return 'token-refused';
  return 'forbidden';
}

function isHtml({ headers, body }: Answered): boolean {
  return isWebPage(headers['content-type'], startOf(body));
}

/** That an answer is not JSON, by its type; undefined if the type is JSON or absent. */
function typeOf({ headers }: Answered, token: string): string | undefined {
  const reason = otherTypeReason(headers['content-type']?.replaceAll(token, '[token]'));
  return reason === undefined ? undefined : printable(reason, token);
}

/** Status and text of an answer; for a web page, only that it is one. */
function describe(answer: Answered, token: string): string {
  const { status, headers } = answer;
  if (status >= 300 && status < 400) return `HTTP ${status}, a redirect to ${hostOf(headers.location)}`;
  if (isHtml(answer)) return describePage(answer, token);
  const words = printable(messageIn(startOf(answer.body)), token);
  return words === '' ? `HTTP ${status}` : `HTTP ${status}: ${words}`;
}

function describePage(answer: Answered, token: string): string {
  const { status } = answer;
  const type = typeOf(answer, token);
  if (type === undefined) return `HTTP ${status} with a web page`;
  return status === 200 ? `HTTP ${status}, but ${type}` : `HTTP ${status}, ${type}`;
}

/** Kong's answers are `{"message":"…"}`; any other text is returned as it is. */
function messageIn(text: string): string {
  try {
    const { message } = JSON.parse(text) as { readonly message?: unknown };
    return typeof message === 'string' ? message : text;
  } catch {
    return text;
  }
}

const MAX_WORDS_LENGTH = 200;
const START_BYTES = 4096;

function startOf(body: Buffer = Buffer.alloc(0)): string {
  return body.subarray(0, START_BYTES).toString('utf8');
}

/** An answer may repeat the token that it refuses, and contain control characters. */
function printable(text: string, token: string): string {
  const words = text.replaceAll(token, '[token]').replace(/\s+/g, ' ').trim();
  return visibleText(words.slice(0, MAX_WORDS_LENGTH));
}

function hostOf(location: string | undefined): string {
  return URL.canParse(location ?? '') ? new URL(location ?? '').host : 'another path';
}

function singleHeaders({ headers }: Answered): Readonly<Record<string, string | undefined>> {
  return { 'retry-after': headers['retry-after'], 'ratelimit-reset': headers['ratelimit-reset']?.toString() };
}
