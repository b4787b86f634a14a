import type { Resource, StackTemplate } from './synthesized-app';

const PARTITION = 'aws';
const REGION = 'us-east-1';
const ACCOUNT = '111122223333';

const PSEUDO_PARAMETERS: Readonly<Record<string, string>> = {
  'AWS::Partition': PARTITION,
  'AWS::Region': REGION,
  'AWS::AccountId': ACCOUNT,
};

/** For each type, the property that names a resource, and the form of its ARN. */
const TYPES: Readonly<
  Record<string, { readonly nameProperty: string; readonly arn: (name: string) => string }>
> = {
  'AWS::S3::Bucket': { nameProperty: 'BucketName', arn: (name) => `arn:aws:s3:::${name}` },
  'AWS::DynamoDB::Table': { nameProperty: 'TableName', arn: (name) => regional('dynamodb', `table/${name}`) },
  'AWS::SecretsManager::Secret': {
    nameProperty: 'Name',
    arn: (name) => regional('secretsmanager', `secret:${name}-AbCdEf`),
  },
  'AWS::Lambda::Function': {
    nameProperty: 'FunctionName',
    arn: (name) => regional('lambda', `function:${name}`),
  },
  'AWS::Logs::LogGroup': {
    nameProperty: 'LogGroupName',
    arn: (name) => regional('logs', `log-group:${name}:*`),
  },
  'AWS::Events::Rule': { nameProperty: 'Name', arn: (name) => regional('events', `rule/${name}`) },
  'AWS::SQS::Queue': { nameProperty: 'QueueName', arn: (name) => regional('sqs', name) },
  'AWS::SNS::Topic': { nameProperty: 'TopicName', arn: (name) => regional('sns', name) },
  'AWS::KMS::Key': { nameProperty: 'KeyId', arn: (name) => regional('kms', `key/${name}`) },
  'AWS::CloudWatch::Alarm': {
    nameProperty: 'AlarmName',
    arn: (name) => regional('cloudwatch', `alarm:${name}`),
  },
  'AWS::IAM::Role': { nameProperty: 'RoleName', arn: (name) => `arn:aws:iam::${ACCOUNT}:role/${name}` },
  'AWS::Scheduler::ScheduleGroup': {
    nameProperty: 'Name',
    arn: (name) => regional('scheduler', `schedule-group/${name}`),
  },
};

/** Types whose `Ref` is not the name (AWS CloudFormation template reference, "Return values" of each type). */
const REF_IS_ARN = ['AWS::SNS::Topic', 'AWS::SecretsManager::Secret'];

function regional(service: string, resource: string): string {
  return `arn:${PARTITION}:${service}:${REGION}:${ACCOUNT}:${resource}`;
}

/**
 * A template with references resolved as by CloudFormation: every resource has its name. If the template leaves a name
 * to CloudFormation, it is the logical id in lower case. Anything unknown is refused.
 */
export class DeployedTemplate<T extends Pick<StackTemplate, 'Resources'> = StackTemplate> {
  constructor(readonly template: T) {}

  /** Logical id and resolved properties of each resource of a type. */
  ofType(type: string): [string, Record<string, unknown>][] {
    return Object.entries(this.template.Resources)
      .filter(([, { Type }]) => Type === type)
      .map(([id, { Properties }]) => [id, this.resolve(Properties) as Record<string, unknown>]);
  }

  /** Resolved properties of the only resource of a type, or of the only one with this prefix of its logical id. */
  onlyOf(type: string, idPrefix = ''): Record<string, unknown> {
    const [found, ...others] = this.ofType(type).filter(([id]) => id.startsWith(idPrefix));
    if (found === undefined || others.length > 0)
      throw new Error(
        `the template has ${others.length + (found ? 1 : 0)} of ${type} ${idPrefix}; expected one`,
      );
    return found[1];
  }

  /** Name of a resource after deployment. */
  nameOf(logicalId: string): string {
    const { Type, Properties } = this.resource(logicalId);
    const nameProperty = TYPES[Type]?.nameProperty ?? 'Name';
    const name = this.resolve(Properties?.[nameProperty]);
    return typeof name === 'string' ? name : logicalId.toLowerCase();
  }

  /** ARN of a resource after deployment. */
  arnOf(logicalId: string): string {
    const { Type } = this.resource(logicalId);
    const form = TYPES[Type];
    if (form === undefined) throw new Error(`the ARN of a ${Type} is not known here`);
    return form.arn(this.nameOf(logicalId));
  }

  /** A value with its references replaced at any depth. @throws Error for an unknown intrinsic function */
  resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.resolve(item));
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [[name, argument] = ['', undefined]] = entries;
    if (entries.length === 1 && (name === 'Ref' || name.startsWith('Fn::'))) return this.call(name, argument);
    return Object.fromEntries(entries.map(([key, item]) => [key, this.resolve(item)]));
  }

  private call(name: string, argument: unknown): unknown {
    if (name === 'Ref') return this.ref(argument as string);
    if (name === 'Fn::GetAtt') return this.attribute(argument as [string, string]);
    if (name === 'Fn::Join') {
      const [separator, parts] = argument as [string, unknown[]];
      return (this.resolve(parts) as string[]).join(separator);
    }
    if (name === 'Fn::Sub')
      return (argument as string).replaceAll(/\$\{([^}]+)\}/g, (_, id: string) => this.ref(id));
    throw new Error(`the intrinsic function ${name} is not known here`);
  }

  private ref(id: string): string {
    const parameter = PSEUDO_PARAMETERS[id];
    if (parameter !== undefined) return parameter;
    return REF_IS_ARN.includes(this.resource(id).Type) ? this.arnOf(id) : this.nameOf(id);
  }

  private attribute([id, attribute]: [string, string]): string {
    if (attribute === 'QueueName') return this.nameOf(id);
    if (attribute !== 'Arn') throw new Error(`the attribute ${attribute} of ${id} is not known here`);
    return this.arnOf(id);
  }

  private resource(id: string): Resource {
    const resource = this.template.Resources[id];
    if (resource === undefined) throw new Error(`the template has no resource ${id}`);
    return resource;
  }
}
