import type { ErrorObject, SchemaObject } from 'ajv';
import Ajv from 'ajv';
import type { AwsAnswer, AwsRequest } from './aws-call';
import { AwsError, notImplemented } from './aws-call';
import type { Xml } from './xml';
import { element, xmlDocument } from './xml';

/** Error codes of a service for a parameter that is missing or has a wrong value. */
interface ParameterErrorCodes {
  readonly missing: string;
  readonly invalid: string;
}

const ajv = new Ajv({ allErrors: true });

/** Schema of an object that may have these properties and no others. */
export function closedObject(
  properties: Readonly<Record<string, object>>,
  required: readonly string[] = [],
): SchemaObject {
  return { type: 'object', additionalProperties: false, properties, required };
}

/**
 * Makes the function that validates the parameters of an operation. The schema must close every object, see
 * `closedObject`: an unknown parameter is refused, not ignored. Messages contain paths and rules, never values, which
 * may be secrets.
 */
function parameterValidator<T>(schema: SchemaObject, codes: ParameterErrorCodes): (parameters: unknown) => T {
  const isValid = ajv.compile<T>(schema);
  return (parameters) => {
    if (isValid(parameters)) return parameters;
    throw refusalOf(isValid.errors ?? [], codes);
  };
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

/** A service with the AWS Query protocol: form in, XML out (Smithy specification, "AWS Query protocol"). */
export interface QueryApi {
  /** The date that the client sends in `Version`. */
  readonly version: string;
  readonly namespace: string;
}

/** Names the operation. @throws AwsError InvalidAction if the request is not a form of this version of the API. */
export function operationFromForm(
  { method, path, headers, body }: AwsRequest,
  { version }: QueryApi,
): string {
  const form = new URLSearchParams(body.toString('utf8'));
  const [operation, received] = [form.get('Action') ?? '', form.get('Version') ?? ''];
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
  if (method !== 'POST' || path !== '/' || !isForm || received !== version) {
    throw new AwsError(
      400,
      'InvalidAction',
      `Received ${method} ${path} with Action '${operation}' and Version '${received}', expected a form POST / with Version ${version}.`,
    );
  }
  return operation;
}

/**
 * Makes the function that validates the form of an operation, see `parameterValidator`. Every value is a string; the
 * names of those in lists and structures contain dots.
 */
export function formReader<T>(schema: SchemaObject, codes: ParameterErrorCodes): (body: Buffer) => T {
  const validate = parameterValidator<T>(schema, codes);
  return (body) => {
    const parameters = [...new URLSearchParams(body.toString('utf8'))];
    return validate(
      Object.fromEntries(parameters.filter(([name]) => name !== 'Action' && name !== 'Version')),
    );
  };
}

/** The answer to an operation: its result wrapped in its response. */
export function queryAnswer(
  api: QueryApi,
  operation: string,
  result: readonly (Xml | undefined)[],
): AwsAnswer {
  const content = element(`${operation}Response`, [element(`${operation}Result`, result)], api.namespace);
  return { status: 200, headers: { 'content-type': 'text/xml' }, body: xmlDocument(content) };
}

/** A list in the form of the protocol. */
export function memberList(name: string, members: readonly (readonly Xml[])[]): Xml {
  return element(
    name,
    members.map((member) => element('member', member)),
  );
}

/** The refusal of an operation that the named service may have and this endpoint does not. */
export function unknownAction(service: string, operation: string): AwsError {
  return new AwsError(
    400,
    'InvalidAction',
    `The local AWS endpoint does not implement the ${service} operation '${operation}'.`,
  );
}

/** One page of a list, and where the next one begins; `nextToken` is present exactly if there is more. */
interface TokenPage<T> {
  readonly items: readonly T[];
  readonly nextToken?: string;
}

/**
 * Cuts a page out of a list. The token is opaque to clients. It contains only the position, so a list that changes
 * between two pages may show an entry twice or not at all, as in AWS.
 * @returns undefined if the token was not made here
 */
export function tokenPage<T>(
  list: readonly T[],
  maxItems: number,
  token: string | undefined,
): TokenPage<T> | undefined {
  const start = token === undefined ? 0 : positionOf(token);
  if (start === undefined) return undefined;
  const end = start + maxItems;
  const items = list.slice(start, end);
  return end < list.length ? { items, nextToken: tokenOf(end) } : { items };
}

function tokenOf(position: number): string {
  return Buffer.from(`position:${position}`).toString('base64url');
}

function positionOf(token: string): number | undefined {
  const [, digits] = /^position:(\d{1,9})$/.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  return digits === undefined ? undefined : Number(digits);
}
