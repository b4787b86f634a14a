import type { Source } from './collector-event';

/** Name of the pipeline's stack, and of a deployment, unless the operator names another one. */
export const STACK_NAME = 'NetskopeAudit';

/**
 * Names that an operator may give. Without a hyphen, for it parts the name from a source id in the names of alarms: two
 * deployments could have one name otherwise. So short that the names of EventBridge rules, which CloudFormation
 * shortens to 64 characters, keep it whole. None that a stack of further sources has.
 */
export const STACK_NAME_PATTERN = /^(?!.*Sources\d+$)[A-Za-z][A-Za-z0-9]{0,15}$/;

/**
 * Name of a stack with further sources.
 * @param number from 2
 */
export function sourcesStackName(stackName: string, number: number): string {
  return `${stackName}Sources${number}`;
}

/** Outputs of the stacks, by which the command line finds what is deployed. */
export const StackOutput = {
  ArchiveBucket: 'ArchiveBucket',
  /** What the names of alarms and secrets begin with, if that is not the name of the stack. */
  DeploymentName: 'DeploymentName',
  CheckpointTable: 'CheckpointTable',
  CollectorFunction: 'CollectorFunction',
  /** What precedes the source id in the name of every source's secret. */
  SecretNamePrefix: 'SecretNamePrefix',
  /** ARN of the topic that alarms are announced on. */
  AlarmTopic: 'AlarmTopic',
  Workgroup: 'Workgroup',
  /** Glue database of the tables. */
  Database: 'Database',
  /** Bucket of the results of queries. */
  QueryResultsBucket: 'QueryResultsBucket',
  /** ARN of the key of archive and results. */
  ArchiveKey: 'ArchiveKey',
  /** ARN of the key that signs the daily heads. */
  SigningKey: 'SigningKey',
  /** Address of the dashboard. */
  Dashboard: 'Dashboard',
  /** ARN of the topic that alerts are published on. */
  AlertTopic: 'AlertTopic',
  /** ARN of the topic with the same alerts for Amazon Q Developer in chat applications. */
  ChatTopic: 'ChatTopic',
  DetectionTable: 'DetectionTable',
  DetectorFunction: 'DetectorFunction',
  /** Domains besides Netskope's own that tokens may be sent to, with commas between them. */
  AllowedDomains: 'AllowedDomains',
  /** Of a fleet, whose sources are in the table. */
  FleetFunction: 'FleetFunction',
  /** Verifies the archive once a day. */
  VerifierFunction: 'VerifierFunction',
  /** The sources in the stack that has the output, JSON of Source[]. */
  Sources: 'Sources',
} as const;

/** Outputs that exist only if the settings enable what they name, or the deployment is not of an earlier version. */
export const OPTIONAL_STACK_OUTPUTS = [
  'DeploymentName',
  'Database',
  'QueryResultsBucket',
  'ArchiveKey',
  'SigningKey',
  'Dashboard',
  'AllowedDomains',
  'AlertTopic',
  'ChatTopic',
  'DetectionTable',
  'DetectorFunction',
  'FleetFunction',
  'VerifierFunction',
] as const satisfies readonly (keyof typeof StackOutput)[];

/** The collector's input for a run of a source, whether the schedule or an operator starts it. */
export function collectionEvent(source: Source): Source {
  const { sourceId, label, startLookbackHours, scheduleMinutes, dailyRecheck, secret } = source;
  return { sourceId, label, startLookbackHours, scheduleMinutes, dailyRecheck, secret };
}

/** Saved query that an alert's message names. */
export const EVENTS_OF_ALERT_QUERY = 'The events of an alert';
