/** Filter of `npm run test:unit`: keeps tests that start no server or process, and import nothing that does. */
const { existsSync, readFileSync } = require('node:fs');
const { dirname, join } = require('node:path');

const STARTS_SOMETHING = /from '(?:aws-cdk-lib[^']*|node:child_process|@duckdb\/node-api)'|createServer/;
/** Only imports of values: types do not exist when the module is loaded. */
const IMPORTS = /^(?:import|export) (?!type )[^;]*?from '(\.[^']+)'/gm;

const known = new Map();

function startsSomething(file) {
  if (!known.has(file)) {
    known.set(file, false); // for modules that import each other
    const text = readFileSync(file, 'utf8');
    const imported = [...text.matchAll(IMPORTS)].map(([, path]) => join(dirname(file), path));
    const sources = imported.flatMap((path) => [`${path}.ts`, `${path}/index.ts`]).filter(existsSync);
    known.set(file, STARTS_SOMETHING.test(text) || sources.some(startsSomething));
  }
  return known.get(file);
}

module.exports = (paths) => ({ filtered: paths.filter((path) => !startsSomething(path)) });
