import type { ErrorObject } from 'ajv';
import type { AuditEvent } from './netskope-audit.event';

/** Validates against netskope-audit.schema.json; after a `false`, `errors` lists every deviation. */
declare const validate: {
  (value: unknown): value is AuditEvent;
  errors?: ErrorObject[] | null;
};
export default validate;
