import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { buildSync } from 'esbuild';
import { bundleCommandLine } from './command-line.cjs';
import {
  bundleCollector,
  bundleDailyMessage,
  bundleDetector,
  bundleFleet,
  bundleVerifier,
} from './function-bundles';
import { BUILT, PACKAGE_FOLDER } from './package-folder';

/** Packages that an app shares with its constructs, and the one that holds a program. All others are bundled. */
const NOT_BUNDLED = ['aws-cdk-lib', 'constructs', 'esbuild'];

const TYPESCRIPT = join(PACKAGE_FOLDER, 'node_modules/typescript/bin/tsc');

/** Builds what a package has in place of the sources: the functions, the construct with its types, and the command line. */
export async function buildPackage(): Promise<void> {
  rmSync(dirname(BUILT.construct), { recursive: true, force: true });
  const types = promisify(execFile)(process.execPath, [
    TYPESCRIPT,
    '--project',
    join(__dirname, 'tsconfig.types.json'),
  ]);
  bundleCollector(BUILT.collector);
  bundleDetector(BUILT.detector);
  bundleDailyMessage(BUILT.dailyMessage);
  bundleFleet(BUILT.fleet);
  bundleVerifier(BUILT.verifier);
  bundleModule('lib/aws/index.ts', BUILT.construct);
  bundleModule('lambdas/detector/authoring.ts', BUILT.rules);
  bundleCommandLine(BUILT.commandLine);
  await types;
}

function bundleModule(entry: string, outfile: string): void {
  buildSync({
    absWorkingDir: PACKAGE_FOLDER,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: NOT_BUNDLED,
    logLevel: 'warning',
  });
}
