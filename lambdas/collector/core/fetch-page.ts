import { CredentialError, UpstreamContractError, UpstreamUnavailableError } from './errors';
import { phaseAfter } from './iterator';
import type { Call, Outcome, OutcomeKind } from './iterator';
import type { Run } from './run';

type PageOutcome = Extract<Outcome, { kind: 'page' }>;
type Failure = Exclude<Outcome, { kind: 'page' }>;

/** A page as it was asked for. */
export interface FetchedPage extends PageOutcome {
  readonly call: Call;
  readonly askedAtMs: number;
}

/** Tries of one page in one run; the schedule is the longer retry. */
const MAX_ATTEMPTS = 5;
const FIRST_BACKOFF_MS = 1_000;
const MAX_BACKOFF_MS = 30_000;

/**
 * Asks Netskope until a page comes, as the protocol allows. The intent is written down before a `next` is asked for.
 * @returns undefined where the time left would not suffice for one more call
 * @throws CredentialError, UpstreamUnavailableError, UpstreamContractError: the state remembered is always the true one
 */
export async function fetchPage(run: Run): Promise<FetchedPage | undefined> {
  const { protocol, source, clock } = run.deps;
  let hasRereadSecret = false;
  for (let attempt = 1; ; attempt++) {
    if (!allowsCall(run, 0)) return undefined;
    const call = protocol.callFor(run.checkpoint);
    if (call.operation === 'next') await run.remember({ phase: 'requested' });
    const askedAtMs = clock.nowMs();
    const outcome = await source.ask(run.credentials, run.checkpoint.indexName, call);
    if (outcome.kind === 'page') return { ...outcome, call, askedAtMs };
    await rememberFailure(run, call, outcome);
    if (outcome.kind === 'refused' && !hasRereadSecret && (await rereadSecret(run))) {
      hasRereadSecret = true;
      continue;
    }
    await prepareRetry(run, outcome, attempt);
  }
}

/** Whether a call begun after `waitMs` would end, and its page be stored, before the function is stopped. */
export function allowsCall(run: Run, waitMs: number): boolean {
  return run.budget.remainingMs() - waitMs >= timeForOnePageMs(run.request.requestTimeoutMs);
}

/** What a call and the storing of its page may take at most. */
export function timeForOnePageMs(requestTimeoutMs: number): number {
  return requestTimeoutMs + STORE_RESERVE_MS;
}

/** Comparing, storing, settling and announcing a full page, with room for the SDK's own retries. */
const STORE_RESERVE_MS = 30_000;

async function rememberFailure(run: Run, call: Call, outcome: Failure): Promise<void> {
  const phase = phaseAfter(call, run.deps.protocol.reactions[outcome.kind], run.checkpoint.phase);
  run.deps.log.warn('no page', {
    operation: call.operation,
    outcome: outcome.kind,
    reason: outcome.reason,
    phase,
  });
  if (phase !== run.checkpoint.phase) await run.remember({ phase });
}

/** @returns whether the secret holds something else than what was refused */
async function rereadSecret(run: Run): Promise<boolean> {
  const fresh = await run.deps.credentials.read(run.request.source.id);
  if (fresh === undefined) return false;
  const isOther = fresh.token !== run.credentials.token || fresh.origin !== run.credentials.origin;
  run.credentials = fresh;
  return isOther;
}

/** Waits as the answer asks, or throws what ends the run. */
async function prepareRetry(run: Run, outcome: Failure, attempt: number): Promise<void> {
  const { then } = run.deps.protocol.reactions[outcome.kind];
  if (then === 'stop' || then === 'rest') throw toError(outcome.kind, outcome.reason);
  if (attempt >= MAX_ATTEMPTS) throw toError(outcome.kind, `${outcome.reason}; ${MAX_ATTEMPTS} attempts`);
  if (then === 'at-once') return;
  const askedMs = outcome.kind === 'not-served' ? outcome.retryAfterMs : undefined;
  const waitMs = askedMs ?? backoffMs(attempt, run.deps.random());
  if (!allowsCall(run, waitMs)) {
    const waitS = Math.ceil(waitMs / 1000);
    throw toError(outcome.kind, `${outcome.reason}; a wait of ${waitS} s is due, longer than this run lasts`);
  }
  await run.deps.clock.sleep(waitMs);
}

/** Full jitter below a doubling ceiling: 1, 2, 4, 8, … seconds. */
function backoffMs(attempt: number, random: number): number {
  return Math.ceil(random * Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (attempt - 1)));
}

const ERRORS: Readonly<Record<Exclude<OutcomeKind, 'page'>, new (message: string) => Error>> = {
  undecodable: UpstreamContractError,
  'not-served': UpstreamUnavailableError,
  failed: UpstreamUnavailableError,
  doubtful: UpstreamUnavailableError,
  refused: CredentialError,
  rejected: UpstreamContractError,
};

function toError(kind: Failure['kind'], message: string): Error {
  return new ERRORS[kind](message);
}
