import { WatchEnvVar } from '../contract/deployment/environment';
import { requiredText } from './environment-text';
import { ConfigError } from './errors';
import type { Proxy } from './proxy';
import { proxyIn } from './proxy';

type Environment = Readonly<Record<string, string | undefined>>;

/** The validated settings of a function that watches. */
export interface WatchSettings {
  /** With which the names of all alarms begin. */
  readonly deploymentName: string;
  readonly checkpointTable: string;
  readonly alarmTopicArn: string;
  /** The way to AWS. @default - a direct one */
  readonly proxy?: Proxy;
}

/**
 * @param further reads what the function has besides
 * @throws ConfigError with every problem at once
 */
export function parseWatchSettings<Further extends object>(
  environment: Environment,
  further: (text: ReturnType<typeof requiredText>) => Further,
): WatchSettings & Further {
  const problems: string[] = [];
  const text = requiredText(environment, problems);
  const settings = {
    deploymentName: text(WatchEnvVar.DeploymentName, 'the name of a deployment'),
    checkpointTable: text(WatchEnvVar.CheckpointTable, 'a table name'),
    alarmTopicArn: text(WatchEnvVar.AlarmTopicArn, 'the ARN of a topic'),
    proxy: proxyIn(environment),
    ...further(text),
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return settings;
}
