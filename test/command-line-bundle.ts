import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bundleCommandLine } from '../lib/build/command-line.cjs';

/** In the checkout, where the command line looks for the package that it is of. */
const BUILDS = join(__dirname, '../.local');

/** Variable with the path of the bundle, for the suites. */
export const BUNDLE = 'TEST_COMMAND_LINE_BUNDLE';

/** Jest's global setup: bundles the command line, which then starts much faster. `--local` and rules of one's own are not in it. */
export default function buildCommandLine(): void {
  mkdirSync(BUILDS, { recursive: true });
  process.env[BUNDLE] = bundleCommandLine(mkdtempSync(join(BUILDS, 'test-command-line-')));
}

/** @throws Error outside jest */
export function commandLineBundle(): string {
  const file = process.env[BUNDLE];
  if (file === undefined) throw new Error(`${BUNDLE} is not set; expected jest's global setup to set it`);
  return file;
}

/** Jest's global teardown. */
export function removeCommandLine(): void {
  rmSync(join(commandLineBundle(), '..'), { recursive: true });
}
