/**
 * npm run generate: writes the files that are derived from other files of the repository.
 * With --check it writes nothing and fails if a file is out of date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ruleIndex } from '../lib/tools/generate/rule-index';

const RULES = join(__dirname, '../lambdas/detector/rules');

async function generate(isCheck: boolean): Promise<void> {
  const put = (path: string, text: string): void => {
    if (readFileSync(path, 'utf8') === text) return;
    console.log(isCheck ? `${path} is out of date: run npm run generate` : `wrote ${path}`);
    if (isCheck) process.exitCode = 1;
    else writeFileSync(path, text);
  };
  put(join(RULES, 'index.ts'), ruleIndex(RULES));
  // Loaded only now: the tables of the documents come from the rules.
  const { generatedFiles } = await import('../lib/tools/generate/generated-files');
  for (const [path, text] of await generatedFiles()) put(path, text);
}

void generate(process.argv.includes('--check'));
