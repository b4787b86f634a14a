import { bundleFunction } from './function-bundle';

/** File and export of the entry point in the bundle, as Lambda's `Handler` setting names it. */
export { FUNCTION_HANDLER as COLLECTOR_HANDLER, LAMBDA_NODE_MAJOR } from './function-bundle';

/**
 * Builds the collector as it is deployed.
 * @param folder receives `index.mjs` and `index.mjs.map`
 * @returns path of the bundle
 */
export function bundleCollector(folder: string): string {
  return bundleFunction('lambdas/collector/handler.ts', folder);
}
