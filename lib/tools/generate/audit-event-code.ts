import Ajv from 'ajv';
import standaloneCode from 'ajv/dist/standalone';
import type { JSONSchema } from 'json-schema-to-typescript';
import { compile } from 'json-schema-to-typescript';
import schema from '../../../lambdas/contract/feed/netskope-audit.schema.json';

const GENERATED = 'Generated from netskope-audit.schema.json by `npm run generate`. Do not edit.';

/** Keywords of the schema file that describe and do not validate. */
const ANNOTATIONS = [
  'logType',
  'timeFormat',
  'isEventTime',
  'indicators',
  'alsoHolds',
  'nestedIndicators',
  'holdsChanges',
  'onDeviation',
  'deviations',
];

/** The validator as a CommonJS module: the function itself, with Ajv's `errors` on it, and no Ajv at run time. */
export function validatorCode(): string {
  const ajv = new Ajv({
    allErrors: true,
    strict: true,
    allowUnionTypes: true,
    code: { source: true, esm: false, lines: true },
  });
  ajv.addVocabulary(ANNOTATIONS);
  return `// ${GENERATED}\n${standaloneCode(ajv, ajv.compile(schema))}\n`;
}

/** The TypeScript type of an accepted event. */
export async function eventType(): Promise<string> {
  return compile(schema as JSONSchema, 'AuditEvent', {
    bannerComment: `// ${GENERATED}`,
    additionalProperties: true,
    style: { singleQuote: true, printWidth: 110 },
  });
}
