/** npm run generate: writes what is derived from other files of the repository. */
import { writeFileSync } from 'node:fs';
import { generatedFiles } from '../lib/build/generated-files';

async function generate(): Promise<void> {
  for (const [path, text] of await generatedFiles()) {
    writeFileSync(path, text);
    console.log(path);
  }
}

void generate();
