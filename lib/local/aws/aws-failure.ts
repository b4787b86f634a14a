import type { AwsAnswer, AwsRequest } from './aws-call';
import { asAwsError } from './aws-error';
import { jsonFailure } from './aws-json';
import { queryFailure } from './aws-query';
import { lambdaFailure } from './lambda-failure';
import { xmlFailure } from './s3-xml';
import { wireProtocolOf } from './wire-protocol';

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
