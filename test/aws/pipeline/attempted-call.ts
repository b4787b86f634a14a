import type { AwsCall } from '../../../lib/local/aws/wire/aws-call';
import type { AttemptedCall } from './permissions';

/** A request to the embedded endpoint as IAM sees it: action, resource, condition keys (AWS service authorization reference). */
export function attemptedCall(call: AwsCall): AttemptedCall {
  switch (call.service) {
    case 's3':
      return s3Call(call);
    case 'dynamodb': {
      return attempt(`dynamodb:${call.operation}`, regional('dynamodb', `table/${tableOf(call)}`));
    }
    case 'secretsmanager': {
      const { SecretId } = JSON.parse(call.body.toString('utf8')) as { readonly SecretId: string };
      return attempt(
        `secretsmanager:${call.operation}`,
        regional('secretsmanager', `secret:${SecretId}-AbCdEf`),
      );
    }
    case 'monitoring': {
      const { Namespace } = JSON.parse(call.body.toString('utf8')) as { readonly Namespace: string };
      return attempt(`cloudwatch:${call.operation}`, '*', { 'cloudwatch:namespace': Namespace });
    }
    case 'sns': {
      const topicArn = new URLSearchParams(call.body.toString('utf8')).get('TopicArn');
      return attempt(`sns:${call.operation}`, topicArn ?? '');
    }
    case 'cloudformation':
    case 'lambda':
    case 'sts':
      throw new Error(`a call of the function to ${call.service} is not known here; expected none`);
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

function attempt(
  action: string,
  resource: string,
  conditionValues: AttemptedCall['conditionValues'] = {},
): AttemptedCall {
  return { action, resource, conditionValues };
}

function regional(service: string, resource: string): string {
  return `arn:aws:${service}:us-east-1:111122223333:${resource}`;
}
