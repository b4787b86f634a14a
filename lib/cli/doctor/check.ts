import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { HttpResponse } from '@smithy/core/protocols';
import { BackfillJobs } from '../backfill/backfill-jobs';
import type { AwsClients } from '../deployment/aws-clients';
import { readLiveCheckpoint, readRecheckCheckpoint } from '../deployment/collector';
import type { Deployment, SourceInStack } from '../deployment/deployment';
import { describeError } from '../describe-error';
import { netskopeOrigin } from '../netskope/netskope-request';
import type { Probe } from '../netskope/probe';
import { clockAheadMs, probe } from '../netskope/probe';
import { OperatorError } from '../operator-error';
import { SourceSecret } from '../setup/source-secret';
import type { SourceMetrics } from '../status/source-metrics';
import { readSourceMetrics } from '../status/source-metrics';
import type { ExpectedAlarm } from './deployed-alarms';
import { readDeploymentAlarms, readSourceAlarms } from './deployed-alarms';

/** The result of one check. */
export interface Finding {
  /** `note`: nothing is broken, but the operator should know. */
  readonly verdict: 'good' | 'bad' | 'note';
  /** What was seen, as a sentence. */
  readonly what: string;
  /** The next step, as a sentence; a good finding has none. */
  readonly whatToDo?: string;
  /** Whether the checks that need this one are skipped. @default false */
  readonly isDeadEnd?: boolean;
}

/** What to do, and whether the checks that need this one have to wait for it. */
export interface Remedy {
  readonly whatToDo: string;
  /** @default false */
  readonly isDeadEnd?: boolean;
}

export function good(what: string): Finding {
  return { verdict: 'good', what };
}

export function bad(what: string, remedy: Remedy): Finding {
  return { verdict: 'bad', what, ...remedy };
}

export function note(what: string, remedy: Remedy): Finding {
  return { verdict: 'note', what, ...remedy };
}

/** One check of the path from the operator's credentials to the person who is notified of an alarm. */
export interface Check<Name extends string> {
  readonly name: Name;
  /** Checks that must not be dead ends for this one to run; they come before it. */
  readonly needs: readonly Name[];
  /** Runs the check. An error it throws is a finding as well, and a dead end. */
  readonly check: () => Promise<Finding>;
}

/** The result of a check. */
export type NamedCheck<Name extends string> = { readonly name: Name } & (
  Finding | { readonly verdict: 'not-checked'; readonly what: string }
);

/** Runs the checks one after another. A dead end skips only the checks that need it. */
export async function* walkChain<Name extends string>(
  checks: readonly Check<Name>[],
): AsyncGenerator<NamedCheck<Name>> {
  const deadEnds = new Set<Name>();
  for (const { name, needs, check } of checks) {
    const missing = needs.find((needed) => deadEnds.has(needed));
    if (missing === undefined) {
      const finding = await check().catch(failedCheck);
      if (finding.isDeadEnd === true) deadEnds.add(name);
      yield { name, ...finding };
    } else {
      deadEnds.add(name);
      yield { name, verdict: 'not-checked', what: `Not checked, because of the ${missing}.` };
    }
  }
}

function failedCheck(error: unknown): Finding {
  const { what, whatToDo } = describeError(error);
  return { verdict: 'bad', what, whatToDo, isDeadEnd: true };
}

export interface DoctorContextParts {
  readonly aws: AwsClients;
  /** What is deployed, or the error that prevented finding it. */
  readonly found:
    { readonly deployment: Deployment; readonly source: SourceInStack } | { readonly error: unknown };
  /** Whether this is the archive of `npm start`, which has no schedule and no alarms. */
  readonly isLocal: boolean;
  /** Unix milliseconds. */
  readonly nowMs: () => number;
}

/** The result of trying a token, and the tenant it was tried at. */
export interface TriedToken extends Probe {
  readonly host: string;
}

/** What the checks read. Each fact is fetched once, when a check first needs it. */
export class DoctorContext {
  readonly aws: AwsClients;
  readonly isLocal: boolean;
  readonly nowMs: () => number;
  private readonly found: DoctorContextParts['found'];

  constructor({ aws, found, isLocal, nowMs }: DoctorContextParts) {
    this.aws = aws;
    this.found = found;
    this.isLocal = isLocal;
    this.nowMs = nowMs;
  }

  /** @throws the error that prevented finding it */
  get deployment(): Deployment {
    if ('error' in this.found) throw this.found.error;
    return this.found.deployment;
  }

  /** @throws the error that prevented finding it */
  get source(): SourceInStack {
    if ('error' in this.found) throw this.found.error;
    return this.found.source;
  }

  /** The source's secret, by name. */
  get secret(): SourceSecret {
    return new SourceSecret(this.deployment, this.source.sourceId);
  }

  readonly caller = once(() => askCaller(this.aws.client(STSClient), this.nowMs));

  readonly secretContent = once(() => this.secret.read());

  /** Tries the token that the secret holds. @throws OperatorError if it holds none */
  readonly probe = once(async (): Promise<TriedToken> => {
    const content = await this.secretContent();
    if (content.kind !== 'filled') throw noToken(this.secret.name);
    const { host, token } = content;
    const origin = netskopeOrigin(host, process.env);
    const { feed } = this.deployment;
    const { sourceId } = this.source;
    return { host, ...(await probe({ feed, origin, host, token, sourceId, nowMs: this.nowMs })) };
  });

  readonly checkpoint = once(() => readLiveCheckpoint(this.deployment, this.source.sourceId));

  readonly backfill = once(() => new BackfillJobs(this.deployment, this.source.sourceId).read());

  readonly recheck = once(() => readRecheckCheckpoint(this.deployment, this.source.sourceId));

  /** Metrics of the last day. */
  readonly metrics = once(async (): Promise<SourceMetrics> => {
    const client = this.aws.client(CloudWatchClient);
    const [metrics] = await readSourceMetrics(client, [this.source.sourceId], this.nowMs());
    return metrics ?? { archived: 0, quarantined: 0 };
  });

  /** The alarms of the source, then those of the deployment. */
  readonly alarms = once(async (): Promise<readonly ExpectedAlarm[]> => {
    const client = this.aws.client(CloudWatchClient);
    const ofSource = await readSourceAlarms(client, this.source);
    return [...ofSource, ...(await readDeploymentAlarms(client, this.deployment))];
  });
}

function noToken(name: string): OperatorError {
  return new OperatorError({
    what: `Secret ${name} holds no token that could be tried.`,
    whatToDo: 'Fill it: npx netskope-audit setup',
  });
}

/** Fetches a fact on the first call, and returns the same one to later calls. */
function once<Fact>(fetch: () => Promise<Fact>): () => Promise<Fact> {
  let fetched: Promise<Fact> | undefined;
  return () => (fetched ??= fetch());
}

/** The operator's identity in AWS. */
interface Caller {
  readonly arn: string;
  /** How far AWS's clock is ahead of this machine's; absent if the answer did not say. */
  readonly clockAheadMs?: number;
}

/** Asks AWS whose credentials these are, and reads AWS's clock from the answer. */
async function askCaller(client: STSClient, nowMs: () => number): Promise<Caller> {
  let aheadMs: number | undefined;
  const command = new GetCallerIdentityCommand({});
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      if (HttpResponse.isInstance(result.response))
        aheadMs = clockAheadMs(result.response.headers.date, nowMs());
      return result;
    },
    { step: 'deserialize' },
  );
  const { Arn = 'unknown' } = await client.send(command);
  return { arn: Arn, clockAheadMs: aheadMs };
}
