import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { STSClient } from '@aws-sdk/client-sts';
import type { AwsClients } from '../aws-clients';
import { BackfillJobs } from '../backfill/backfill-jobs';
import type { Deployment, SourceInStack } from '../deployment';
import { netskopeOrigin } from '../netskope/netskope-origin';
import { probe } from '../netskope/probe';
import type { Probe } from '../netskope/probe';
import { OperatorError } from '../operator-error';
import { readRecheckCheckpoint } from '../recheck-checkpoint';
import { SourceSecret } from '../setup/source-secret';
import { readSourceMetrics } from '../status/source-metrics';
import type { SourceMetrics } from '../status/source-metrics';
import { askCaller } from './caller';
import { readDeploymentAlarms, readSourceAlarms } from './deployed-alarms';
import type { ExpectedAlarm } from './deployed-alarms';
import { readLiveCheckpoint } from './live-checkpoint';

export interface ExaminationParts {
  readonly aws: AwsClients;
  /** What is deployed, or why it cannot be found. */
  readonly found:
    { readonly deployment: Deployment; readonly source: SourceInStack } | { readonly error: unknown };
  /** Whether it is the archive of `npm start`, which nothing schedules and nothing watches. */
  readonly isLocal: boolean;
  /** Unix milliseconds. */
  readonly nowMs: () => number;
}

/** A token that was tried, and at which tenant. */
export interface TriedToken extends Probe {
  readonly host: string;
}

/** What the links of the chain look at. Each fact is fetched when the first link asks for it, and only once. */
export class Examination {
  readonly aws: AwsClients;
  readonly isLocal: boolean;
  readonly nowMs: () => number;
  private readonly found: ExaminationParts['found'];

  constructor({ aws, found, isLocal, nowMs }: ExaminationParts) {
    this.aws = aws;
    this.found = found;
    this.isLocal = isLocal;
    this.nowMs = nowMs;
  }

  /** @throws why it cannot be found */
  get deployment(): Deployment {
    if ('error' in this.found) throw this.found.error;
    return this.found.deployment;
  }

  /** @throws why it cannot be found */
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

  /** Tries the token that the secret holds. @throws OperatorError where it holds none */
  readonly probe = once(async (): Promise<TriedToken> => {
    const content = await this.secretContent();
    if (content.kind !== 'filled') throw noToken(this.secret.name);
    const { host, token } = content;
    const origin = netskopeOrigin(host, process.env);
    return { host, ...(await probe({ origin, token, sourceId: this.source.sourceId, nowMs: this.nowMs })) };
  });

  readonly checkpoint = once(() => readLiveCheckpoint(this.deployment, this.source.sourceId));

  readonly backfill = once(() => new BackfillJobs(this.deployment, this.source.sourceId).read());

  readonly recheck = once(() => readRecheckCheckpoint(this.deployment, this.source.sourceId));

  /** What the metrics tell of the last day. */
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

/** A fact that is fetched when somebody asks for it first. */
function once<Fact>(fetch: () => Promise<Fact>): () => Promise<Fact> {
  let fetched: Promise<Fact> | undefined;
  return () => (fetched ??= fetch());
}
