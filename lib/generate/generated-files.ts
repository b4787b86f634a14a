import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventType, validatorCode } from './audit-event-code';
import { formatted } from './formatted';
import { withTables } from './readme-tables';

const REPOSITORY = join(__dirname, '../..');

/** Every file that is derived from others, and what it should hold now. */
export async function generatedFiles(): Promise<ReadonlyMap<string, string>> {
  const contract = join(REPOSITORY, 'lambdas/contract');
  const readme = join(REPOSITORY, 'README.md');
  const type = join(contract, 'netskope-audit.event.ts');
  return new Map([
    [join(contract, 'netskope-audit.validator.js'), validatorCode()],
    [type, await formatted(type, await eventType())],
    [readme, await formatted(readme, withTables(readFileSync(readme, 'utf8')))],
  ]);
}
