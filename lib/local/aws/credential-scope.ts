import type { AwsRequest, AwsService } from './aws-call';
import { AwsError, notImplemented } from './aws-error';

/** Region and service that a signed request claims to be for. */
export interface CredentialScope {
  readonly region: string;
  readonly service: AwsService;
}

/** Shape of the header: AWS Signature Version 4, "Authorization header" in the S3 API reference. */
const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=[^/,\s]+\/\d{8}\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request, ?SignedHeaders=[a-z0-9;_-]+, ?Signature=[0-9a-f]{64}$/;

const TARGET_PREFIX: Readonly<Record<Exclude<AwsService, 's3'>, string>> = {
  dynamodb: 'DynamoDB_20120810.',
  secretsmanager: 'secretsmanager.',
  monitoring: 'GraniteServiceVersion20100801.',
};

/**
 * Reads which service a request is signed for. An unsigned or malformed header is refused as AWS does; the signature
 * itself is NOT verified, for the endpoint knows no secret keys and guards nothing: it listens on loopback only.
 * @throws AwsError MissingAuthenticationTokenException, AccessDenied, or that the header is malformed.
 */
export function readCredentialScope(request: AwsRequest): CredentialScope {
  const speaksJson = 'x-amz-target' in request.headers;
  const header = request.headers['authorization'];
  if (header === undefined) {
    throw speaksJson
      ? new AwsError(400, 'MissingAuthenticationTokenException', 'Request is missing Authentication Token')
      : new AwsError(403, 'AccessDenied', 'Access Denied');
  }
  const [, region, service] = AUTHORIZATION.exec(header) ?? [];
  if (region === undefined || service === undefined) {
    throw new AwsError(
      400,
      speaksJson ? 'IncompleteSignatureException' : 'AuthorizationHeaderMalformed',
      'The Authorization header is malformed: expected AWS4-HMAC-SHA256 with Credential, SignedHeaders and Signature.',
    );
  }
  return { region, service: knownService(service) };
}

/**
 * The operation after the service's own prefix in `X-Amz-Target`.
 * @throws AwsError UnknownOperationException when the prefix is not that of the service the request is signed for.
 */
export function operationFromTarget(service: Exclude<AwsService, 's3'>, request: AwsRequest): string {
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
  switch (service) {
    case 's3':
    case 'dynamodb':
    case 'secretsmanager':
    case 'monitoring':
      return service;
    default:
      throw notImplemented(`the service '${service}'`);
  }
}
