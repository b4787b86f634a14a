import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DETECTION_FILE } from '../../contract/deployment/detector-event';
import { ConfigError } from '../../shared/errors';

/**
 * Reads the detection settings next to the code.
 * @param codeFolder folder of the bundle
 * @returns as parsed; undefined if there is no such file
 * @throws ConfigError if it is not JSON
 */
export function readDetectionFile(codeFolder: string): unknown {
  const file = join(codeFolder, DETECTION_FILE);
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, 'utf8');
  try {
    return JSON.parse(text);
  } catch {
    throw new ConfigError([`${DETECTION_FILE} beside the code is no JSON; expected an object`]);
  }
}
