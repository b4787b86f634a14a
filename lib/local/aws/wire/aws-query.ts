import type { SchemaObject } from 'ajv';
import type { AwsAnswer, AwsRequest } from './aws-call';
import { AwsError } from './aws-error';
import { type ParameterErrorCodes, parameterValidator } from './aws-parameters';
import { element, type Xml, xmlDocument } from './xml';

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

/** A refusal in the AWS Query protocol. */
export function queryFailure(error: AwsError): AwsAnswer {
  const content = element('ErrorResponse', [
    element('Error', [
      element('Type', error.status < 500 ? 'Sender' : 'Receiver'),
      element('Code', error.code),
      element('Message', error.message),
    ]),
  ]);
  return { status: error.status, headers: { 'content-type': 'text/xml' }, body: xmlDocument(content) };
}
