import type { AwsRequest } from './aws-call';

/** How a request is written, which is known before it is known for which service it is signed. */
export type WireProtocol = 'json' | 'query' | 'lambda' | 's3';

/** Where the Lambda API has its functions (AWS Lambda API reference, Invoke). No S3 operation here is a POST. */
export const LAMBDA_FUNCTIONS_PATH = '/2015-03-31/functions/';

/** Recognizes the protocol: AWS JSON by its header, AWS Query by its form, Lambda by its path, else S3. */
export function wireProtocolOf({ method, path, headers }: AwsRequest): WireProtocol {
  if ('x-amz-target' in headers) return 'json';
  if (headers['content-type']?.startsWith('application/x-www-form-urlencoded')) return 'query';
  return method === 'POST' && path.startsWith(LAMBDA_FUNCTIONS_PATH) ? 'lambda' : 's3';
}
