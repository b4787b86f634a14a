import type { CloudWatchClient, MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import type { AlarmKind } from '../../../lambdas/contract/telemetry/alarms';
import {
  DEPLOYMENT_ALARM_KINDS,
  deploymentAlarmName,
  DETECTION_ALARM_KINDS,
  SOURCE_ALARM_KINDS,
  sourceAlarmName,
} from '../../../lambdas/contract/telemetry/alarms';
import type { Deployment, SourceInStack } from './deployment';

/** An alarm that a deployment can have. */
export interface KnownAlarm {
  readonly kind: AlarmKind;
  readonly name: string;
  /** Absent for an alarm of what all sources share. */
  readonly sourceId?: string;
  /** As CloudWatch reports it; absent if there is none of that name. */
  readonly found?: MetricAlarm;
}

/** Names that one call may hold, and alarms in its answer (Amazon CloudWatch API reference, DescribeAlarms). */
const MAX_ALARMS = 100;

/** The alarms of one source, in the order of their kinds. */
export function alarmsOfSource({ stackName, sourceId }: SourceInStack): readonly KnownAlarm[] {
  return SOURCE_ALARM_KINDS.map((kind) => ({
    kind,
    name: sourceAlarmName(stackName, sourceId, kind),
    sourceId,
  }));
}

/** The alarms that exist once per deployment, those of detection last. */
export function alarmsOfDeployment({ stackName }: Deployment): readonly KnownAlarm[] {
  return [...DEPLOYMENT_ALARM_KINDS, ...DETECTION_ALARM_KINDS].map((kind) => ({
    kind,
    name: deploymentAlarmName(stackName, kind),
  }));
}

/** Looks alarms up by exact name: the names of one source may begin with those of another. */
export async function readAlarms(
  client: CloudWatchClient,
  alarms: readonly KnownAlarm[],
): Promise<readonly KnownAlarm[]> {
  const found = new Map<string, MetricAlarm>();
  for (let from = 0; from < alarms.length; from += MAX_ALARMS) {
    const AlarmNames = alarms.slice(from, from + MAX_ALARMS).map(({ name }) => name);
    const pages = paginateDescribeAlarms({ client, pageSize: MAX_ALARMS }, { AlarmNames });
    for await (const { MetricAlarms = [] } of pages)
      for (const alarm of MetricAlarms) found.set(alarm.AlarmName ?? '', alarm);
  }
  return alarms.map((alarm) => ({ ...alarm, found: found.get(alarm.name) }));
}

export function isFiring({ found }: KnownAlarm): boolean {
  return found?.StateValue === 'ALARM';
}
