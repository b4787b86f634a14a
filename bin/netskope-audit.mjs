#!/usr/bin/env node
/** The file that npx starts. Plain JavaScript, because npm links it as is; the command line itself is TypeScript. */
const loaders = await Promise.all([import('tsx/cjs/api'), import('tsx/esm/api')]).catch(() => undefined);
if (loaders === undefined) {
  console.error('✗ The dependencies of this checkout are not installed.\n  Run npm ci.');
  process.exit(1);
}
for (const { register } of loaders) register();
await import('./netskope-audit.ts');
