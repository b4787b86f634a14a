import { execFileSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';

/** Import times of two bundles, in pairs, milliseconds. */
export interface StartUpTimes {
  readonly collectorMs: readonly number[];
  readonly clientsMs: readonly number[];
}

/** As the function is started, source maps included: the map is read together with the bundle. */
const NODE_OPTIONS = ['--enable-source-maps', '--input-type=module', '--eval'];
const IMPORT = `const beforeMs = performance.now();
await import(process.argv[1]);
process.stdout.write(String(performance.now() - beforeMs));`;

/** Imports both bundles, each time in a fresh process, in turn. */
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
