import { once } from 'node:events';
import type { RequestListener, Server } from 'node:http';
import dynalite from 'dynalite';
import inject from 'light-my-request';
import type { AwsAnswer, AwsCall, AwsEndpoint, AwsRequest, AwsTarget } from './wire/aws-call';
import { notImplemented } from './wire/aws-call';
import { operationFromTarget } from './wire/aws-request';
import { parseJsonObject, unknownOperation } from './wire/protocols';

/** Headers that the engine reads, and headers of its answer that describe the answer. */
const FORWARDED_REQUEST_HEADERS = ['content-type', 'x-amz-target', 'authorization', 'x-amz-date'];
const FORWARDED_ANSWER_HEADERS = ['content-type', 'x-amz-crc32'];

/**
 * DynamoDB. The engine is dynalite, called in this process, so that a call can be held back before and after it is
 * applied. An error inside the engine that is not an answer ends the process, which a local tool may do.
 */
export class DynamoDbEndpoint implements AwsEndpoint {
  readonly #engine: Server;
  readonly #serve: RequestListener;

  /** @param folder where the tables are kept; undefined keeps them in memory. */
  constructor(folder: string | undefined) {
    this.#engine = dynalite({ path: folder, createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 });
    const [serve] = this.#engine.listeners('request') as RequestListener[];
    if (serve === undefined) throw new Error('dynalite serves no requests; expected one listener');
    this.#serve = serve;
    this.#engine.removeAllListeners('request');
  }

  identify(request: AwsRequest): AwsTarget {
    return { operation: operationFromTarget('dynamodb', request) };
  }

  async apply(call: AwsCall): Promise<AwsAnswer> {
    const parameters = parseJsonObject(call.body);
    checkDynamoDbParameters(call.operation, parameters);
    const answer = await this.#forward(call);
    if (call.operation === 'CreateTable' && answer.status === 200) {
      await this.#untilActive(call, parameters['TableName']);
    }
    return answer;
  }

  /** Closes the engine's store. The engine does so only for a server that listens. */
  async stop(): Promise<void> {
    await once(this.#engine.listen(0, '127.0.0.1'), 'listening');
    await new Promise<void>((resolve, reject) => {
      this.#engine.close((error) => (error ? reject(error) : resolve()));
    });
  }

  /**
   * The engine makes a table ACTIVE a moment after it answered CREATING. Without waiting for that here, an endpoint
   * that is stopped right afterwards would leave a table that stays CREATING forever.
   */
  async #untilActive(call: AwsCall, tableName: unknown): Promise<void> {
    const headers = { ...call.headers, 'x-amz-target': 'DynamoDB_20120810.DescribeTable' };
    const body = Buffer.from(JSON.stringify({ TableName: tableName }));
    for (;;) {
      const answer = await this.#forward({ ...call, headers, body });
      if (answer.status !== 200 || answer.body.includes('"TableStatus":"ACTIVE"')) return;
    }
  }

  async #forward({ path, headers, body }: AwsCall): Promise<AwsAnswer> {
    const forwarded = FORWARDED_REQUEST_HEADERS.map((name) => [name, headers[name] ?? '']);
    const answer = await inject(this.#serve, {
      method: 'POST',
      url: path,
      headers: Object.fromEntries(forwarded) as Record<string, string>,
      payload: body,
    });
    const kept = FORWARDED_ANSWER_HEADERS.map((name) => [name, String(answer.headers[name] ?? '')]);
    return {
      status: answer.statusCode,
      headers: Object.fromEntries(kept) as Record<string, string>,
      body: answer.rawPayload,
    };
  }
}

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
 * Every operation that is passed to the engine, with the parameters it acts on (dynalite 4.0.0, `validations/`). The
 * engine silently drops parameters it does not know, so they must not reach it. Therefore
 * ReturnValuesOnConditionCheckFailure, transactions and time to live are refused.
 */
const KNOWN_PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  CreateTable: [
    'TableName',
    'AttributeDefinitions',
    'KeySchema',
    'BillingMode',
    'ProvisionedThroughput',
    'GlobalSecondaryIndexes',
  ],
  DescribeTable: ['TableName'],
  DeleteTable: ['TableName'],
  ListTables: ['ExclusiveStartTableName', 'Limit'],
  PutItem: ['Item', ...CONDITIONAL_WRITE],
  UpdateItem: ['Key', 'UpdateExpression', ...CONDITIONAL_WRITE],
  DeleteItem: ['Key', ...CONDITIONAL_WRITE],
  GetItem: ['Key', ...READ],
  BatchGetItem: ['RequestItems'],
  Query: ['IndexName', 'KeyConditionExpression', 'ScanIndexForward', ...PAGED_READ],
  Scan: PAGED_READ,
};

/** @throws AwsError for an operation or a parameter that the engine would not honor. */
function checkDynamoDbParameters(operation: string, parameters: Readonly<Record<string, unknown>>): void {
  const known = KNOWN_PARAMETERS[operation];
  if (known === undefined) throw unknownOperation('DynamoDB', operation);
  for (const name of Object.keys(parameters)) {
    if (!known.includes(name)) throw notImplemented(`the parameter '${name}' of DynamoDB ${operation}`);
  }
}
