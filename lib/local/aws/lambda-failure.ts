import type { AwsAnswer } from './aws-call';
import type { AwsError } from './aws-error';

/** A refusal by Lambda itself, not by a function (AWS Lambda API reference, Invoke, "Errors"). */
export function lambdaFailure(error: AwsError): AwsAnswer {
  const content = { Type: error.status < 500 ? 'User' : 'Service', Message: error.message };
  return {
    status: error.status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': error.code },
    body: Buffer.from(JSON.stringify(content)),
  };
}
