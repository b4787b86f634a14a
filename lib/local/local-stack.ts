import type { Source } from '../../lambdas/contract/deployment/collector-event';
import { STACK_NAME, StackOutput } from '../../lambdas/contract/deployment/deployment-outputs';
import { localArn } from './aws/local-account';
import type { LocalAws } from './aws/local-aws';
import { LOCAL_BUCKET, LOCAL_SECRET_PREFIX, LOCAL_TABLE } from './local-deployment';

/** Local name of the collector's function. */
export const LOCAL_FUNCTION = 'netskope-audit-collector';

/** The topic that alarms would notify; it has no subscriber. */
export const LOCAL_TOPIC_ARN = localArn('sns', 'netskope-audit-alarms');

/** There is no Athena on this machine; this name tells the reader of the output. */
const NO_WORKGROUP = 'no-athena-on-this-machine';

export interface LocalStack {
  readonly sources: readonly Source[];
  /** The text of the output. @default - no such output */
  readonly allowedDomains?: string;
}

/** Puts the outputs and the topic of a deployed stack into an embedded AWS endpoint. It has no dashboard. */
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
