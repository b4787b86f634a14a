import type { CloudWatchClient, MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import type { AlarmKind } from '../../../lambdas/contract/telemetry/alarm-names';
import {
  DEPLOYMENT_ALARM_KINDS,
  deploymentAlarmName,
  DETECTION_ALARM_KINDS,
  SOURCE_ALARM_KINDS,
  sourceAlarmName,
} from '../../../lambdas/contract/telemetry/alarm-names';
import type { Deployment, SourceInStack } from '../deployment/deployment';

/** An alarm that a deployment has, or should have. */
export interface ExpectedAlarm {
  readonly kind: AlarmKind;
  readonly name: string;
  /** As CloudWatch reports it; absent if there is none of that name. */
  readonly found?: MetricAlarm;
}

/** The alarms of one source, in the order of their kinds; that of the recheck only if the source has one. */
export function readSourceAlarms(
  client: CloudWatchClient,
  { stackName, sourceId, dailyRecheck }: SourceInStack,
): Promise<readonly ExpectedAlarm[]> {
  const kinds = SOURCE_ALARM_KINDS.filter((kind) => kind !== 'events-recovered' || dailyRecheck);
  return readAlarms(
    client,
    kinds.map((kind) => ({ kind, name: sourceAlarmName(stackName, sourceId, kind) })),
  );
}

/** The alarms that exist once per deployment, including those of detection if it is deployed. */
export function readDeploymentAlarms(
  client: CloudWatchClient,
  { stackName, outputs }: Deployment,
): Promise<readonly ExpectedAlarm[]> {
  const ofDetection = outputs.DetectorFunction === undefined ? [] : DETECTION_ALARM_KINDS;
  return readAlarms(
    client,
    [...DEPLOYMENT_ALARM_KINDS, ...ofDetection].map((kind) => ({
      kind,
      name: deploymentAlarmName(stackName, kind),
    })),
  );
}

/** Reads by exact name: the names of one source may begin with those of another. */
async function readAlarms(
  client: CloudWatchClient,
  expected: readonly ExpectedAlarm[],
): Promise<readonly ExpectedAlarm[]> {
  const found = new Map<string, MetricAlarm>();
  const AlarmNames = expected.map(({ name }) => name);
  for await (const { MetricAlarms = [] } of paginateDescribeAlarms({ client }, { AlarmNames })) {
    for (const alarm of MetricAlarms) found.set(alarm.AlarmName ?? '', alarm);
  }
  return expected.map((alarm) => ({ ...alarm, found: found.get(alarm.name) }));
}
