import { VerifierEnvVar } from '../contract/deployment/environment';
import { requiredText } from '../shared/environment-text';
import { ConfigError } from '../shared/errors';
import type { Proxy } from '../shared/proxy';
import { proxyIn } from '../shared/proxy';

/** The function's validated settings. */
export interface Settings {
  readonly deploymentName: string;
  /** Bucket of archive and manifest. */
  readonly archiveBucket: string;
  readonly checkpointTable: string;
  /** Table of detection. @default - there is no detection, and no chain of alerts */
  readonly detectionTable?: string;
  /** Days after which events may have expired. @default - none expires */
  readonly expireAfterDays?: number;
  /** The way to AWS. @default - a direct one */
  readonly proxy?: Proxy;
}

/** @throws ConfigError with every problem at once */
export function parseSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const problems: string[] = [];
  const text = requiredText(environment, problems);
  const days = environment[VerifierEnvVar.ExpireAfterDays];
  if (days !== undefined && !/^[1-9]\d*$/.test(days))
    problems.push(
      `environment variable ${VerifierEnvVar.ExpireAfterDays} is ${days}; expected a number of days`,
    );
  const settings = {
    deploymentName: text(VerifierEnvVar.DeploymentName, 'the name of a deployment'),
    archiveBucket: text(VerifierEnvVar.ArchiveBucket, 'a bucket name'),
    checkpointTable: text(VerifierEnvVar.CheckpointTable, 'a table name'),
    detectionTable: environment[VerifierEnvVar.DetectionTable],
    proxy: proxyIn(environment),
    ...(days !== undefined && { expireAfterDays: Number(days) }),
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return settings;
}
