import type { IncomingMessage } from 'node:http';
import { isLoopbackHost } from '../../../../lambdas/contract/deployment/loopback-origin';
import type { AwsRequest, AwsService, WireProtocol } from './aws-call';
import { AWS_SERVICES, AwsError, notImplemented, wireProtocolOf } from './aws-call';

/** Largest payload held in memory. S3 accepts 5 GB in one PutObject (Amazon S3 user guide); objects here are small. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** Everything of a request but its payload. The path stays as it was sent: a URL parser would resolve `..` in it. */
export function readRequestHead({
  method = '',
  url = '/',
  headers,
}: IncomingMessage): Omit<AwsRequest, 'body'> {
  const queryStart = url.indexOf('?');
  return {
    method,
    path: queryStart < 0 ? url : url.slice(0, queryStart),
    query: new URLSearchParams(queryStart < 0 ? '' : url.slice(queryStart + 1)),
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(', ') : (value ?? ''),
      ]),
    ),
  };
}

/**
 * The whole payload. One that is too large is still read to its end: clients read an answer only after sending all.
 * @throws AwsError EntityTooLarge; Error if the client disconnects.
 */
export async function readRequestBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  if (sizeBytes > MAX_BODY_BYTES) {
    throw new AwsError(
      400,
      'EntityTooLarge',
      `Received a payload of ${sizeBytes} bytes, expected at most ${MAX_BODY_BYTES}.`,
    );
  }
  return Buffer.concat(chunks);
}

/**
 * Refuses a request that was addressed to another host. Otherwise a web page whose name resolves to 127.0.0.1 could
 * make the operator's browser talk to this endpoint (DNS rebinding).
 * @throws AwsError ForeignHost
 */
export function refuseForeignHost({ headers: { host = '' } }: Pick<AwsRequest, 'headers'>): void {
  const url = `http://${host}`;
  if (URL.canParse(url) && new URL(url).host !== '' && isLoopbackHost(new URL(url).hostname)) return;
  throw new AwsError(
    403,
    'ForeignHost',
    `Received a request for the host ${JSON.stringify(host)}; expected 127.0.0.1 or localhost.`,
  );
}

/** Region and service that a signed request claims to be for. */
interface CredentialScope {
  readonly region: string;
  readonly service: AwsService;
}

/** Shape of the header: AWS Signature Version 4, "Authorization header" in the S3 API reference. */
const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/\d{8}\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request, ?SignedHeaders=[a-z0-9;_-]+, ?Signature=[0-9a-f]{64}$/;

/** Services of the AWS JSON protocols, with what precedes the operation in `X-Amz-Target`. */
const TARGET_PREFIX = {
  dynamodb: 'DynamoDB_20120810.',
  secretsmanager: 'secretsmanager.',
  monitoring: 'GraniteServiceVersion20100801.',
  events: 'AWSEvents.',
  kms: 'TrentService.',
} as const satisfies Partial<Record<AwsService, string>>;

/** Answers to a request without a signature (AWS General Reference, "Common errors"; S3 has its own). */
const UNSIGNED: Readonly<Record<WireProtocol, readonly [status: number, code: string, message: string]>> = {
  json: [400, 'MissingAuthenticationTokenException', 'Request is missing Authentication Token'],
  query: [403, 'MissingAuthenticationToken', 'Request is missing Authentication Token'],
  lambda: [403, 'MissingAuthenticationTokenException', 'Missing Authentication Token'],
  s3: [403, 'AccessDenied', 'Access Denied'],
};

const MALFORMED_CODE: Readonly<Record<WireProtocol, string>> = {
  json: 'IncompleteSignatureException',
  query: 'IncompleteSignature',
  lambda: 'IncompleteSignatureException',
  s3: 'AuthorizationHeaderMalformed',
};

/** Answers to an unknown key (the same sources). */
const UNKNOWN_KEY: Readonly<Record<WireProtocol, readonly [status: number, code: string, message: string]>> =
  {
    json: [400, 'UnrecognizedClientException', 'The security token included in the request is invalid.'],
    query: [403, 'InvalidClientTokenId', 'The security token included in the request is invalid.'],
    lambda: [403, 'UnrecognizedClientException', 'The security token included in the request is invalid.'],
    s3: [403, 'InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.'],
  };

/**
 * Reads which service a request is signed for. A missing or malformed header is refused as by AWS. The signature itself
 * is NOT verified, because the endpoint knows no secret keys: the access key itself is the secret that protects it.
 * @param accessKeyId the only one that is accepted; undefined accepts any
 * @throws AwsError in the code of the protocol if the signature is missing or malformed, or the key is another one.
 */
export function readCredentialScope(request: AwsRequest, accessKeyId?: string): CredentialScope {
  const protocol = wireProtocolOf(request);
  const header = request.headers['authorization'];
  if (header === undefined) throw new AwsError(...UNSIGNED[protocol]);
  const [, key, region, service] = AUTHORIZATION.exec(header) ?? [];
  if (region === undefined || service === undefined) {
    throw new AwsError(
      400,
      MALFORMED_CODE[protocol],
      'The Authorization header is malformed: expected AWS4-HMAC-SHA256 with Credential, SignedHeaders and Signature.',
    );
  }
  if (accessKeyId !== undefined && key !== accessKeyId) throw new AwsError(...UNKNOWN_KEY[protocol]);
  return { region, service: knownService(service) };
}

/**
 * The operation after the service's own prefix in `X-Amz-Target`.
 * @throws AwsError UnknownOperationException if the prefix is not that of the service the request is signed for.
 */
export function operationFromTarget(service: keyof typeof TARGET_PREFIX, request: AwsRequest): string {
  const target = request.headers['x-amz-target'] ?? '';
  const prefix = TARGET_PREFIX[service];
  if (request.method !== 'POST' || request.path !== '/' || !target.startsWith(prefix)) {
    throw new AwsError(
      400,
      'UnknownOperationException',
      `Received ${request.method} ${request.path} with X-Amz-Target '${target}', expected POST / with '${prefix}…'.`,
    );
  }
  return target.slice(prefix.length);
}

function knownService(service: string): AwsService {
  const known = AWS_SERVICES.find((name) => name === service);
  if (known === undefined) throw notImplemented(`the service '${service}'`);
  return known;
}
