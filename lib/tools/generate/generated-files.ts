import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { DEPLOYMENT_SCHEMA } from '../../aws/settings/deployment-schema';
import { eventType, validatorCode } from './audit-event-code';
import { withGeneratedParts } from './doc-tables';
import { importGraph } from './import-graph';

const REPOSITORY = join(__dirname, '../../..');

/** The schema by which an editor completes and checks `cdk.json`. The CDK's own keys contain a colon. */
const SETTINGS_SCHEMA = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  type: 'object',
  properties: { context: { ...DEPLOYMENT_SCHEMA, patternProperties: { ':': true } } },
};

/** Every file that is derived from others, and its current content. */
export async function generatedFiles(): Promise<ReadonlyMap<string, string>> {
  const contract = join(REPOSITORY, 'lambdas/contract/feed');
  const docs = join(REPOSITORY, 'docs');
  const type = join(contract, 'netskope-audit.event.ts');
  const settingsSchema = join(docs, 'cdk.schema.json');
  const files = new Map([
    [join(contract, 'netskope-audit.validator.js'), validatorCode()],
    [type, await formatted(type, await eventType())],
    [settingsSchema, await formatted(settingsSchema, JSON.stringify(SETTINGS_SCHEMA))],
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
