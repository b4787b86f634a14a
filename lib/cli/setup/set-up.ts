import type { RunSummary } from '../../../lambdas/contract/deployment/collector-event';
import { collectionEvent } from '../../../lambdas/contract/deployment/deployment-outputs';
import { mayReceiveToken, parseAllowedDomains } from '../../../lambdas/contract/deployment/tenant-host';
import { TokenPlace } from '../../../lambdas/contract/deployment/token-places';
import { describeRest } from '../../format/describe-rest';
import { formatCount } from '../../format/quantities';
import { BackfillJobs } from '../backfill/backfill-jobs';
import { invokeCollector, readLiveCheckpoint, readRecheckCheckpoint } from '../deployment/collector';
import type { Deployment, SourceInStack } from '../deployment/deployment';
import { describeProbeFailure } from '../netskope/describe-probe-failure';
import { netskopeOrigin } from '../netskope/netskope-request';
import { probe } from '../netskope/probe';
import { ExitCode, OperatorError } from '../operator-error';
import type { Session } from '../session';
import type { Terminal } from '../terminal/terminal';
import type { SecretContent, TenantCredentials } from './source-secret';
import { announceContent, SourceSecret, storeCredentials } from './source-secret';
import type { Success } from './success-screen';
import { readSuccess, showSuccess, successForPrograms } from './success-screen';
import type { HostQuestion } from './tenant-answers';
import { answerHost, answerToken, tokenExpiry } from './tenant-answers';

/** Options of `setup`. */
export interface SetupOptions {
  readonly domain?: string;
  /** A domain that the token may be sent to, besides Netskope's and those that the deployment allows. */
  readonly allowDomain?: string;
  /** A path, or `-` for standard input. */
  readonly tokenFile?: string;
  /** `2027-06-30` */
  readonly tokenExpiresAt?: string;
  /** Whether this is the archive of `npm start`, which has no schedule. @default false */
  readonly local?: boolean;
}

/** A probe that Netskope has served. */
interface GoodProbe {
  readonly indexName: string;
  readonly events: number;
}

/**
 * Gives a source its domain and token. Nothing is written before Netskope has served them, so it can be interrupted and
 * started again at any point.
 * @throws OperatorError with its own message for every cause
 */
export async function setUp(
  session: Session,
  sourceId: string | undefined,
  options: SetupOptions,
): Promise<void> {
  const { terminal } = session;
  const deployment = await session.deployment();
  const source = deployment.source(sourceId);
  const secret = new SourceSecret(deployment, source.sourceId);
  const before = await secret.read();
  announceContent(terminal, secret, before);
  const allowedDomains = [...deployment.allowedDomains, ...domainsOf(options.allowDomain)];
  const credentials = await answers(session, options, { before, allowedDomains });
  const probed = await tryOut(session, source, credentials);
  const change = await storeCredentials(terminal, secret, { before, credentials });
  const isTaken = isTakenByCollector(deployment, before, credentials);
  if (!isTaken) terminal.printMarked('note', allowAndDeploy(credentials));
  const success = await collectOnce(terminal, deployment, { source, isTaken });
  showSuccess(terminal, success, options.local);
  if (credentials.tokenExpiresOn === undefined) noteUnknownExpiry(terminal);
  terminal.json({
    ...successForPrograms(success),
    domain: credentials.host,
    tokenExpiresOn: credentials.tokenExpiresOn,
    secret: { name: secret.name, change },
    probe: probed,
  });
}

async function answers(
  { terminal, feed, nowMs }: Session,
  { domain, tokenFile, tokenExpiresAt }: SetupOptions,
  { before, allowedDomains }: Pick<HostQuestion, 'before' | 'allowedDomains'>,
): Promise<TenantCredentials> {
  const host = await answerHost(terminal, { given: domain, before, allowedDomains });
  const token = await answerToken(terminal, feed, tokenFile);
  const tokenExpiresOn = tokenExpiry({ given: tokenExpiresAt, token, before, nowMs: nowMs() });
  return { host, token, tokenExpiresOn };
}

/** @throws OperatorError if it is not a domain name; without the value, which may be a misplaced token */
function domainsOf(allowDomain: string | undefined): readonly string[] {
  const domains = parseAllowedDomains(allowDomain?.toLowerCase());
  if (domains !== undefined) return domains;
  throw new OperatorError({
    what: 'What --allow-domain names is no domain name.',
    whatToDo: 'Give a domain name, such as netskope.example.com.',
    exitCode: ExitCode.WrongUsage,
  });
}

async function tryOut(
  { terminal, feed, nowMs }: Session,
  { sourceId }: SourceInStack,
  { host, token }: TenantCredentials,
): Promise<GoodProbe> {
  const origin = netskopeOrigin(host, process.env);
  terminal.print(`Trying domain and token at ${origin}, without touching the live feed ...`);
  const { verdict, indexName } = await probe({ feed, origin, host, token, sourceId, nowMs });
  if (verdict.kind === 'served') {
    terminal.printMarked(
      'good',
      `Netskope serves audit events: ${formatCount(verdict.events)} in the last minute.`,
    );
    return { indexName, events: verdict.events };
  }
  const { what, ...words } = describeProbeFailure(verdict, { feed, host, indexName });
  throw new OperatorError({ ...words, what: `${what} Nothing was changed.` });
}

async function collectOnce(
  terminal: Terminal,
  deployment: Deployment,
  { source, isTaken }: { readonly source: SourceInStack; readonly isTaken: boolean },
): Promise<Success> {
  const run = isTaken ? await collect(terminal, deployment, source) : undefined;
  const streams = await Promise.all([
    readLiveCheckpoint(deployment, source.sourceId),
    readRecheckCheckpoint(deployment, source.sourceId),
    new BackfillJobs(deployment, source.sourceId).read(),
  ]);
  const archivedInTotal = streams.reduce((sum, stream) => sum + (stream?.totals.archived ?? 0), 0);
  return readSuccess(deployment, source, { run, archivedInTotal });
}

/** Whether the collector accepts the host: its deployment allows it, or it could be read from the secret before. */
function isTakenByCollector(
  { allowedDomains }: Deployment,
  before: SecretContent,
  { host }: TenantCredentials,
): boolean {
  return (before.kind === 'filled' && before.host === host) || mayReceiveToken(host, allowedDomains);
}

function allowAndDeploy({ host }: TenantCredentials): string {
  return `The deployed collector does not send a token to ${host} yet, and its runs fail until it does: put "allowedDomains": ["${host}"] into the context of cdk.json, and deploy.`;
}

async function collect(
  terminal: Terminal,
  deployment: Deployment,
  source: SourceInStack,
): Promise<RunSummary> {
  terminal.print('Running the collector once; a long look back takes some minutes ...');
  const run = await runCollectorOnce(deployment, source);
  if (run.outcome === 'resting')
    terminal.printMarked(
      'note',
      `Source ${source.sourceId} rests ${describeRest(run.restUntilMs)}. The token is stored; the first run after that goes on.`,
    );
  else if (run.outcome === 'already-running' || run.outcome === 'awaiting-credentials')
    terminal.printMarked('note', UNUSUAL_ENDS[run.outcome]);
  else terminal.printMarked('good', `The collector has run: source ${source.sourceId} is set up.`);
  return run;
}

const UNUSUAL_ENDS = {
  'already-running':
    'A scheduled run is at work, so this one has left: npx --no -- netskope-audit status shows how it ends.',
  'awaiting-credentials': 'The collector has not seen the new secret yet; its next run reads it again.',
} as const;

/**
 * Runs the collector once, with the input that its schedule gives it.
 * @throws OperatorError that tells a failure of the collector from one of the setup
 */
async function runCollectorOnce(deployment: Deployment, source: SourceInStack): Promise<RunSummary> {
  try {
    const summary = await invokeCollector(deployment, collectionEvent(source));
    if (isRunSummary(summary)) return summary;
  } catch (error) {
    throw error instanceof OperatorError ? await failedRun(deployment, source, error) : error;
  }
  throw new OperatorError({
    what: `The token is stored, but the collector of source ${source.sourceId} ended without telling what it did.`,
    whatToDo: 'Deploy the version of this checkout: npx cdk deploy --all',
  });
}

function isRunSummary(value: unknown): value is RunSummary {
  if (typeof value !== 'object' || value === null) return false;
  const { outcome, archived, quarantined, pages } = value as Readonly<Record<string, unknown>>;
  return (
    typeof outcome === 'string' && [archived, quarantined, pages].every((count) => typeof count === 'number')
  );
}

/** The HTTP status is in the collector's message, which is all that Lambda reports of an error. */
async function failedRun(
  deployment: Deployment,
  { sourceId }: SourceInStack,
  error: OperatorError,
): Promise<OperatorError> {
  const what = `The token is stored, and it works from this machine. ${error.what}`;
  const { whatToDo, exitCode } = error;
  const options = { cause: error };
  if (error.what.includes('HTTP 409')) {
    const checkpoint = await readLiveCheckpoint(deployment, sourceId);
    return new OperatorError(
      { what: `${what} Another consumer uses index ${checkpoint?.indexName}.`, whatToDo: STOP_THE_OTHER },
      options,
    );
  }
  if (exitCode !== ExitCode.RefusedByNetskope)
    return new OperatorError({ what, whatToDo, exitCode }, options);
  return new OperatorError({ what, whatToDo: ADMIT_LAMBDA, exitCode }, options);
}

const STOP_THE_OTHER =
  "The index is the source's own: find the second deployment that has a copy of its checkpoint, or the tool that was given this name, and stop it. The next scheduled run goes on.";

const ADMIT_LAMBDA = `Netskope admits this machine and not AWS Lambda, most likely by address: see ${TokenPlace.AllowList} and the list of the token's role. Lambda has no fixed address, unless it runs in a VPC with a NAT gateway.`;

function noteUnknownExpiry(terminal: Terminal): void {
  terminal.print();
  terminal.printMarked(
    'note',
    'Nobody knows when the token expires. With --token-expires-at you are notified 30, 7 and 1 days before.',
  );
}
