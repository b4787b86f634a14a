/** npm run generate: writes what is derived from other files of the repository. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventType, validatorCode } from '../lib/build/audit-event-code';

const CONTRACT = join(__dirname, '../lambdas/contract');

async function generate(): Promise<void> {
  writeFileSync(join(CONTRACT, 'netskope-audit.validator.js'), validatorCode());
  writeFileSync(join(CONTRACT, 'netskope-audit.event.ts'), await eventType());
}

void generate();
