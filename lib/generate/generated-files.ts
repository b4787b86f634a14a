import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { eventType, validatorCode } from './audit-event-code';
import { formatted } from './formatted';
import { withTables } from './doc-tables';

const REPOSITORY = join(__dirname, '../..');

/** Every file that is derived from others, and what it should hold now. */
export async function generatedFiles(): Promise<ReadonlyMap<string, string>> {
  const contract = join(REPOSITORY, 'lambdas/contract');
  const docs = join(REPOSITORY, 'docs');
  const type = join(contract, 'netskope-audit.event.ts');
  const files = new Map([
    [join(contract, 'netskope-audit.validator.js'), validatorCode()],
    [type, await formatted(type, await eventType())],
  ]);
  for (const name of readdirSync(docs).filter((file) => file.endsWith('.md'))) {
    const text = readFileSync(join(docs, name), 'utf8');
    if (text.includes('<!-- generated: '))
      files.set(join(docs, name), await formatted(name, withTables(text)));
  }
  return files;
}
