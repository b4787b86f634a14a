import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { ROUND_MINUTES } from '../../../lambdas/contract/deployment/fleet';
import { deploymentAlarmName, FLEET_ALARM_KINDS } from '../../../lambdas/contract/telemetry/alarms';
import { namePrefixOf } from '../resource/deployment-name';
import { RunbookAlarm } from './runbook-alarm';
import { sourcesAffected } from './source-metric';

/**
 * The alarms of a fleet: one for each kind, in place of one for each kind and source. Each fires while the kind is about
 * any source. They have no actions: the message of the fleet's function names the sources. Without a point they keep
 * their state.
 */
export class FleetAlarms extends Construct {
  readonly alarms: readonly cloudwatch.Alarm[];

  /** @param runbookUrl address of the runbook; undefined if messages name its file */
  constructor(scope: Construct, id: string, runbookUrl: string | undefined) {
    super(scope, id);
    const deploymentName = namePrefixOf(this);
    this.alarms = FLEET_ALARM_KINDS.map(
      (kind) =>
        new RunbookAlarm(this, {
          kind,
          name: deploymentAlarmName(deploymentName, kind),
          metric: sourcesAffected(kind, { deploymentName, period: Duration.minutes(ROUND_MINUTES) }),
          comparison: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
          threshold: 1,
          treatMissingData: cloudwatch.TreatMissingData.IGNORE,
          runbookUrl,
        }),
    );
  }
}
