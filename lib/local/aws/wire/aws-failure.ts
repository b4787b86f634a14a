import type { AwsAnswer, AwsError, AwsRequest } from './aws-call';
import { asAwsError, wireProtocolOf } from './aws-call';
import { jsonAnswer } from './protocols';
import { element, xmlDocument } from './xml';

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
function lambdaFailure(error: AwsError): AwsAnswer {
  const content = { Type: error.status < 500 ? 'User' : 'Service', Message: error.message };
  return {
    status: error.status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': error.code },
    body: Buffer.from(JSON.stringify(content)),
  };
}

/** Old codes of CloudWatch's errors ("awsQueryError trait" in the service model that the SDK is generated from). */
const QUERY_CODES: Readonly<Record<string, string>> = {
  InvalidParameterCombinationException: 'InvalidParameterCombination',
  InvalidParameterValueException: 'InvalidParameterValue',
  MissingRequiredParameterException: 'MissingParameter',
  ValidationException: 'ValidationError',
};

/**
 * A refusal in the AWS JSON protocol. Services that once used the Query protocol add the old code in
 * `x-amzn-query-error` if the client asks for it (Smithy specification, "awsQueryCompatible trait").
 */
function jsonFailure(error: AwsError, request: AwsRequest): AwsAnswer {
  const sender = error.status < 500 ? 'Sender' : 'Receiver';
  const queryError: Record<string, string> =
    request.headers['x-amzn-query-mode'] === 'true'
      ? { 'x-amzn-query-error': `${QUERY_CODES[error.code] ?? error.code};${sender}` }
      : {};
  const answer = jsonAnswer(request, { __type: error.code, message: error.message });
  return { ...answer, status: error.status, headers: { ...answer.headers, ...queryError } };
}

/** A refusal in the AWS Query protocol. */
function queryFailure(error: AwsError): AwsAnswer {
  const content = element('ErrorResponse', [
    element('Error', [
      element('Type', error.status < 500 ? 'Sender' : 'Receiver'),
      element('Code', error.code),
      element('Message', error.message),
    ]),
  ]);
  return { status: error.status, headers: { 'content-type': 'text/xml' }, body: xmlDocument(content) };
}

/** An error as S3 writes it (Amazon S3 API reference, "Error responses"). */
function xmlFailure(error: AwsError, request: AwsRequest): AwsAnswer {
  const content = element('Error', [
    element('Code', error.code),
    element('Message', error.message),
    element('Resource', request.path),
  ]);
  return {
    status: error.status,
    headers: { 'content-type': 'application/xml' },
    body: xmlDocument(content),
  };
}
