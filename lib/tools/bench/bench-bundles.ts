import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';
import {
  bundleCollector,
  bundleDetector,
  bundleFunctionsOf,
  FUNCTION_BUNDLE_OPTIONS,
  FUNCTION_FILE,
} from '../../build/function-bundles';

/** Only the clients that the collector uses, without their commands. */
const CLIENTS_ONLY = `
export { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
export { DynamoDBClient } from '@aws-sdk/client-dynamodb';
export { S3Client } from '@aws-sdk/client-s3';
export { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
`;

const NODE_OPTIONS = ['--input-type=module', '--eval'];
const IMPORT = `const beforeMs = performance.now();
await import(process.argv[1]);
process.stdout.write(String(performance.now() - beforeMs));`;

/** A bundle in a folder of its own. */
export interface Bundle {
  readonly folder: string;
  readonly file: string;
  readonly sizeBytes: number;
}

/** Both functions as they are deployed, the detector untuned. */
export interface FunctionBundles {
  readonly collector: Bundle;
  readonly detector: Bundle;
}

/** The bundles of a bench, all with the settings of a function. */
export interface BenchBundles extends FunctionBundles {
  /** The four AWS clients alone. */
  readonly clients: Bundle;
  readonly floor: Bundle;
}

/** Builds the bundles into sub-folders of `folder`. */
export function buildBenchBundles(folder: string): BenchBundles {
  const floorSource = { entryPoints: { index: join(__dirname, 'floor-function.ts') } };
  const clientsSource = { stdin: { contents: CLIENTS_ONLY, resolveDir: __dirname, sourcefile: 'index.ts' } };
  return {
    collector: describe(bundleCollector(join(folder, 'collector')), join(folder, 'collector')),
    detector: describe(bundleDetector(join(folder, 'detector')), join(folder, 'detector')),
    clients: build(clientsSource, join(folder, 'clients')),
    floor: build(floorSource, join(folder, 'floor')),
  };
}

/**
 * Builds the functions of another checkout with the same settings, into sub-folders of `folder`.
 * @param checkout folder with its `lambdas/`, and with `node_modules/`
 */
export function buildOtherBundles(checkout: string, folder: string): FunctionBundles {
  const folders = { collector: join(folder, 'other-collector'), detector: join(folder, 'other-detector') };
  bundleFunctionsOf(checkout, folders);
  return {
    collector: describe(join(folders.collector, FUNCTION_FILE), folders.collector),
    detector: describe(join(folders.detector, FUNCTION_FILE), folders.detector),
  };
}

/**
 * Builds the detector with a folder of rules in addition to the pack.
 * @param folder is created
 */
export function buildDetectorWith(rulesFolder: string, folder: string): Bundle {
  return describe(bundleDetector(folder, undefined, rulesFolder), folder);
}

function build(source: Parameters<typeof buildSync>[0], folder: string): Bundle {
  buildSync({ ...FUNCTION_BUNDLE_OPTIONS, ...source, outdir: folder, entryNames: 'index' });
  return describe(join(folder, FUNCTION_FILE), folder);
}

function describe(file: string, folder: string): Bundle {
  return { folder, file, sizeBytes: statSync(file).size };
}

/** Import times of two bundles, in pairs, milliseconds. */
export interface StartUpTimes {
  readonly collectorMs: readonly number[];
  readonly clientsMs: readonly number[];
}

/** Imports both bundles in turn, each time in a fresh process. */
export function measureStartUp(
  bundles: { readonly collector: string; readonly clients: string },
  nodeBinary: string,
  times: number,
): StartUpTimes {
  const pairs = Array.from({ length: times }, () => ({
    collectorMs: importTimeMs(bundles.collector, nodeBinary),
    clientsMs: importTimeMs(bundles.clients, nodeBinary),
  }));
  return {
    collectorMs: pairs.map(({ collectorMs }) => collectorMs),
    clientsMs: pairs.map(({ clientsMs }) => clientsMs),
  };
}

function importTimeMs(bundle: string, nodeBinary: string): number {
  const url = pathToFileURL(bundle).href;
  return Number(execFileSync(nodeBinary, [...NODE_OPTIONS, IMPORT, url], { encoding: 'utf8', env: {} }));
}
