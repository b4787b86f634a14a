import { createHash } from 'node:crypto';
import { rateLimitPauseMs } from '../../../lambdas/collector/adapters/rate-limit';
import { eventText, readEnvelope } from '../../../lambdas/collector/core/page/envelope';
import { EnvDefault } from '../../../lambdas/contract/deployment/environment';
import { TokenPlace } from '../../../lambdas/contract/deployment/token-places';
import type { Feed } from '../../../lambdas/contract/feed/feed';
import type { OperatorErrorParts } from '../operator-error';
import { ExitCode, OperatorError } from '../operator-error';
import { describeProbeFailure, TOKEN_ROLE } from './describe-probe-failure';
import type { Answered, NetskopeAnswer } from './netskope-request';
import { askNetskope } from './netskope-request';
import type { ProbeFailure, RefusedProbe } from './probe-verdict';
import { classifyAnswer } from './probe-verdict';

/** Largest number of events in an answer (Netskope's Python SDK). */
export const MAX_PAGE_EVENTS = 5_000;

const MAX_ATTEMPTS = 6;
const FIRST_BACKOFF_MS = 1_000;
/** Longest requested wait that is honored, as in Netskope's own client for Cloud Exchange. */
const MAX_WAIT_MS = 300_000;

/** Whether Netskope includes the bounds is not documented. */
export interface EventsQuery {
  /** By event time, unix seconds. */
  readonly startS: number;
  readonly endS: number;
  /** Number of the newest events to leave out. */
  readonly offset: number;
}

export interface EventsPage {
  /** The exact JSON text of each event, newest first. */
  readonly texts: readonly string[];
  /** Number of events in all pages, if Netskope gives it. */
  readonly total?: number;
}

interface EventsDataSettings {
  readonly feed: Feed;
  /** For example `https://corp.goskope.com`. */
  readonly origin: string;
  readonly token: string;
  /** Unix milliseconds. */
  readonly nowMs: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/**
 * Reads a feed's events by time range, from an endpoint other than the iterator (Netskope's Python SDK, events
 * resource). It has no cursor: a call changes nothing and can be repeated. One call at a time; it obeys rate limits.
 */
export class EventsDataClient {
  private pauseMs = 0;

  constructor(private readonly settings: EventsDataSettings) {}

  /** @throws OperatorError if no page comes; a failure is never taken for a page without events */
  async page(query: EventsQuery): Promise<EventsPage> {
    let waitMs = this.pauseMs;
    for (let attempt = 1; ; attempt++) {
      await this.settings.sleep(waitMs);
      const answer = await this.ask(query);
      const page = pageIn(answer, this.settings.feed);
      if (page !== undefined) return page;
      const verdict = this.refusalOf(answer);
      const retryMs = isWorthRepeating(verdict, answer) ? waitBeforeMs(verdict, attempt) : undefined;
      if (attempt === MAX_ATTEMPTS || retryMs === undefined || retryMs > MAX_WAIT_MS)
        throw this.failure(verdict);
      waitMs = Math.max(retryMs, this.pauseMs);
    }
  }

  private async ask({ startS, endS, offset }: EventsQuery): Promise<NetskopeAnswer> {
    const { feed, origin, token, nowMs } = this.settings;
    const query = { starttime: startS, endtime: endS, limit: MAX_PAGE_EVENTS, offset };
    const answer = await askNetskope({
      origin,
      path: feed.queryPath,
      query: Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)])),
      token,
      timeoutMs: EnvDefault.requestTimeoutMs,
      nowMs,
    });
    this.pauseMs = answer.kind === 'answered' ? pauseAfter(answer) : 0;
    return answer;
  }

  /** A served answer that gets here has no page: it is a 204, or its events are not JSON. */
  private refusalOf(answer: NetskopeAnswer): RefusedProbe {
    const { origin, token, feed } = this.settings;
    const verdict = classifyAnswer(answer, { host: new URL(origin).hostname, token, feed });
    if (verdict.kind !== 'served') return verdict;
    const status = answer.kind === 'answered' ? answer.status : 0;
    return { kind: 'answer-damaged', received: `HTTP ${status} without events that can be read` };
  }

  private failure(verdict: RefusedProbe): OperatorError {
    const { feed, origin } = this.settings;
    return new OperatorError(describeCountFailure(verdict, { host: new URL(origin).host, feed }));
  }
}

/** @returns undefined if the answer is not a page */
function pageIn(answer: NetskopeAnswer, feed: Feed): EventsPage | undefined {
  if (answer.kind !== 'answered' || answer.status !== 200 || answer.body === undefined) return undefined;
  const envelope = readEnvelope(feed, answer.body, createHash('sha256').update(answer.body).digest('hex'));
  if (envelope.kind !== 'page') return undefined;
  const { page } = envelope;
  return { texts: page.events.map(({ index }) => eventText(page, index)), total: totalIn(answer.body) };
}

function totalIn(body: Buffer): number | undefined {
  try {
    const { total } = JSON.parse(body.toString('utf8')) as { readonly total?: unknown };
    return Number.isSafeInteger(total) ? (total as number) : undefined;
  } catch {
    return undefined;
  }
}

const REPEATED: ReadonlySet<RefusedProbe['kind']> = new Set([
  'rate-limited',
  'index-busy',
  'netskope-failed',
  'answer-damaged',
  'no-answer',
  'unreachable',
]);

/** A 200 whose `ok` is not 1 may be as transient as a 500. */
function isWorthRepeating({ kind }: RefusedProbe, answer: NetskopeAnswer): boolean {
  return (
    REPEATED.has(kind) || (kind === 'not-understood' && answer.kind === 'answered' && answer.status === 200)
  );
}

function waitBeforeMs({ kind, retryAfterMs }: RefusedProbe, attempt: number): number {
  if (kind === 'answer-damaged' && attempt === 1) return 0;
  return retryAfterMs ?? FIRST_BACKOFF_MS * 2 ** (attempt - 1);
}

function pauseAfter({ headers }: Answered): number {
  return rateLimitPauseMs({
    'ratelimit-remaining': headers['ratelimit-remaining']?.toString(),
    'ratelimit-reset': headers['ratelimit-reset']?.toString(),
  });
}

interface Asked {
  readonly host: string;
  readonly feed: EventsDataSettings['feed'];
}

type Words = (received: string, asked: Asked) => OperatorErrorParts;

/** Messages for failures that mean something else here than at the iterator. */
const WORDS: Partial<Readonly<Record<ProbeFailure, Words>>> = {
  'scope-missing': (received, { feed }) => ({
    what: `The token may not read ${feed.queryPath}, which events are counted with: ${received}.`,
    whatToDo: `Give it read access to that endpoint, too (${TokenPlace.Tokens}), or its service account ${TOKEN_ROLE}. The collector itself does not need it; verify --chain works without.`,
    exitCode: ExitCode.RefusedByNetskope,
  }),
  forbidden: (received, { feed }) => ({
    what: `Netskope refuses to serve ${feed.queryPath} and does not say why: ${received}.`,
    whatToDo: `Check in this order: that the token has read access to that endpoint (${TokenPlace.Tokens}); ${TokenPlace.AllowList}, with the address of this machine; whether the token has expired.`,
    exitCode: ExitCode.RefusedByNetskope,
  }),
  'not-netskope': (received, { host, feed }) => ({
    what: `${host} does not serve ${feed.queryPath}: ${received}.`,
    whatToDo:
      'Check the domain in the secret with npx --no -- netskope-audit doctor. Where the tenant does not offer the endpoint, verify --chain still works.',
  }),
  'index-busy': (received, { host }) => ({
    what: `${host} was busy and stayed so: ${received}.`,
    whatToDo: 'Try again in a few minutes.',
  }),
};

/** Describes why events could not be counted at Netskope. */
function describeCountFailure(verdict: RefusedProbe, asked: Asked): OperatorErrorParts {
  const words = WORDS[verdict.kind]?.(verdict.received, asked);
  return words ?? describeProbeFailure(verdict, { ...asked, indexName: asked.feed.queryPath });
}
