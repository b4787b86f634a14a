import { xmlFailure } from '../s3/s3-operations';
import type { AwsAnswer, AwsRequest } from './aws-call';
import { wireProtocolOf } from './aws-call';
import { jsonFailure } from './aws-json';
import { queryFailure } from './aws-query';

/** A refusal in the words of the service: HTTP status, the error code that the SDK turns into `name`, and a message. */
export class AwsError extends Error {
  override readonly name = 'AwsError';

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * The refusal of something that AWS may know and this endpoint does not.
 * 501 with the code NotImplemented is what S3 answers itself, and no SDK retries it.
 */
export function notImplemented(what: string): AwsError {
  return new AwsError(501, 'NotImplemented', `The local AWS endpoint does not implement ${what}.`);
}

/** Any thrown value as a refusal; what is not an AwsError is a fault of this endpoint or of a hook. */
export function asAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new AwsError(500, 'InternalError', `The local AWS endpoint failed: ${reason}`, { cause: error });
}

/** Whatever was thrown, as a refusal in the protocol that the request is written in. */
export function failureAnswer(error: unknown, request: AwsRequest): AwsAnswer {
  const refusal = asAwsError(error);
  switch (wireProtocolOf(request)) {
    case 'json':
      return jsonFailure(refusal, request);
    case 'query':
      return queryFailure(refusal);
    case 'lambda':
      return lambdaFailure(refusal);
    case 's3':
      return xmlFailure(refusal, request);
  }
}

/** A refusal by Lambda itself, not by a function (AWS Lambda API reference, Invoke, "Errors"). */
function lambdaFailure(error: AwsError): AwsAnswer {
  const content = { Type: error.status < 500 ? 'User' : 'Service', Message: error.message };
  return {
    status: error.status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': error.code },
    body: Buffer.from(JSON.stringify(content)),
  };
}
