/** Name of the pipeline's stack, unless the operator names another one. */
export const STACK_NAME = 'NetskopeAudit';

/**
 * Name of a stack with further sources.
 * @param number from 2
 */
export function sourcesStackName(stackName: string, number: number): string {
  return `${stackName}Sources${number}`;
}

/** Outputs of the stacks, by which the operator's tool finds what is deployed. */
export const StackOutput = {
  ArchiveBucket: 'ArchiveBucket',
  CheckpointTable: 'CheckpointTable',
  CollectorFunction: 'CollectorFunction',
  /** What precedes the source id in the name of every source's secret. */
  SecretNamePrefix: 'SecretNamePrefix',
  /** ARN of the topic that alarms are announced on. */
  AlarmTopic: 'AlarmTopic',
  Workgroup: 'Workgroup',
  /** Address of the dashboard. */
  Dashboard: 'Dashboard',
  /** ARN of the topic that alerts are published on. */
  AlertTopic: 'AlertTopic',
  DetectionTable: 'DetectionTable',
  DetectorFunction: 'DetectorFunction',
  /** Of each stack: the sources in it, JSON of DeployedSource[]. */
  Sources: 'Sources',
} as const;

/** Outputs that a deployment has only where its settings ask for a dashboard, or for detection. */
export const OPTIONAL_STACK_OUTPUTS = [
  'Dashboard',
  'AlertTopic',
  'DetectionTable',
  'DetectorFunction',
] as const satisfies readonly (keyof typeof StackOutput)[];

/** One source as it is deployed. */
export interface DeployedSource {
  readonly sourceId: string;
  readonly label: string;
  readonly startLookbackHours: number;
  readonly scheduleMinutes: number;
}
