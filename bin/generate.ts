/**
 * npm run generate: writes the files that are derived from other files of the repository.
 * With --check it writes nothing and fails if a file is out of date.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const RULES = join(__dirname, '../lambdas/detector/rules');

async function generate(isCheck: boolean): Promise<void> {
  const put = (path: string, text: string): void => {
    if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
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

/**
 * The detection pack: every file of the rules' folder, in the order of their names. Each exports a rule under its own name
 * in camel case.
 * @returns TypeScript, formatted
 */
function ruleIndex(folder: string): string {
  const files = readdirSync(folder)
    .filter((file) => file !== 'index.ts')
    .map((file) => file.replace(/\.ts$/, ''))
    .sort();
  const imports = files.map((file) => `import { ${camelCase(file)} } from './${file}';\n`);
  const rules = files.map((file) => `  ${camelCase(file)},\n`);
  return (
    '// Generated from the files of this folder by `npm run generate`. Do not edit.\n' +
    `import type { Rule } from '../core/rule/rule';\n${imports.join('')}\n` +
    `/** The detection pack. */\nexport const RULES: readonly Rule[] = [\n${rules.join('')}];\n`
  );
}

function camelCase(name: string): string {
  return name.replace(/-([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());
}
