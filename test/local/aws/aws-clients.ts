import { request } from 'node:http';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { STSClient } from '@aws-sdk/client-sts';
import type { LocalAws } from '../../../lib/local/aws/local-aws';

/** The unmodified SDK clients for one endpoint; by default they make each call once, so that a refusal is visible. */
export class AwsClients {
  readonly s3: S3Client;
  readonly dynamoDb: DynamoDBClient;
  readonly secretsManager: SecretsManagerClient;
  readonly cloudWatch: CloudWatchClient;
  readonly cloudFormation: CloudFormationClient;
  readonly lambda: LambdaClient;
  readonly sns: SNSClient;
  readonly sts: STSClient;

  constructor({ url }: LocalAws, maxAttempts = 1) {
    const credentials = { accessKeyId: 'TEST', secretAccessKey: 'test' };
    const options = { endpoint: url, region: 'us-east-1', credentials, maxAttempts };
    this.s3 = new S3Client(options);
    this.dynamoDb = new DynamoDBClient(options);
    this.secretsManager = new SecretsManagerClient(options);
    this.cloudWatch = new CloudWatchClient(options);
    this.cloudFormation = new CloudFormationClient(options);
    this.lambda = new LambdaClient(options);
    this.sns = new SNSClient(options);
    this.sts = new STSClient(options);
  }

  /** Closes the connections that are kept alive. */
  destroy(): void {
    const clients = [this.s3, this.dynamoDb, this.secretsManager, this.cloudWatch];
    for (const client of clients) client.destroy();
    for (const client of [this.cloudFormation, this.lambda, this.sns, this.sts]) client.destroy();
  }
}

/** A handwritten request that the SDK would never send. `service` signs it; undefined leaves it unsigned. */
export interface RawRequest {
  readonly service?: string;
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** Sends the request byte for byte, without normalizing the path. */
export async function sendRaw({ url }: LocalAws, raw: RawRequest): Promise<{ status: number; text: string }> {
  const body = Buffer.from(raw.body ?? '');
  const scope = `TEST/20261122/us-east-1/${raw.service}/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=${'0'.repeat(64)}`;
  const isChunked = raw.headers?.['transfer-encoding'] === 'chunked';
  const headers = {
    ...(isChunked ? {} : { 'content-length': String(body.length) }),
    'x-amz-date': '20261122T120000Z',
    ...(raw.service === undefined ? {} : { authorization }),
    ...raw.headers,
  };
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method: raw.method, path: raw.path, headers, agent: false });
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    outgoing.end(body);
  });
}
