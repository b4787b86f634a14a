import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Feed } from '../../../lambdas/contract/feed/feed';
import { askNetskope } from './netskope-request';
import type { ProbeVerdict } from './probe-verdict';
import { classifyAnswer } from './probe-verdict';

/** The domain and token to try. */
interface ProbeRequest {
  readonly feed: Feed;
  /** For example `https://corp.goskope.com`. */
  readonly origin: string;
  /** Bare host name of the tenant, even if the origin is another. */
  readonly host: string;
  readonly token: string;
  readonly sourceId: string;
  /** Unix milliseconds. */
  readonly nowMs: () => number;
}

/** The result of trying domain and token. */
export interface Probe {
  readonly verdict: ProbeVerdict;
  /** The index of the call; nothing else ever uses it. */
  readonly indexName: string;
  /** How far the clock of Netskope's host is ahead of this machine's; absent if the answer did not say. */
  readonly clockAheadMs?: number;
}

/** A person waits for the answer. A page of one minute is small, and the gateway answers at once. */
const TIMEOUT_MS = 30_000;
const MAX_ATTEMPTS = 3;
/** Longest requested wait that is honored; a longer one is left to the person. */
const MAX_WAIT_MS = 5_000;
/** How far back events are asked for: enough to be served, little to fetch. */
const LOOKBACK_S = 60;
/** With the longest source id the name stays within 64 characters, the longest that is known to work. */
const INDEX_SUFFIX_BYTES = 8;

/**
 * Tries domain and token on the feed's real iterator. Each attempt uses a new index, so that it neither touches the
 * cursor of the live feed nor meets another probe.
 */
export async function probe(request: ProbeRequest): Promise<Probe> {
  for (let attempt = 1; ; attempt++) {
    const probed = await probeOnce(request);
    const waitMs = waitBeforeRetryMs(probed.verdict);
    if (waitMs === undefined || attempt === MAX_ATTEMPTS) return probed;
    await sleep(waitMs);
  }
}

async function probeOnce({ feed, origin, host, token, sourceId, nowMs }: ProbeRequest): Promise<Probe> {
  const indexName = `${sourceId}-probe-${randomBytes(INDEX_SUFFIX_BYTES).toString('hex')}`;
  const epochS = Math.floor(nowMs() / 1000) - LOOKBACK_S;
  const query = { operation: String(epochS), index: indexName };
  const answer = await askNetskope({
    origin,
    path: feed.iteratorPath,
    query,
    token,
    timeoutMs: TIMEOUT_MS,
    nowMs,
  });
  const verdict = classifyAnswer(answer, { host, token, feed });
  if (answer.kind === 'unanswered') return { verdict, indexName };
  return { verdict, indexName, clockAheadMs: clockAheadMs(answer.headers.date, answer.receivedAtMs) };
}

/** @returns undefined if trying again would not help */
function waitBeforeRetryMs(verdict: ProbeVerdict): number | undefined {
  if (verdict.kind === 'answer-damaged') return 0;
  if (verdict.kind !== 'rate-limited') return undefined;
  const { retryAfterMs = Number.POSITIVE_INFINITY } = verdict;
  return retryAfterMs <= MAX_WAIT_MS ? retryAfterMs : undefined;
}

/** A `Date` header has whole seconds (RFC 9110, 5.6.7): on average, half a second more has passed. */
const MEAN_FRACTION_MS = 500;

/**
 * How far the clock of another machine is ahead of this one's, in milliseconds; negative if it is behind. Exact to
 * about a second.
 * @param dateHeader of an answer
 * @param receivedAtMs when the answer came, unix milliseconds
 * @returns undefined without a readable header
 */
export function clockAheadMs(dateHeader: string | undefined, receivedAtMs: number): number | undefined {
  const dateMs = Date.parse(dateHeader ?? '');
  return Number.isNaN(dateMs) ? undefined : dateMs + MEAN_FRACTION_MS - receivedAtMs;
}
