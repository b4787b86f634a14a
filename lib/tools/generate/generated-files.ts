import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AnySchema } from 'ajv';
import Ajv from 'ajv';
import standaloneCode from 'ajv/dist/standalone';
import type { ICruiseResult } from 'dependency-cruiser';
import type { JSONSchema } from 'json-schema-to-typescript';
import { compile } from 'json-schema-to-typescript';
import { format, resolveConfig } from 'prettier';
import { COLLECTED_FEED } from '../../../lambdas/contract/feed/collected-feed';
import alertSchema from '../../../lambdas/contract/storage/alert.schema.json';
import { DEPLOYMENT_SCHEMA } from '../../aws/deployment-schema';
import { withGeneratedParts } from './doc-tables';
import { openSearchTemplate } from './opensearch-template';
import { shippedQueries } from './shipped-queries';

const REPOSITORY = join(__dirname, '../../..');

/** The schema by which an editor completes and checks `cdk.json`. The CDK's own keys contain a colon. */
const SETTINGS_SCHEMA = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  type: 'object',
  properties: { context: { ...DEPLOYMENT_SCHEMA, patternProperties: { ':': true } } },
};

const generatedFrom = (file: string) => `Generated from ${file} by \`npm run generate\`. Do not edit.`;

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

const VALIDATOR_DECLARATION = `import type { EventValidator } from './feed';

declare const validate: EventValidator;
export default validate;
`;

const FOLDERS = ['lambdas', 'lib', 'bin'];

/** The parts in the graph: one per folder, and the files of `lambdas/<function>/` itself. */
const PART = /^(?:lambdas\/(?:collector|detector)\/(?:core|adapters|rules)|lambdas\/[^/]+|lib\/[^/]+|bin)\//;

/** Every file that is derived from others, and its current content. */
export async function generatedFiles(): Promise<ReadonlyMap<string, string>> {
  const docs = join(REPOSITORY, 'docs');
  const alertType = join(REPOSITORY, 'lambdas/contract/storage/alert.ts');
  const settingsSchema = join(docs, 'cdk.schema.json');
  const indexTemplate = join(docs, 'queries/opensearch/index-template.json');
  const files = new Map([
    ...validators(join(REPOSITORY, 'lambdas/contract/feed')),
    [alertType, await formatted(alertType, await alertTypeCode())],
    [settingsSchema, await formatted(settingsSchema, JSON.stringify(SETTINGS_SCHEMA))],
    [indexTemplate, await formatted(indexTemplate, JSON.stringify(openSearchTemplate(COLLECTED_FEED)))],
    ...shippedQueries().map(([path, text]) => [join(docs, 'queries', path), text] as const),
  ]);
  const graph = await importGraph(REPOSITORY);
  for (const name of readdirSync(docs).filter((file) => file.endsWith('.md'))) {
    const text = readFileSync(join(docs, name), 'utf8');
    if (text.includes('<!-- generated: '))
      files.set(join(docs, name), await formatted(name, withGeneratedParts(text, graph)));
  }
  return files;
}

/** Formats text as the project does, so that generated files pass the format check. */
async function formatted(path: string, text: string): Promise<string> {
  return format(text, { ...(await resolveConfig(path)), filepath: path });
}

/** A validator for each schema of a feed, and its declaration. */
function validators(folder: string): readonly (readonly [path: string, text: string])[] {
  const schemas = readdirSync(folder).filter((file) => file.endsWith('.schema.json'));
  return schemas.flatMap((file) => {
    const path = join(folder, file.replace(/schema\.json$/, 'validator'));
    const schema = JSON.parse(readFileSync(join(folder, file), 'utf8')) as AnySchema;
    return [
      [`${path}.js`, `// ${generatedFrom(file)}\n${validatorCode(schema)}\n`],
      [`${path}.d.ts`, `// ${generatedFrom(file)}\n${VALIDATOR_DECLARATION}`],
    ] as const;
  });
}

/** The validator as a CommonJS module: the function itself, with Ajv's `errors` on it, and no Ajv at run time. */
function validatorCode(schema: AnySchema): string {
  const ajv = new Ajv({
    allErrors: true,
    strict: true,
    allowUnionTypes: true,
    code: { source: true, esm: false, lines: true },
  });
  ajv.addVocabulary(ANNOTATIONS);
  return standaloneCode(ajv, ajv.compile(schema));
}

/** The TypeScript type of an alert, named by the schema's title. */
async function alertTypeCode(): Promise<string> {
  return compile(alertSchema as JSONSchema, alertSchema.title, {
    bannerComment: `// ${generatedFrom('alert.schema.json')}`,
    additionalProperties: false,
    style: { singleQuote: true, printWidth: 110 },
  });
}

/** The imports between the parts as a Mermaid flowchart, read from the source files. */
async function importGraph(repository: string): Promise<string> {
  const { cruise } = await import('dependency-cruiser');
  const options = { baseDir: repository, includeOnly: { path: PART.source }, tsPreCompilationDeps: true };
  const { output } = await cruise(FOLDERS, options);
  const arrows = new Set<string>();
  for (const { source, dependencies } of (output as ICruiseResult).modules) {
    for (const { resolved } of dependencies) {
      const [from, to] = [partOf(source), partOf(resolved)];
      if (from !== to) arrows.add(`  ${idOf(from)} --> ${idOf(to)}`);
    }
  }
  const parts = new Set((output as ICruiseResult).modules.map(({ source }) => partOf(source)));
  const nodes = [...parts].sort().map((part) => `  ${idOf(part)}["${part}"]`);
  return ['```mermaid', 'flowchart TD', ...nodes, ...[...arrows].sort(), '```'].join('\n');
}

function partOf(path: string): string {
  return (PART.exec(path)?.[0] ?? path).replace(/\/$/, '');
}

function idOf(part: string): string {
  return part.replaceAll('/', '_');
}
