/** Kinds of alarm of each source, by the last part of the alarm's name. */
export const SOURCE_ALARM_KINDS = [
  'no-data',
  'not-running',
  'credentials-refused',
  'behind',
  'quarantined',
  'events-recovered',
  'token-expiring-30',
  'token-expiring-7',
  'token-expiring-1',
] as const;

/** Kinds of alarm that a deployment has once, for what its sources share. */
export const DEPLOYMENT_ALARM_KINDS = ['collector-errors', 'collector-throttles', 'dead-letters'] as const;

/** Kinds of alarm that a deployment has once, if its settings enable detection. */
export const DETECTION_ALARM_KINDS = ['detection-behind', 'detector-errors'] as const;

export type SourceAlarmKind = (typeof SOURCE_ALARM_KINDS)[number];
export type DeploymentAlarmKind = (typeof DEPLOYMENT_ALARM_KINDS | typeof DETECTION_ALARM_KINDS)[number];

/** Last part of an alarm's name. */
export type AlarmKind = SourceAlarmKind | DeploymentAlarmKind;

/**
 * Name of an alarm of a source.
 * @param stackName of the stack that the source is in
 */
export function sourceAlarmName(stackName: string, sourceId: string, kind: SourceAlarmKind): string {
  return `${stackName}-${sourceId}-${kind}`;
}

/**
 * Name of an alarm that the deployment has once.
 * @param stackName of the pipeline's stack
 */
export function deploymentAlarmName(stackName: string, kind: DeploymentAlarmKind): string {
  return `${stackName}-${kind}`;
}
