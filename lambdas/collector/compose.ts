import { setTimeout as sleep } from 'node:timers/promises';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { CollectorTask, RunSummary, Source, TaskSummary } from '../contract/deployment/collector-event';
import { COLLECTED_FEED } from '../contract/feed/collected-feed';
import type { Feed } from '../contract/feed/feed';
import type { Log, TimeBudget } from '../shared/invocation';
import { powertoolsLog } from '../shared/powertools-log';
import { clientSettings } from '../shared/proxy';
import { S3ManifestStore } from '../shared/s3-manifest-store';
import { CloudWatchMetricSink } from './adapters/cloudwatch-metrics';
import { DynamoCheckpointStore } from './adapters/dynamo-checkpoint';
import { NetskopeClient } from './adapters/netskope-client';
import { S3EventArchive } from './adapters/s3-archive';
import { S3Quarantine } from './adapters/s3-quarantine';
import { SecretCredentialStore } from './adapters/secret';
import { TableStatus } from './adapters/table-status';
import { collect } from './core/collect';
import { KnownForms } from './core/page/form/known-forms';
import type { Clock, CollectorDeps } from './core/ports';
import type { IteratorProtocol } from './core/protocol/iterator';
import { ITERATOR_PROTOCOL } from './core/protocol/iterator';
import type { RedriveDeps } from './core/tasks/redrive';
import { redrive } from './core/tasks/redrive';
import { rewind } from './core/tasks/rewind';
import type { Settings } from './settings';

/** The system clock. */
const RUNTIME_CLOCK: Clock = {
  nowMs: () => Date.now(),
  sleep: (ms) => sleep(ms),
  timeoutSignal: (ms) => AbortSignal.timeout(ms),
};

/** What a test replaces to control the feed, time, randomness and the protocol's rules. */
export interface Overrides {
  readonly feed: Feed;
  /** @default - the SDK's own: environment and role */
  readonly aws?: Pick<S3ClientConfig, 'endpoint' | 'region' | 'credentials'>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly protocol: IteratorProtocol;
  readonly log: (sourceId: string, runId: string) => Log;
}

const REAL_PARTS: Overrides = {
  feed: COLLECTED_FEED,
  clock: RUNTIME_CLOCK,
  random: Math.random,
  protocol: ITERATOR_PROTOCOL,
  log: (sourceId, runId) => powertoolsLog('netskope-audit-collector', { sourceId, runId }),
};

/** The collector, ready for any number of invocations. `runId` identifies each of them in log, objects and lease. */
export interface Collector {
  collect(source: Source, runId: string, budget: TimeBudget): Promise<RunSummary>;
  /** Carries out an operator's task in place of a run. */
  carryOut(task: CollectorTask, source: Source, runId: string, budget: TimeBudget): Promise<TaskSummary>;
}

/** Creates clients and adapters, once per execution environment; the source changes with each invocation. */
export function composeCollector(settings: Settings, overrides: Overrides = REAL_PARTS): Collector {
  const { feed, clock, random, protocol } = overrides;
  const { requestTimeoutMs, proxy } = settings;
  const aws = { ...clientSettings(proxy), ...overrides.aws };
  const s3 = new S3Client(aws);
  const dynamoDb = new DynamoDBClient(aws);
  const table = settings.checkpointTable;
  const forms = new KnownForms(feed.schema);
  const shared = {
    feed,
    clock,
    random,
    protocol,
    credentials: new SecretCredentialStore(new SecretsManagerClient(aws), {
      namePrefix: settings.secretNamePrefix,
      allowedDomains: settings.allowedDomains,
      endpointUrl: settings.netskopeEndpointUrl,
    }),
    checkpoints: new DynamoCheckpointStore(dynamoDb, table),
    metrics: settings.isFleet
      ? new TableStatus(dynamoDb, { table, feed, clock })
      : new CloudWatchMetricSink(new CloudWatchClient(aws), clock, settings.deployment),
  };

  function depsFor(source: Source, runId: string): CollectorDeps & RedriveDeps {
    const { sourceId } = source;
    const place = { bucket: settings.archiveBucket, feed, sourceId };
    return {
      ...shared,
      netskope: new NetskopeClient({ requestTimeoutMs, clock, feed, proxy, forms }),
      archive: new S3EventArchive(s3, place.bucket, { feed, source, clock }),
      quarantine: new S3Quarantine(s3, place),
      manifest: new S3ManifestStore(s3, place),
      log: overrides.log(sourceId, runId),
    };
  }

  return {
    async collect(source, runId, budget) {
      const deps = depsFor(source, runId);
      const request = { source, runId, requestTimeoutMs };
      const summary = await collect(deps, request, budget);
      deps.log.info('run', { ...summary });
      return summary;
    },

    async carryOut(task, source, runId, budget) {
      const deps = depsFor(source, runId);
      const request = { sourceId: source.sourceId, runId, ...task };
      const summary = await (request.kind === 'rewind'
        ? rewind(deps, request)
        : redrive(deps, request, budget));
      deps.log.info('task', { ...task, ...summary });
      return summary;
    },
  };
}
