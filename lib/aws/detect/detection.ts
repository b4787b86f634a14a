import { Annotations } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Feed } from '../../../lambdas/contract/feed/feed';
import type { Exclusion } from '../../../lambdas/detector/core/rule/exclusion';
import type { TuningSettings } from '../../../lambdas/detector/core/rule/tuning';
import type { Archive } from '../archive';
import type { AlertEmail } from '../deployment-schema';
import { addStackOutput } from '../resource/stack-output';
import type { Search } from '../search/search';
import { AlertTopic } from './alert-topic';
import { DetectionQueue } from './detection-queue';
import { DetectionTable, Detector, DETECTOR_TIMEOUT } from './detector';

export interface DetectionProps {
  readonly feed: Feed;
  readonly archive: Archive;
  readonly search: Search;
  /** Folder with the built detector and its configuration. */
  readonly codeFolder: string;
  /** Who is notified of alerts. */
  readonly alertEmails: readonly AlertEmail[];
  /** Whether there is a topic for a chat. */
  readonly chatNotifications: boolean;
  /** A sentence for each exclusion in the settings that has expired. */
  readonly expiredExclusions: readonly string[];
}

/**
 * Raises alerts from the archive: object, queue, detector, topic. It depends on the archive and nothing depends on it,
 * so that a failure here never affects collection.
 */
export class Detection extends Construct {
  readonly objects: DetectionQueue;
  readonly detector: Detector;
  readonly alerts: AlertTopic;
  /** @default - no messages for a chat */
  readonly chat?: AlertTopic;
  readonly groups: DetectionTable;

  constructor(scope: Construct, id: string, props: DetectionProps) {
    super(scope, id);
    const { feed, archive, alertEmails } = props;
    this.groups = new DetectionTable(this, 'Groups');
    this.objects = new DetectionQueue(this, 'Objects', { feed, archive, functionTimeout: DETECTOR_TIMEOUT });
    this.alerts = new AlertTopic(this, 'Alerts', {
      displayName: 'Netskope audit alerts',
      emails: alertEmails,
    });
    if (props.chatNotifications)
      this.chat = new AlertTopic(this, 'Chat', { displayName: 'Netskope audit alerts in chat', emails: [] });
    const { objects, groups, alerts, chat } = this;
    this.detector = new Detector(this, 'Detector', { ...props, objects, groups, alerts, chat });
    this.addOutputs();
    if (alertEmails.length === 0)
      Annotations.of(this).addWarningV2(
        'netskope-audit:alerts-reach-nobody',
        'alertEmails of detection, or else alarmEmails, is empty: until something is subscribed to the topic in output AlertTopic, alerts reach nobody.',
      );
    for (const expired of props.expiredExclusions)
      Annotations.of(this).addWarningV2('netskope-audit:exclusion-expired', expired);
  }

  private addOutputs(): void {
    addStackOutput(this, 'AlertTopic', {
      value: this.alerts.topic.topicArn,
      description: 'Subscribe here whatever shall hear of alerts',
    });
    if (this.chat !== undefined)
      addStackOutput(this, 'ChatTopic', {
        value: this.chat.topic.topicArn,
        description: 'Name this topic in a channel configuration of Amazon Q Developer in chat applications',
      });
    addStackOutput(this, 'DetectionTable', {
      value: this.groups.table.tableName,
      description: 'Remembers what each rule has counted',
    });
    addStackOutput(this, 'DetectorFunction', {
      value: this.detector.function.functionName,
      description: 'Evaluates the new objects of the archive',
    });
  }
}

/**
 * Says of each exclusion whose last day is over that it can go.
 * @param today UTC, such as `2026-11-22`
 */
export function expiredExclusions(
  { rules = {}, exclude = [] }: TuningSettings,
  today: string,
): readonly string[] {
  return [
    ...expiredIn(exclude, 'detection.exclude', today),
    ...Object.entries(rules).flatMap(([id, tuning]) =>
      expiredIn(tuning.exclude ?? [], `detection.rules.${id}.exclude`, today),
    ),
  ];
}

function expiredIn(exclusions: readonly Exclusion[], place: string, today: string): readonly string[] {
  return exclusions.flatMap((exclusion, at) => {
    const { until } = exclusion;
    if (until === undefined || until >= today) return [];
    return [
      `${place}[${at}] has expired: ${JSON.stringify(exclusion)} excludes no event after ${until}. Remove it.`,
    ];
  });
}
