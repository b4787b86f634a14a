import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

const REPOSITORY = join(__dirname, '..');
/** Variable with the path of the bundle, for the suites. */
const BUNDLE = 'TEST_COMMAND_LINE_BUNDLE';

/** Jest's global setup: bundles the command line into one file, which starts much faster. `--local` and rules of one's own are not in it. */
export default async function buildCommandLine(): Promise<void> {
  const outfile = join(mkdtempSync(join(tmpdir(), 'netskope-audit-cli-')), 'netskope-audit.cjs');
  process.env[BUNDLE] = outfile;
  await build({
    absWorkingDir: REPOSITORY,
    entryPoints: ['bin/netskope-audit.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    external: ['../local/local-pipeline', 'esbuild'],
    logLevel: 'warning',
  });
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
