#!/usr/bin/env node
/** The file that npx starts. Plain JavaScript, because npm links it as is; the command line itself is TypeScript. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);
const isCheckout = existsSync(new URL('../lambdas', import.meta.url));
const bundle = isCheckout ? bundleOfCheckout() : new URL('../dist/cli/netskope-audit.mjs', import.meta.url);
if (bundle === undefined) await startSources();
else await import(bundle);

/** Undefined if the sources themselves are to run: for the archive of npm start, or if nothing can be written here. */
function bundleOfCheckout() {
  if (process.argv.includes('--local')) return undefined;
  try {
    return pathToFileURL(require('../lib/build/command-line.cjs').currentCommandLine());
  } catch {
    return undefined;
  }
}

async function startSources() {
  const loaders = await Promise.all([import('tsx/cjs/api'), import('tsx/esm/api')]).catch(() => undefined);
  if (loaders === undefined) {
    console.error('✗ The dependencies of this checkout are not installed.\n  Run npm ci.');
    process.exit(1);
  }
  for (const { register } of loaders) register();
  await import('./netskope-audit.ts');
}
