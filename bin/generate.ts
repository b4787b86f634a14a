/**
 * npm run generate: writes the files that are derived from other files of the repository.
 * With --check it writes nothing and fails if a file is out of date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { generatedFiles } from '../lib/tools/generate/generated-files';

async function generate(isCheck: boolean): Promise<void> {
  for (const [path, text] of await generatedFiles()) {
    if (readFileSync(path, 'utf8') === text) continue;
    console.log(isCheck ? `${path} is out of date: run npm run generate` : `wrote ${path}`);
    if (isCheck) process.exitCode = 1;
    else writeFileSync(path, text);
  }
}

void generate(process.argv.includes('--check'));
