import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildOptions } from 'esbuild';
import { buildSync } from 'esbuild';
import { DETECTION_FILE } from '../../lambdas/contract/deployment/detector-event';

const REPOSITORY = join(__dirname, '../..');

/** Major version of the Node.js that the functions run on: the newest Lambda runtime that aws-cdk-lib knows. */
export const LAMBDA_NODE_MAJOR = 24;

/** File and export of every entry point in its bundle, as Lambda's `Handler` setting names it. */
export const FUNCTION_HANDLER = 'index.handler';

/** ESM has no `require`; the CommonJS parts of the AWS SDK need one. */
const REQUIRE_BANNER = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";

/** Settings of every function bundle. ESM lets esbuild drop the parts of the SDK that are not used. */
export const FUNCTION_BUNDLE_OPTIONS = {
  bundle: true,
  minify: true,
  platform: 'node',
  target: `node${LAMBDA_NODE_MAJOR}`,
  format: 'esm',
  mainFields: ['module', 'main'],
  outExtension: { '.js': '.mjs' },
  banner: { js: REQUIRE_BANNER },
  sourcemap: true,
  sourcesContent: false,
  legalComments: 'none',
  logLevel: 'warning',
} satisfies BuildOptions;

/**
 * Builds a function as it is deployed: one minified file and its source map.
 * @param entryPoint file with the handler, from the root of the repository
 * @param folder receives `index.mjs` and `index.mjs.map`
 * @returns path of the bundle
 */
function bundleFunction(entryPoint: string, folder: string): string {
  buildSync({
    ...FUNCTION_BUNDLE_OPTIONS,
    absWorkingDir: REPOSITORY,
    entryPoints: { index: join(REPOSITORY, entryPoint) },
    outdir: folder,
  });
  return join(folder, 'index.mjs');
}

/**
 * Builds the collector as it is deployed.
 * @param folder receives `index.mjs` and `index.mjs.map`
 * @returns path of the bundle
 */
export function bundleCollector(folder: string): string {
  return bundleFunction('lambdas/collector/handler.ts', folder);
}

/**
 * Builds the detector as it is deployed.
 * @param folder receives `index.mjs`, `index.mjs.map`, and the settings next to them
 * @param detection settings of detection; if absent, the rules have their defaults
 * @returns path of the bundle
 */
export function bundleDetector(folder: string, detection?: object): string {
  const bundle = bundleFunction('lambdas/detector/handler.ts', folder);
  if (detection !== undefined) writeFileSync(join(folder, DETECTION_FILE), JSON.stringify(detection));
  return bundle;
}
