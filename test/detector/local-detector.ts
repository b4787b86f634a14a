import { AUDIT_FEED } from '../../lambdas/contract/feed/audit';
import type { Detector, Overrides } from '../../lambdas/detector/compose';
import { composeDetector } from '../../lambdas/detector/compose';
import type { Tuning } from '../../lambdas/detector/core/rule/tuning';
import { untuned } from '../../lambdas/detector/core/rule/tuning';
import { RULES } from '../../lambdas/detector/rules';
import { LOCAL_ALERT_TOPIC_ARN, LOCAL_BUCKET, LOCAL_DETECTION_TABLE } from '../../lib/local/local-deployment';

const nothing = (): void => undefined;

interface LocalDetectorOptions extends Pick<Overrides, 'aws' | 'nowMs'>, Partial<Pick<Overrides, 'log'>> {
  /** @default - the whole pack, untuned */
  readonly tuning?: Tuning;
  /** @default - no chat */
  readonly chatTopicArn?: string;
}

/** The detector's real composition on bucket, table and topic of the local deployment. Without a log it is silent. */
export function localDetector({
  tuning = untuned(RULES),
  chatTopicArn,
  log = () => ({ info: nothing, warn: nothing, error: nothing }),
  ...overrides
}: LocalDetectorOptions): Detector {
  return composeDetector(
    {
      archiveBucket: LOCAL_BUCKET,
      detectionTable: LOCAL_DETECTION_TABLE,
      alertTopicArn: LOCAL_ALERT_TOPIC_ARN,
      chatTopicArn,
      workgroup: 'NetskopeAudit',
      database: 'netskopeaudit',
      region: 'us-east-1',
      tuning,
    },
    { feed: AUDIT_FEED, log, ...overrides },
  );
}
