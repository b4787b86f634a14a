import { Logger } from '@aws-lambda-powertools/logger';
import type { Log } from './invocation';

/** One for all runs of a function: to make it costs more than the lines of a run that finds nothing. */
const loggers = new Map<string, Logger>();

/**
 * JSON lines on standard output.
 * @param keys go into each line, in place of those of the run before
 */
export function powertoolsLog(serviceName: string, keys: Readonly<Record<string, string>>): Log {
  const logger = loggers.get(serviceName) ?? new Logger({ serviceName });
  loggers.set(serviceName, logger);
  logger.resetKeys();
  logger.appendKeys(keys);
  return {
    info: (message, fields) => logger.info(message, fields),
    warn: (message, fields) => logger.warn(message, fields),
    error: (message, fields) => logger.error(message, fields),
  };
}
