import { notImplemented } from './aws-error';
import { unknownOperation } from './aws-json';

const EXPRESSION = ['ExpressionAttributeNames', 'ExpressionAttributeValues'];
const CONDITIONAL_WRITE = ['TableName', 'ConditionExpression', 'ReturnValues', ...EXPRESSION];
const READ = ['TableName', 'ConsistentRead', 'ProjectionExpression', 'ExpressionAttributeNames'];
const PAGED_READ = [
  ...READ,
  'ExpressionAttributeValues',
  'FilterExpression',
  'Limit',
  'ExclusiveStartKey',
  'Select',
];

/**
 * Every operation that is let through to the engine, with the parameters it acts on (dynalite 4.0.0, `validations/`).
 * The engine drops a parameter it does not know without a word; so nothing unknown may reach it. That is why
 * ReturnValuesOnConditionCheckFailure, transactions and time to live are refused.
 */
const KNOWN_PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  CreateTable: ['TableName', 'AttributeDefinitions', 'KeySchema', 'BillingMode', 'ProvisionedThroughput'],
  DescribeTable: ['TableName'],
  DeleteTable: ['TableName'],
  ListTables: ['ExclusiveStartTableName', 'Limit'],
  PutItem: ['Item', ...CONDITIONAL_WRITE],
  UpdateItem: ['Key', 'UpdateExpression', ...CONDITIONAL_WRITE],
  DeleteItem: ['Key', ...CONDITIONAL_WRITE],
  GetItem: ['Key', ...READ],
  BatchGetItem: ['RequestItems'],
  Query: ['KeyConditionExpression', 'ScanIndexForward', ...PAGED_READ],
  Scan: PAGED_READ,
};

/** @throws AwsError for an operation or a parameter that the engine would not honor. */
export function checkDynamoDbParameters(
  operation: string,
  parameters: Readonly<Record<string, unknown>>,
): void {
  const known = KNOWN_PARAMETERS[operation];
  if (known === undefined) throw unknownOperation('DynamoDB', operation);
  for (const name of Object.keys(parameters)) {
    if (!known.includes(name)) throw notImplemented(`the parameter '${name}' of DynamoDB ${operation}`);
  }
}
