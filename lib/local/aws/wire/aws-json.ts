import type { SchemaObject } from 'ajv';
import type { AwsAnswer, AwsRequest } from './aws-call';
import { AwsError } from './aws-error';
import { type ParameterErrorCodes, parameterValidator } from './aws-parameters';

/** Makes the function that validates the JSON body of an operation, see `parameterValidator`. */
export function parameterReader<T>(schema: SchemaObject, codes: ParameterErrorCodes): (body: Buffer) => T {
  const validate = parameterValidator<T>(schema, codes);
  return (body) => validate(parseJsonObject(body));
}

/** The JSON object of a request. @throws AwsError SerializationException if the body is not one. */
export function parseJsonObject(body: Buffer): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString('utf8'));
  } catch {
    throw notAJsonObject(body);
  }
  if (!isRecord(parsed)) throw notAJsonObject(body);
  return parsed;
}

/** An answer in the AWS JSON protocol, in the version the request was made with. */
export function jsonAnswer(request: AwsRequest, content: object): AwsAnswer {
  return {
    status: 200,
    headers: { 'content-type': request.headers['content-type'] ?? 'application/x-amz-json-1.0' },
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
export function jsonFailure(error: AwsError, request: AwsRequest): AwsAnswer {
  const sender = error.status < 500 ? 'Sender' : 'Receiver';
  const queryError: Record<string, string> =
    request.headers['x-amzn-query-mode'] === 'true'
      ? { 'x-amzn-query-error': `${QUERY_CODES[error.code] ?? error.code};${sender}` }
      : {};
  const answer = jsonAnswer(request, { __type: error.code, message: error.message });
  return { ...answer, status: error.status, headers: { ...answer.headers, ...queryError } };
}

/** The refusal of an operation that the named service may have and this endpoint does not. */
export function unknownOperation(service: string, operation: string): AwsError {
  return new AwsError(
    400,
    'UnknownOperationException',
    `The local AWS endpoint does not implement the ${service} operation '${operation}'.`,
  );
}

function notAJsonObject(body: Buffer): AwsError {
  return new AwsError(
    400,
    'SerializationException',
    `Received ${body.length} bytes that are not a JSON object.`,
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
