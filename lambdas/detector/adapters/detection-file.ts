import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DETECTION_FILE } from '../../contract/deployment/detector-event';
import { ConfigError } from '../../shared/errors';

/**
 * The configuration of detection beside the code.
 * @param codeFolder folder of the bundle
 * @returns as parsed; undefined where there is no such file
 * @throws ConfigError where it is no JSON
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
