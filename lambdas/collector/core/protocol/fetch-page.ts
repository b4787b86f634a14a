import type { Checkpoint } from '../../../contract/storage/checkpoint-table';
import type { TimeBudget } from '../../../shared/invocation';
import { CredentialError, UpstreamContractError, UpstreamUnavailableError } from '../errors';
import type { CollectorDeps, CollectRequest, ReceivedPage } from '../ports';
import type { Call } from './call';
import { placeOfS, wasGivenUp } from './checkpoint';
import type { CredentialsInUse } from './credentials-in-use';
import type { Outcome, OutcomeKind, PageOutcome, Reaction } from './iterator';
import { phaseAfter, REST_MS } from './iterator';
import type { Stream } from './stream';

type Failure = Exclude<Outcome, { kind: 'page' }>;

/** The parts of a run that fetching a page uses. */
export interface FetchContext {
  readonly deps: Pick<CollectorDeps, 'protocol' | 'netskope' | 'clock' | 'log' | 'random'>;
  readonly request: Pick<CollectRequest, 'requestTimeoutMs'>;
  readonly stream: Stream;
  readonly credentials: CredentialsInUse;
  readonly budget: TimeBudget;
}

/** A page, and the call that delivered it. */
export interface FetchedPage extends PageOutcome {
  readonly call: Call;
  readonly askedAtMs: number;
}

/** A page that stayed unreadable: it is kept as received, and the next one is requested. */
export interface GivenUpPage extends ReceivedPage {
  readonly kind: 'given-up';
}

/** Attempts at one page in one run; the schedule is the longer retry. */
const MAX_ATTEMPTS = 5;
const FIRST_BACKOFF_MS = 1_000;
/** An event that is not JSON may have been damaged in transfer: its page is accepted after this many deliveries. */
const GARBLED_SIGHTS = 3;

/**
 * Calls Netskope until a page comes, as far as the protocol allows. The intent is stored before each call.
 * @returns undefined if the remaining time is too short for another call
 * @throws CredentialError, UpstreamUnavailableError, UpstreamContractError; the checkpoint is correct even then
 */
export async function fetchPage(run: FetchContext): Promise<FetchedPage | GivenUpPage | undefined> {
  const attempts: Attempts = { count: 0, hasRereadSecret: false };
  while (allowsCall(run, 0)) {
    attempts.count++;
    const page = await attemptPage(run, attempts);
    if (page !== undefined) return page;
  }
  return undefined;
}

/** The attempts at one page so far. */
interface Attempts {
  count: number;
  hasRereadSecret: boolean;
}

/**
 * Makes one attempt, a function of its own: the next one must not hold what this one has received, up to 64 MiB.
 * @returns undefined if another attempt is due
 */
async function attemptPage(
  run: FetchContext,
  attempts: Attempts,
): Promise<FetchedPage | GivenUpPage | undefined> {
  const { protocol } = run.deps;
  const { call, askedAtMs, outcome } = await ask(run);
  if (outcome.kind === 'page') {
    // The call is answered: should storing fail, the next run need not rest.
    run.stream.stage({ restUntilMs: run.deps.clock.nowMs() });
    if (!protocol.isForgotten(run.stream.checkpoint, call, outcome.page))
      return { ...outcome, call, askedAtMs };
    await run.stream.beginAgain('Netskope has forgotten the index: it repeats no page');
    return undefined;
  }
  const { unreadable: before } = run.stream.checkpoint;
  await rememberFailure(run, { call, askedAtMs }, outcome);
  const isGivenUp =
    outcome.kind === 'unreadable' && protocol.isGivenUp(run.stream.checkpoint, run.deps.clock.nowMs());
  if (isGivenUp && (isEvidence(outcome, before) || attempts.count >= MAX_ATTEMPTS))
    return { ...outcome, kind: 'given-up' };
  if (outcome.kind === 'refused' && !attempts.hasRereadSecret && (await run.credentials.reread())) {
    attempts.hasRereadSecret = true;
    return undefined;
  }
  if (protocol.reactions[outcome.kind].then === 'begin-again' && call.operation !== 'epoch')
    await run.stream.beginAgain(`Netskope refuses ${call.operation} on the index`);
  await prepareRetry(run, { call, attempt: attempts.count }, outcome);
  return undefined;
}

/**
 * Whether an answer that cannot be read is the page as Netskope has it. A single one may have been damaged or emptied on
 * its way: what comes twice in a row, with bytes in it, is the page.
 */
function isEvidence({ bytes }: Pick<ReceivedPage, 'bytes'>, before: Checkpoint['unreadable']): boolean {
  return bytes.length > 0 && bytes.length === (before?.bytes ?? bytes.length);
}

/** Makes one call. Until it is answered, the checkpoint says that it may be running. */
async function ask(run: FetchContext): Promise<{
  readonly call: Call;
  readonly askedAtMs: number;
  readonly outcome: Outcome;
}> {
  const { protocol, netskope: source, clock } = run.deps;
  const intendedAtMs = clock.nowMs();
  const call = protocol.callFor(run.stream.checkpoint, intendedAtMs);
  await run.stream.save({
    ...(call.operation === 'next' ? { phase: 'requested' } : {}),
    restUntilMs: intendedAtMs + REST_MS,
  });
  const askedAtMs = clock.nowMs();
  const outcome = await source.ask(run.credentials.current, protocol.indexName(run.stream.checkpoint), call);
  return { call, askedAtMs, outcome: doubted(outcome, run.stream.checkpoint) };
}

/** A page with an event that is not JSON is requested again before it is accepted. */
function doubted(outcome: Outcome, { unreadable }: Checkpoint): Outcome {
  if (outcome.kind !== 'page' || !outcome.page.isGarbled) return outcome;
  if ((unreadable?.count ?? 0) >= GARBLED_SIGHTS - 1) return outcome;
  const { bytes, contentEncoding, rateLimitPauseMs } = outcome;
  return {
    kind: 'unreadable',
    reason: 'an event of the page is not JSON',
    bytes,
    contentEncoding,
    rateLimitPauseMs,
  };
}

/** Whether a call begun after `waitMs` can end, and its page be stored, before the function times out. */
export function allowsCall(run: Pick<FetchContext, 'budget' | 'request'>, waitMs: number): boolean {
  return run.budget.remainingMs() - waitMs >= timeForOnePageMs(run.request.requestTimeoutMs);
}

/** Longest time that a call and storing its page take. */
export function timeForOnePageMs(requestTimeoutMs: number): number {
  return requestTimeoutMs + STORE_RESERVE_MS;
}

/** Comparing, storing, committing and announcing a full page, with room for the SDK's own retries. */
const STORE_RESERVE_MS = 30_000;

async function rememberFailure(
  run: FetchContext,
  { call, askedAtMs }: { readonly call: Call; readonly askedAtMs: number },
  outcome: Failure,
): Promise<void> {
  const reaction = run.deps.protocol.reactions[outcome.kind];
  const phase = phaseAfter(call, reaction, run.stream.checkpoint.phase);
  run.deps.log.warn('no page', {
    operation: call.operation,
    outcome: outcome.kind,
    reason: outcome.reason,
    phase,
  });
  await run.stream.save({
    phase,
    restUntilMs: restAfter(run, outcome, reaction),
    ...(outcome.kind === 'cut' || outcome.kind === 'unreadable' ? { servedAtMs: askedAtMs } : {}),
    ...(outcome.kind === 'unreadable'
      ? { unreadable: oneMore(run.stream.checkpoint, askedAtMs, outcome.bytes.length) }
      : {}),
  });
}

/** An answer ends the rest, unless the request may still be running, or the answer asks to wait. */
function restAfter(run: FetchContext, outcome: Failure, { then }: Reaction): number | undefined {
  if (then === 'rest') return run.stream.checkpoint.restUntilMs;
  if (outcome.kind !== 'not-served' || outcome.retryAfterMs === undefined) return undefined;
  return run.deps.clock.nowMs() + outcome.retryAfterMs;
}

function oneMore(checkpoint: Checkpoint, atMs: number, bytes: number): NonNullable<Checkpoint['unreadable']> {
  const { generation = 0, unreadable } = checkpoint;
  const { count = 0, sinceMs = atMs, placeS = 0 } = unreadable ?? {};
  return {
    count: count + 1,
    sinceMs,
    bytes,
    // A page that was given up before is not the one that is counted: this generation is still on its way to that.
    generation: wasGivenUp(checkpoint) ? (unreadable?.generation ?? generation) : generation,
    placeS: Math.max(placeS, placeOfS(checkpoint)),
  };
}

/** Waits before the next attempt, or throws the error that ends the run. */
async function prepareRetry(
  run: FetchContext,
  { call, attempt }: { readonly call: Call; readonly attempt: number },
  outcome: Failure,
): Promise<void> {
  const { then } = run.deps.protocol.reactions[outcome.kind];
  const isFinal =
    then === 'stop' || then === 'rest' || (then === 'begin-again' && call.operation === 'epoch');
  if (isFinal) throw toError(outcome.kind, outcome.reason);
  if (attempt >= MAX_ATTEMPTS) throw toError(outcome.kind, `${outcome.reason}; ${MAX_ATTEMPTS} attempts`);
  const waitMs = waitBeforeRetryMs(run, outcome, attempt);
  if (!allowsCall(run, waitMs)) {
    const waitS = Math.ceil(waitMs / 1000);
    throw toError(outcome.kind, `${outcome.reason}; a wait of ${waitS} s is due, longer than this run lasts`);
  }
  await run.deps.clock.sleep(waitMs);
}

function waitBeforeRetryMs(run: FetchContext, outcome: Failure, attempt: number): number {
  const askedMs = outcome.kind === 'not-served' ? outcome.retryAfterMs : undefined;
  const rateLimitMs = 'rateLimitPauseMs' in outcome ? outcome.rateLimitPauseMs : 0;
  return askedMs ?? Math.max(rateLimitMs, backoffMs(attempt, run.deps.random()));
}

/** Full jitter below a doubling ceiling: 1, 2, 4 and 8 seconds. */
function backoffMs(attempt: number, random: number): number {
  return Math.ceil(random * FIRST_BACKOFF_MS * 2 ** (attempt - 1));
}

const ERRORS: Readonly<Record<Exclude<OutcomeKind, 'page'>, new (message: string) => Error>> = {
  cut: UpstreamContractError,
  unreadable: UpstreamContractError,
  'not-served': UpstreamUnavailableError,
  failed: UpstreamUnavailableError,
  doubtful: UpstreamUnavailableError,
  refused: CredentialError,
  'bad-request': UpstreamContractError,
  rejected: UpstreamContractError,
};

function toError(kind: Failure['kind'], message: string): Error {
  return new ERRORS[kind](message);
}
