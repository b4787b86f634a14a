import { DailyMessageEnvVar } from '../contract/deployment/environment';
import { requiredText } from '../shared/environment-text';
import { ConfigError } from '../shared/errors';
import type { Proxy } from '../shared/proxy';
import { proxyIn } from '../shared/proxy';

/** The function's validated settings. */
export interface Settings {
  /** With which the names of all alarms begin. */
  readonly deploymentName: string;
  readonly archiveBucket: string;
  readonly checkpointTable: string;
  readonly alarmTopicArn: string;
  /** The way to AWS. @default - a direct one */
  readonly proxy?: Proxy;
}

/** @throws ConfigError with every problem at once */
export function parseSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const problems: string[] = [];
  const text = requiredText(environment, problems);
  const settings = {
    deploymentName: text(DailyMessageEnvVar.DeploymentName, 'the name of a deployment'),
    archiveBucket: text(DailyMessageEnvVar.ArchiveBucket, 'a bucket name'),
    checkpointTable: text(DailyMessageEnvVar.CheckpointTable, 'a table name'),
    alarmTopicArn: text(DailyMessageEnvVar.AlarmTopicArn, 'the ARN of a topic'),
    proxy: proxyIn(environment),
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return settings;
}

/** The ids of the sources in the schedule's input. @throws ConfigError if something else invoked the function */
export function parseInput(event: unknown): readonly string[] {
  const { sourceIds } = (event ?? {}) as { readonly sourceIds?: unknown };
  if (Array.isArray(sourceIds) && sourceIds.every((id) => typeof id === 'string')) return sourceIds;
  throw new ConfigError(['input has no sourceIds; expected a list of source ids']);
}
