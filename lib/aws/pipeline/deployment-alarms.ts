import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { ROUND_MINUTES } from '../../../lambdas/contract/deployment/fleet';
import type { SourceSettings } from '../deployment-schema';
import { CollectorAlarms, DetectorAlarms, VerificationAlarm } from '../watch/deployment-alarms';
import { FleetAlarms } from '../watch/fleet-alarms';
import type { AlarmRules } from '../watch/notifications';
import type { SharedPart } from './source-group';

interface Watched extends Pick<SharedPart, 'collector' | 'schedules' | 'detection' | 'notifications'> {
  readonly messages: AlarmRules;
  readonly collected: readonly SourceSettings[];
  readonly isFleet: boolean;
  /** Whether the archive is verified once a day. */
  readonly isVerified: boolean;
}

/** Adds the alarms that a deployment has once, for what its sources share. */
export function addDeploymentAlarms(
  scope: Construct,
  { collector, schedules, detection, notifications, messages, collected, isFleet, isVerified }: Watched,
): cloudwatch.Alarm[] {
  const ofFleet = isFleet ? new FleetAlarms(scope, 'FleetAlarms', notifications.runbookUrl).alarms : [];
  const ofCollector = new CollectorAlarms(scope, 'CollectorAlarms', {
    function: collector.function,
    scheduleMinutes: isFleet
      ? ROUND_MINUTES
      : Math.max(...collected.map(({ scheduleMinutes }) => scheduleMinutes)),
    isFleet,
    deadLetters: [schedules.undelivered, ...(detection === undefined ? [] : [detection.objects.undetected])],
    notifications,
    messages,
  }).alarms;
  const ofDetector =
    detection === undefined
      ? []
      : new DetectorAlarms(scope, 'DetectorAlarms', {
          function: detection.detector.function,
          queue: detection.objects.queue,
          notifications,
        }).alarms;
  const ofArchive = isVerified
    ? [new VerificationAlarm(scope, 'VerificationAlarm', { notifications }).alarm]
    : [];
  return [...ofFleet, ...ofCollector, ...ofDetector, ...ofArchive];
}
