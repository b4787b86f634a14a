import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DETECTION_FILE } from '../../lambdas/contract/deployment/detector-event';
import { bundleFunction } from './function-bundle';

/** File and export of the entry point in the bundle, as Lambda's `Handler` setting names it. */
export { FUNCTION_HANDLER as DETECTOR_HANDLER } from './function-bundle';

/**
 * Builds the detector as it is deployed.
 * @param folder receives `index.mjs`, `index.mjs.map`, and the configuration beside them
 * @param detection configuration of detection; left out, the pack runs untuned
 * @returns path of the bundle
 */
export function bundleDetector(folder: string, detection?: object): string {
  const bundle = bundleFunction('lambdas/detector/handler.ts', folder);
  if (detection !== undefined) writeFileSync(join(folder, DETECTION_FILE), JSON.stringify(detection));
  return bundle;
}
