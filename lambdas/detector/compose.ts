import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { COLLECTED_FEED } from '../contract/feed/collected-feed';
import type { FeedName } from '../contract/storage/archive-layout';
import { alertFeed } from '../contract/storage/archive-layout';
import type { Log, TimeBudget } from '../shared/invocation';
import { ObjectReader } from '../shared/object-reader';
import { powertoolsLog } from '../shared/powertools-log';
import { clientSettings } from '../shared/proxy';
import { S3ManifestStore } from '../shared/s3-manifest-store';
import { CloudWatchMetricSink } from './adapters/cloudwatch-metrics';
import { DynamoStateStore } from './adapters/dynamo-state-store';
import { EventBridgeAlertEvents } from './adapters/eventbridge-alert-events';
import { S3AlertArchive } from './adapters/s3-alert-archive';
import { SnsAlertTopic } from './adapters/sns-alert-topic';
import type { QueueMessage } from './core/detect';
import { detect } from './core/detect';
import type { Settings } from './settings';

/** What a test replaces to control the feed, AWS endpoints and time, and to see the log. */
export interface Overrides {
  readonly feed: FeedName;
  /** @default - the SDK's own: environment and role */
  readonly aws?: Pick<S3ClientConfig, 'endpoint' | 'region' | 'credentials'>;
  readonly nowMs: () => number;
  readonly log: (runId: string) => Log;
}

const REAL_PARTS: Overrides = {
  feed: COLLECTED_FEED,
  nowMs: Date.now,
  log: (runId) => powertoolsLog('netskope-audit-detector', { runId }),
};

/** The detector, ready for any number of invocations. */
export interface Detector {
  /**
   * Evaluates the objects that a batch of messages names.
   * @param runId identifies the invocation in the log
   * @returns ids of the messages to be delivered again
   * @throws BatchError if every message failed
   */
  detect(messages: readonly QueueMessage[], runId: string, budget: TimeBudget): Promise<readonly string[]>;
}

/** Creates clients and adapters, once per execution environment. */
export function composeDetector(settings: Settings, overrides: Overrides = REAL_PARTS): Detector {
  const { feed, nowMs } = overrides;
  const aws = { ...clientSettings(settings.proxy), ...overrides.aws };
  const { archiveBucket: bucket, detectionTable, alertTopicArn, chatTopicArn, tuning } = settings;
  const s3 = new S3Client(aws);
  const objects = new ObjectReader(s3, bucket);
  const sns = new SNSClient(aws);
  const place = { ...settings, table: feed.name };
  const adapters = {
    feed,
    tuning,
    archive: { lines: (key: string) => objects.streamedLines(key) },
    states: new DynamoStateStore(new DynamoDBClient(aws), detectionTable, nowMs),
    alerts: new S3AlertArchive(s3, bucket, feed, nowMs),
    alertLines: (sourceId: string) => new S3ManifestStore(s3, { bucket, feed: alertFeed(feed), sourceId }),
    events: new EventBridgeAlertEvents(new EventBridgeClient(aws)),
    topics: [
      new SnsAlertTopic(sns, 'alerts', alertTopicArn, place),
      ...(chatTopicArn === undefined ? [] : [new SnsAlertTopic(sns, 'chat', chatTopicArn, place)]),
    ],
    metrics: new CloudWatchMetricSink(new CloudWatchClient(aws), nowMs, settings.deployment),
    nowMs,
  };
  return {
    detect: (messages, runId, budget) =>
      detect({ ...adapters, runId, log: overrides.log(runId) }, { messages, bucket }, budget),
  };
}
