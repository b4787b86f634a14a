import type { StackStore } from './cloudformation/cloudformation-endpoint';
import { CloudFormationEndpoint } from './cloudformation/cloudformation-endpoint';
import type { AlarmStore } from './cloudwatch/alarm-store';
import { CloudWatchEndpoint } from './cloudwatch/cloudwatch-endpoint';
import type { FunctionStore } from './lambda/lambda-endpoint';
import { LambdaEndpoint } from './lambda/lambda-endpoint';
import type { LocalState } from './local-state';
import { S3Endpoint } from './s3/s3-endpoint';
import { SecretsManagerEndpoint } from './secrets-manager/secrets-manager-endpoint';
import { SnsEndpoint } from './sns/sns-endpoint';
import type { TopicStore } from './sns/topic-store';
import { StsEndpoint } from './sts/sts-endpoint';
import type { AwsEndpoint, AwsService } from './wire/aws-call';

/** What a deployment creates, in memory. */
export interface DeployedResources {
  readonly stacks: StackStore;
  readonly functions: FunctionStore;
  readonly topics: TopicStore;
  readonly alarms: AlarmStore;
}

export interface ServiceState {
  readonly state: LocalState;
  readonly deployed: DeployedResources;
  /** The clock, in unix milliseconds. */
  readonly nowMs: () => number;
}

/** Every service of the endpoint. */
export function serviceEndpoints({
  state,
  deployed,
  nowMs,
}: ServiceState): Readonly<Record<AwsService, AwsEndpoint>> {
  return {
    s3: new S3Endpoint(state.objects),
    dynamodb: state.tables,
    secretsmanager: new SecretsManagerEndpoint(state.secrets),
    monitoring: new CloudWatchEndpoint({ metrics: state.metrics, alarms: deployed.alarms }, nowMs),
    cloudformation: new CloudFormationEndpoint(deployed.stacks),
    lambda: new LambdaEndpoint(deployed.functions),
    sns: new SnsEndpoint(deployed.topics),
    sts: new StsEndpoint(),
  };
}
