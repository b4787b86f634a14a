import Ajv, { type ErrorObject, type SchemaObject } from 'ajv';
import { AwsError, notImplemented } from './aws-error';

/** Error codes of a service for a parameter that is missing or has a wrong value. */
export interface ParameterErrorCodes {
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
export function parameterValidator<T>(
  schema: SchemaObject,
  codes: ParameterErrorCodes,
): (parameters: unknown) => T {
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
