import { readdirSync } from 'node:fs';

/**
 * The detection pack: every file of the rules' folder, in the order of their names. Each exports a rule under its own name
 * in camel case.
 * @returns TypeScript, formatted
 */
export function ruleIndex(folder: string): string {
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
