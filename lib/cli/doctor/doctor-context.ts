import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { HttpResponse } from '@smithy/core/protocols';
import { DETECTED_SOURCE_ALARMS, DETECTION_ALARMS } from '../../../lambdas/contract/telemetry/alarms';
import { BackfillJobs } from '../backfill/backfill-jobs';
import type { AwsClients } from '../deployment/aws-clients';
import { readLiveCheckpoint, readRecheckCheckpoint } from '../deployment/collector';
import type { KnownAlarm } from '../deployment/deployed-alarms';
import { alarmsOfDeployment, alarmsOfSource, readAlarms } from '../deployment/deployed-alarms';
import type { Deployment, SourceInStack } from '../deployment/deployment';
import { netskopeOrigin } from '../netskope/netskope-request';
import type { Probe } from '../netskope/probe';
import { clockAheadMs, probe } from '../netskope/probe';
import { OperatorError } from '../operator-error';
import { SourceSecret } from '../setup/source-secret';
import { readReportedMetrics } from '../status/reported-metrics';
import type { SourceMetrics } from '../status/source-metrics';

interface DoctorContextParts {
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
interface TriedToken extends Probe {
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

  /** ARN of the topic of alerts; absent without detection, or where no deployment was found. */
  get alertTopic(): string | undefined {
    return 'error' in this.found ? undefined : this.found.deployment.outputs.AlertTopic;
  }

  /** ARN of the topic of alerts for a chat; absent without it. */
  get chatTopic(): string | undefined {
    return 'error' in this.found ? undefined : this.found.deployment.outputs.ChatTopic;
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
    const [metrics] = await readReportedMetrics(this.deployment, [this.source], this.nowMs());
    return metrics ?? { archived: 0, quarantined: 0 };
  });

  /** The alarms that the settings ask for: those of the source, then those of the deployment. */
  readonly alarms = once(async (): Promise<readonly KnownAlarm[]> => {
    const { source, deployment } = this;
    const hasDetection = deployment.outputs.DetectorFunction !== undefined;
    const ofSource = alarmsOfSource(source)
      .filter(({ kind }) => source.dailyRecheck || kind !== 'events-recovered')
      .filter(({ kind }) => hasDetection || !(kind in DETECTED_SOURCE_ALARMS));
    const ofDeployment = alarmsOfDeployment(deployment).filter(
      ({ kind }) => hasDetection || !(kind in DETECTION_ALARMS),
    );
    return readAlarms(this.aws.client(CloudWatchClient), [...ofSource, ...ofDeployment]);
  });
}

function noToken(name: string): OperatorError {
  return new OperatorError({
    what: `Secret ${name} holds no token that could be tried.`,
    whatToDo: 'Fill it: npx --no -- netskope-audit setup',
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
