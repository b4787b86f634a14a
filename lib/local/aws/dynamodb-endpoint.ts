import dynalite from 'dynalite';
import type { Server } from 'node:http';
import type { AwsAnswer, AwsCall, AwsEndpoint, AwsRequest, AwsTarget } from './aws-call';
import { parseJsonObject } from './aws-json';
import { operationFromTarget } from './credential-scope';
import { checkDynamoDbParameters } from './dynamodb-parameters';
import { listenOnLoopback } from './loopback';

/** Headers the engine reads, and those of its answer that say something about the answer. */
const FORWARDED_REQUEST_HEADERS = ['content-type', 'x-amz-target', 'authorization', 'x-amz-date'];
const FORWARDED_ANSWER_HEADERS = ['content-type', 'x-amz-crc32'];

/**
 * DynamoDB: the engine is dynalite, on a loopback port of its own, so that a call can be held back before it is applied
 * and after. An error inside the engine that is not an answer ends the process, which is loud enough for a local tool.
 */
export class DynamoDbEndpoint implements AwsEndpoint {
  readonly #engine: Server;
  readonly #engineUrl: string;

  private constructor(engine: Server, engineUrl: string) {
    this.#engine = engine;
    this.#engineUrl = engineUrl;
  }

  /** @param folder where the tables are kept; in memory when undefined. */
  static async start(folder: string | undefined): Promise<DynamoDbEndpoint> {
    const engine = dynalite({ path: folder, createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 });
    return new DynamoDbEndpoint(engine, await listenOnLoopback(engine));
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

  /** Ends the engine and closes its store. */
  async stop(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#engine.close((error) => (error ? reject(error) : resolve()));
    });
  }

  /**
   * The engine makes a table ACTIVE a moment after it answered CREATING. Waiting for that here means that an endpoint
   * stopped right afterwards does not leave a table that stays CREATING for ever.
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
    const response = await fetch(`${this.#engineUrl}${path}`, {
      method: 'POST',
      headers: Object.fromEntries(forwarded) as Record<string, string>,
      body,
    });
    const kept = FORWARDED_ANSWER_HEADERS.map((name) => [name, response.headers.get(name) ?? '']);
    return {
      status: response.status,
      headers: Object.fromEntries(kept) as Record<string, string>,
      body: Buffer.from(await response.arrayBuffer()),
    };
  }
}
