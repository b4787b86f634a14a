import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { CollectorEvent, RunSummary } from '../contract/collector-event';
import { CloudWatchMetricSink } from './adapters/cloudwatch-metrics';
import { DynamoCheckpointStore } from './adapters/dynamo-checkpoint';
import { NetskopeClient } from './adapters/netskope-client';
import { powertoolsLog } from './adapters/powertools-log';
import { RUNTIME_CLOCK } from './adapters/runtime-clock';
import { S3EventArchive } from './adapters/s3-archive';
import { SecretCredentialStore } from './adapters/secret';
import { collect } from './core/collect';
import { ITERATOR_PROTOCOL } from './core/iterator';
import type { IteratorProtocol } from './core/iterator';
import type { Clock, RunLog, TimeBudget } from './core/ports';
import type { Settings } from './settings';

/** What a test replaces to be master of time, chance and the protocol's rules. */
export interface Surroundings {
  /** @default - the SDK's own: environment and role */
  readonly aws?: Pick<S3ClientConfig, 'endpoint' | 'region' | 'credentials'>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly protocol: IteratorProtocol;
  readonly log: (sourceId: string, runId: string) => RunLog;
}

const REAL_SURROUNDINGS: Surroundings = {
  clock: RUNTIME_CLOCK,
  random: Math.random,
  protocol: ITERATOR_PROTOCOL,
  log: powertoolsLog,
};

/** Runs one invocation: `runId` names it in log, objects and lease. */
export type Collector = (
  event: Required<CollectorEvent>,
  runId: string,
  budget: TimeBudget,
) => Promise<RunSummary>;

/** Clients and adapters, made once for the life of the function; the source changes from one invocation to the next. */
export function composeCollector(
  settings: Settings,
  surroundings: Surroundings = REAL_SURROUNDINGS,
): Collector {
  const { aws = {}, clock, random, protocol } = surroundings;
  const s3 = new S3Client(aws);
  const credentials = new SecretCredentialStore(new SecretsManagerClient(aws), {
    namePrefix: settings.secretNamePrefix,
    endpointUrl: settings.netskopeEndpointUrl,
  });
  const checkpoints = new DynamoCheckpointStore(new DynamoDBClient(aws), settings.checkpointTable);
  const metrics = new CloudWatchMetricSink(new CloudWatchClient(aws), clock);
  const netskope = new NetskopeClient({ requestTimeoutMs: settings.requestTimeoutMs, clock });

  return async ({ sourceId, label, startLookbackHours }, runId, budget) => {
    const source = { id: sourceId, label };
    const log = surroundings.log(sourceId, runId);
    const archive = new S3EventArchive(s3, settings.archiveBucket, { source, clock });
    const deps = {
      credentials,
      source: netskope,
      checkpoints,
      archive,
      metrics,
      log,
      clock,
      random,
      protocol,
    };
    const { requestTimeoutMs, indexTrustMs } = settings;
    const summary = await collect(
      deps,
      { source, runId, startLookbackHours, requestTimeoutMs, indexTrustMs },
      budget,
    );
    log.info('run', { ...summary });
    return summary;
  };
}
