import type { AwsCall } from '../../../lib/local/aws/wire/aws-call';
import type { DeployedTemplate } from '../deployed-template';

/** Conditions of a statement: operator, key, value or values. */
type Conditions = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** One action that a principal may or may not do, or `sts:AssumeRole` on a role. */
export interface Permission {
  readonly effect: string;
  /** The role that has the policy, or the principal in the policy of a resource. */
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly conditions?: Conditions;
}

/** One call, with the values of its condition keys. */
export interface AttemptedCall {
  readonly action: string;
  readonly resource: string;
  readonly conditionValues: Readonly<Record<string, string>>;
}

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Principal?: string | Readonly<Record<string, string | readonly string[]>>;
  readonly Condition?: Conditions;
}

/** Every statement of every policy of the template, split into single permissions. */
export function permissionsOf(deployed: DeployedTemplate): Permission[] {
  return Object.entries(deployed.template.Resources).flatMap(([id, { Properties }]) =>
    permissionsIn(deployed.resolve(Properties), roleOf(Properties) ?? id),
  );
}

/** The permissions of all policy documents inside a value. @param holder who has them, if no principal is named */
export function permissionsIn(value: unknown, holder: string): Permission[] {
  return statementsIn(value).flatMap((statement) => takenApart(holder, statement));
}

/** Logical id of the role that a policy resource belongs to. */
function roleOf({ Roles }: Readonly<Record<string, unknown>> = {}): string | undefined {
  const [role] = (Roles ?? []) as readonly { readonly Ref: string }[];
  return role?.Ref;
}

/** Statements of all policy documents inside a value, at any depth. */
function statementsIn(value: unknown): Statement[] {
  if (Array.isArray(value)) return value.flatMap(statementsIn);
  if (typeof value !== 'object' || value === null) return [];
  if ('Statement' in value) return value.Statement as Statement[];
  return Object.values(value).flatMap(statementsIn);
}

function takenApart(holder: string, statement: Statement): Permission[] {
  const { Effect: effect, Action, Resource = holder, Condition: conditions } = statement;
  return principalsOf(statement, holder).flatMap((principal) =>
    listed(Action).flatMap((action) =>
      listed(Resource).map((resource) => ({
        effect,
        principal,
        action,
        resource,
        ...(conditions === undefined ? {} : { conditions }),
      })),
    ),
  );
}

function principalsOf({ Principal }: Statement, holder: string): readonly string[] {
  if (Principal === undefined) return [holder];
  return typeof Principal === 'string' ? [Principal] : Object.values(Principal).flatMap(listed);
}

function listed(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}

/** One line for a reviewer. */
export function inOneLine({ effect, principal, action, resource, conditions }: Permission): string {
  const condition = conditions === undefined ? '' : ` if ${JSON.stringify(conditions)}`;
  return `${effect} ${principal} ${action} on ${resource}${condition}`;
}

/** Whether the permission covers the call, as IAM would decide. @throws Error for a condition that is not known here */
export function covers(permission: Permission, call: AttemptedCall): boolean {
  return (
    permission.effect === 'Allow' &&
    permission.action === call.action &&
    isLike(call.resource, permission.resource) &&
    Object.entries(permission.conditions ?? {}).every(([operator, keys]) => holds(operator, keys, call))
  );
}

function holds(operator: string, keys: Readonly<Record<string, unknown>>, call: AttemptedCall): boolean {
  if (!['StringLike', 'StringEquals', 'ForAllValues:StringLike'].includes(operator))
    throw new Error(`the condition operator ${operator} is not known here`);
  return Object.entries(keys).every(([key, wanted]) => {
    const value = call.conditionValues[key];
    const patterns = listed(wanted as string | readonly string[]);
    if (value === undefined) return false;
    return patterns.some((pattern) =>
      operator === 'StringEquals' ? value === pattern : isLike(value, pattern),
    );
  });
}

/** Whether the text matches a pattern in which `*` stands for any text. */
function isLike(text: string, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}

/** The account of a template's ARNs in these tests. */
const ACCOUNT = '111122223333';

/** A request to the embedded endpoint as IAM sees it: action, resource, condition keys (AWS service authorization reference). */
export function attemptedCall(call: AwsCall, account = ACCOUNT): AttemptedCall {
  const regional = (service: string, resource: string): string =>
    `arn:aws:${service}:us-east-1:${account}:${resource}`;
  switch (call.service) {
    case 's3':
      return s3Call(call);
    case 'dynamodb': {
      const { IndexName } = JSON.parse(call.body.toString('utf8')) as { readonly IndexName?: string };
      const index = IndexName === undefined ? '' : `/index/${IndexName}`;
      return attempt(
        `dynamodb:${call.operation}`,
        regional('dynamodb', `table/${tableOf(call)}${index}`),
        keyOf(call),
      );
    }
    case 'events':
      return attempt(`events:${call.operation}`, regional('events', 'event-bus/default'));
    case 'secretsmanager': {
      const { Name, SecretId = Name } = JSON.parse(call.body.toString('utf8')) as Readonly<
        Record<'Name' | 'SecretId', string | undefined>
      >;
      return attempt(
        `secretsmanager:${call.operation}`,
        regional('secretsmanager', `secret:${SecretId}-AbCdEf`),
      );
    }
    case 'monitoring': {
      const { Namespace, AlarmName } = JSON.parse(call.body.toString('utf8')) as Readonly<
        Partial<Record<'Namespace' | 'AlarmName', string>>
      >;
      const conditionValues: AttemptedCall['conditionValues'] =
        Namespace === undefined ? {} : { 'cloudwatch:namespace': Namespace };
      return attempt(
        `cloudwatch:${call.operation}`,
        call.operation.includes('Alarm') ? regional('cloudwatch', `alarm:${AlarmName ?? '*'}`) : '*',
        conditionValues,
      );
    }
    case 'sns':
      return attempt(`sns:${call.operation}`, formField(call, 'TopicArn'));
    case 'kms': {
      const { KeyId } = JSON.parse(call.body.toString('utf8')) as { readonly KeyId: string };
      return attempt(`kms:${call.operation}`, KeyId);
    }
    case 'cloudformation':
      return attempt(
        `cloudformation:${call.operation}`,
        regional('cloudformation', `stack/${formField(call, 'StackName')}/0a1b2c3d`),
      );
    case 'lambda':
      return attempt(
        `lambda:${call.operation}Function`,
        regional('lambda', `function:${call.path.split('/')[3]}`),
      );
    case 'sts':
      throw new Error(
        `${call.operation} needs no permission, which is not known here; expected another call`,
      );
  }
}

function s3Call({ operation, bucket = '', key = '', query }: AwsCall): AttemptedCall {
  if (operation !== 'ListObjectsV2') return attempt(`s3:${operation}`, `arn:aws:s3:::${bucket}/${key}`);
  return attempt('s3:ListBucket', `arn:aws:s3:::${bucket}`, { 's3:prefix': query.get('prefix') ?? '' });
}

/** The table of a call, or of a batch, which here has only one table. */
function tableOf({ body }: AwsCall): string {
  const { TableName, RequestItems = {} } = JSON.parse(body.toString('utf8')) as {
    readonly TableName?: string;
    readonly RequestItems?: Readonly<Record<string, unknown>>;
  };
  return TableName ?? Object.keys(RequestItems).join();
}

/** The partition key of what is put into a table. */
function keyOf({ body }: AwsCall): AttemptedCall['conditionValues'] {
  const { Item = {} } = JSON.parse(body.toString('utf8')) as {
    readonly Item?: { readonly streamId?: { readonly S: string } };
  };
  return Item.streamId === undefined ? {} : { 'dynamodb:LeadingKeys': Item.streamId.S };
}

function attempt(
  action: string,
  resource: string,
  conditionValues: AttemptedCall['conditionValues'] = {},
): AttemptedCall {
  return { action, resource, conditionValues };
}

function formField({ body }: AwsCall, name: string): string {
  return new URLSearchParams(body.toString('utf8')).get(name) ?? '';
}
