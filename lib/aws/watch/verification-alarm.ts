import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { deploymentAlarmName } from '../../../lambdas/contract/telemetry/alarms';
import { namePrefixOf } from '../resource/deployment-name';
import type { Notifications } from './notifications';
import { RunbookAlarm } from './runbook-alarm';
import { sourcesAffected } from './source-metric';

/**
 * Fires while the archive of any source is known to be damaged: one alarm for all, because the daily message names them.
 * Without a point, as between two verifications, it keeps its state.
 */
export class VerificationAlarm extends Construct {
  readonly alarm: cloudwatch.Alarm;

  constructor(scope: Construct, id: string, { notifications }: { readonly notifications: Notifications }) {
    super(scope, id);
    const kind = 'archive-damaged';
    const deploymentName = namePrefixOf(this);
    this.alarm = new RunbookAlarm(this, {
      kind,
      name: deploymentAlarmName(deploymentName, kind),
      notifications,
      metric: sourcesAffected(kind, { deploymentName, period: Duration.hours(1) }),
      comparison: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold: 1,
      treatMissingData: cloudwatch.TreatMissingData.IGNORE,
    });
  }
}
