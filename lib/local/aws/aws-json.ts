import Ajv, { type ErrorObject, type SchemaObject } from 'ajv';
import type { AwsAnswer, AwsRequest } from './aws-call';
import { AwsError, notImplemented } from './aws-error';

/** Error codes a service gives to a parameter that is missing or has a wrong value. */
export interface ParameterErrorCodes {
  readonly missing: string;
  readonly invalid: string;
}

const ajv = new Ajv({ allErrors: true });

/**
 * Makes the one place that judges the parameters of an operation.
 * The schema must close every object with `additionalProperties: false`: an unknown parameter is refused, not ignored.
 * Messages carry paths and rules, never the values, which may be secrets.
 */
export function parameterReader<T>(schema: SchemaObject, codes: ParameterErrorCodes): (body: Buffer) => T {
  const isValid = ajv.compile<T>(schema);
  return (body) => {
    const parameters: unknown = parseJsonObject(body);
    if (isValid(parameters)) return parameters;
    throw refusalOf(isValid.errors ?? [], codes);
  };
}

/** The JSON object of a request. @throws AwsError SerializationException when the body is not one. */
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

/** Old codes of CloudWatch's errors ("awsQueryError trait" in the service model that the SDK is made from). */
const QUERY_CODES: Readonly<Record<string, string>> = {
  InvalidParameterCombinationException: 'InvalidParameterCombination',
  InvalidParameterValueException: 'InvalidParameterValue',
  MissingRequiredParameterException: 'MissingParameter',
};

/**
 * A refusal in the AWS JSON protocol. Services that once spoke the Query protocol add the old code in
 * `x-amzn-query-error` when the client asks for it (Smithy specification, "awsQueryCompatible trait").
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

function refusalOf(errors: readonly ErrorObject[], codes: ParameterErrorCodes): AwsError {
  const unknown = errors.find(({ keyword }) => keyword === 'additionalProperties');
  if (unknown) {
    const { additionalProperty } = unknown.params as { additionalProperty: string };
    return notImplemented(`the parameter '${unknown.instancePath}/${additionalProperty}'`);
  }
  const isMissing = errors.some(({ keyword }) => keyword === 'required');
  const reasons = errors.map(({ instancePath, message = '' }) => `${instancePath} ${message}`.trim());
  return new AwsError(400, isMissing ? codes.missing : codes.invalid, reasons.join('; '));
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
