import type { Source } from '../../lambdas/contract/deployment/collector-event';
import { STACK_NAME, StackOutput } from '../../lambdas/contract/deployment/deployment-outputs';
import { localArn } from './aws/local-account';
import type { LocalAws } from './aws/local-aws';
import { LOCAL_BUCKET, LOCAL_SECRET_PREFIX, LOCAL_TABLE } from './local-deployment';

/** Name of the collector's function on this machine. */
export const LOCAL_FUNCTION = 'netskope-audit-collector';

/** The topic that alarms would be announced on; nobody is subscribed. */
export const LOCAL_TOPIC_ARN = localArn('sns', 'netskope-audit-alarms');

/** There is no Athena on this machine; whoever reads the output sees that. */
const NO_WORKGROUP = 'no-athena-on-this-machine';

/** What differs from one stack on this machine to another. */
export interface LocalStack {
  readonly sources: readonly Source[];
  /** As the output tells it. @default - no such output */
  readonly allowedDomains?: string;
}

/** Tells in an embedded AWS endpoint what a deployed stack tells: its outputs and its topic. It has no dashboard. */
export function putLocalStack(aws: LocalAws, { sources, allowedDomains }: LocalStack): void {
  aws.topics.put(LOCAL_TOPIC_ARN);
  aws.stacks.put(STACK_NAME, {
    [StackOutput.ArchiveBucket]: LOCAL_BUCKET,
    [StackOutput.CheckpointTable]: LOCAL_TABLE,
    [StackOutput.CollectorFunction]: LOCAL_FUNCTION,
    [StackOutput.SecretNamePrefix]: LOCAL_SECRET_PREFIX,
    [StackOutput.AlarmTopic]: LOCAL_TOPIC_ARN,
    [StackOutput.Workgroup]: NO_WORKGROUP,
    [StackOutput.Sources]: JSON.stringify(sources),
    ...(allowedDomains !== undefined && { [StackOutput.AllowedDomains]: allowedDomains }),
  });
}
