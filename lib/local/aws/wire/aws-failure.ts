import { xmlFailure } from '../s3/s3-operations';
import type { AwsAnswer, AwsRequest } from './aws-call';
import { wireProtocolOf } from './aws-call';
import type { AwsError } from './aws-error';
import { asAwsError } from './aws-error';
import { jsonFailure } from './aws-json';
import { queryFailure } from './aws-query';

/** Turns anything thrown into a refusal in the protocol of the request. */
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
export function lambdaFailure(error: AwsError): AwsAnswer {
  const content = { Type: error.status < 500 ? 'User' : 'Service', Message: error.message };
  return {
    status: error.status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': error.code },
    body: Buffer.from(JSON.stringify(content)),
  };
}
