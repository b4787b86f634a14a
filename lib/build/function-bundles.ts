import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildOptions } from 'esbuild';
import { buildSync } from 'esbuild';
import { DETECTION_FILE } from '../../lambdas/contract/deployment/detector-event';
import { BUILT, IS_CHECKOUT, PACKAGE_FOLDER } from './package-folder';
import { ruleFilesIn, RULES_MODULE } from './rules-folder';

/** Major version of the Node.js that the functions run on: the newest Lambda runtime that aws-cdk-lib knows. */
export const LAMBDA_NODE_MAJOR = 24;

/** File and export of every entry point in its bundle, as Lambda's `Handler` setting names it. */
export const FUNCTION_HANDLER = 'index.handler';

/** The functions, below the checkout. */
const DETECTOR_ENTRY = './lambdas/detector/handler';
const COLLECTOR = "export * from './lambdas/collector/handler';";
const DETECTOR = `export * from '${DETECTOR_ENTRY}';`;
const DAILY_MESSAGE = "export * from './lambdas/daily-message/handler';";
const FLEET = "export * from './lambdas/fleet/handler';";
const VERIFIER = "export * from './lambdas/verifier/handler';";

/** Begins every function. What is built from a function of the package has it in there. */
const SOURCES_IN_STACKS = IS_CHECKOUT
  ? `import ${JSON.stringify(join(PACKAGE_FOLDER, 'lambdas/shared/sources-in-stacks'))};`
  : '';

/** The built function, in its folder. */
export const FUNCTION_FILE = 'index.cjs';

/** Where the SDK looks for credentials if the environment has none. Lambda's always has them. */
const UNUSED_CREDENTIALS = [
  '@aws-sdk/credential-provider-http',
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  '@smithy/credential-provider-imds',
];

/**
 * Settings of every function bundle. Packages are read as ES modules, so that esbuild drops the parts of the SDK that
 * are not used, but written as CommonJS, `import()` included: an ES module that imports `node:http` reads all that it
 * exports, and so has Node.js load its `fetch`, which takes a sixth of a cold start.
 */
export const FUNCTION_BUNDLE_OPTIONS = {
  bundle: true,
  minify: true,
  platform: 'node',
  target: `node${LAMBDA_NODE_MAJOR}`,
  format: 'cjs',
  supported: { 'dynamic-import': false },
  mainFields: ['module', 'main'],
  outExtension: { '.js': '.cjs' },
  external: UNUSED_CREDENTIALS,
  sourcemap: true,
  sourcesContent: false,
  legalComments: 'none',
  logLevel: 'warning',
} satisfies BuildOptions;

/**
 * Builds a function as it is deployed: one minified file and its source map.
 * @param contents source of a module with the handler
 * @param folder receives `index.cjs` and `index.cjs.map`
 * @param checkout folder with `lambdas/` and `node_modules/`
 * @returns path of the bundle
 */
function bundleFunction(contents: string, folder: string, checkout = PACKAGE_FOLDER): string {
  const outfile = join(folder, FUNCTION_FILE);
  buildSync({
    ...FUNCTION_BUNDLE_OPTIONS,
    absWorkingDir: checkout,
    alias: RULES_MODULE,
    stdin: {
      contents: `${SOURCES_IN_STACKS}\n${contents}`,
      resolveDir: checkout,
      sourcefile: 'function.ts',
    },
    outExtension: undefined,
    outfile,
  });
  return outfile;
}

/**
 * Builds the collector as it is deployed.
 * @param folder receives `index.cjs` and `index.cjs.map`
 * @returns path of the bundle
 */
export function bundleCollector(folder: string): string {
  return bundleFunction(COLLECTOR, folder);
}

/**
 * Builds the function that sends the daily message, as it is deployed.
 * @param folder receives `index.cjs` and `index.cjs.map`
 * @returns path of the bundle
 */
export function bundleDailyMessage(folder: string): string {
  return bundleFunction(DAILY_MESSAGE, folder);
}

/**
 * Builds the function of a fleet, as it is deployed.
 * @param folder receives `index.cjs` and `index.cjs.map`
 * @returns path of the bundle
 */
export function bundleFleet(folder: string): string {
  return bundleFunction(FLEET, folder);
}

/**
 * Builds the function that verifies the archive, as it is deployed.
 * @param folder receives `index.cjs` and `index.cjs.map`
 * @returns path of the bundle
 */
export function bundleVerifier(folder: string): string {
  return bundleFunction(VERIFIER, folder);
}

/**
 * Builds the detector as it is deployed.
 * @param folder receives `index.cjs`, `index.cjs.map`, and the settings next to them
 * @param detection settings of detection; if absent, the rules have their defaults
 * @param rulesFolder rules in addition to the pack; if absent, there are none
 * @returns path of the bundle
 */
export function bundleDetector(folder: string, detection?: object, rulesFolder?: string): string {
  const bundle = bundleFunction(detectorContents(rulesFolder), folder);
  if (detection !== undefined) writeFileSync(join(folder, DETECTION_FILE), JSON.stringify(detection));
  return bundle;
}

/**
 * Builds collector and untuned detector of another checkout.
 * @param checkout folder with its `lambdas/`, and with `node_modules/`
 * @param folders each receives `index.cjs` and `index.cjs.map`
 */
export function bundleFunctionsOf(
  checkout: string,
  folders: { readonly collector: string; readonly detector: string },
): void {
  bundleFunction(COLLECTOR, folders.collector, checkout);
  bundleFunction(DETECTOR, folders.detector, checkout);
}

function detectorContents(rulesFolder: string | undefined): string {
  if (rulesFolder === undefined) return DETECTOR;
  const files = ruleFilesIn(rulesFolder);
  return [
    `import { handlerWith } from ${JSON.stringify(IS_CHECKOUT ? DETECTOR_ENTRY : join(BUILT.detector, FUNCTION_FILE))};`,
    ...files.map((file, place) => `import rule${place} from ${JSON.stringify(file)};`),
    `export const handler = handlerWith([${files.map((_, place) => `rule${place}`).join(', ')}]);`,
  ].join('\n');
}
