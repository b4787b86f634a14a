import { Logger } from '@aws-lambda-powertools/logger';
import type { Log } from './invocation';

/**
 * JSON lines on standard output.
 * @param keys go into each line
 */
export function powertoolsLog(serviceName: string, keys: Readonly<Record<string, string>>): Log {
  const logger = new Logger({ serviceName });
  logger.appendKeys(keys);
  return {
    info: (message, fields) => logger.info(message, fields),
    warn: (message, fields) => logger.warn(message, fields),
    error: (message, fields) => logger.error(message, fields),
  };
}
