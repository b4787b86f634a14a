import { Logger } from '@aws-lambda-powertools/logger';

/** One structured line for each call. */
export interface PowertoolsLog {
  info(message: string, fields: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields: Readonly<Record<string, unknown>>): void;
  error(message: string, fields: Readonly<Record<string, unknown>>): void;
}

/**
 * JSON lines on standard output.
 * @param keys go into each line
 */
export function powertoolsLog(serviceName: string, keys: Readonly<Record<string, string>>): PowertoolsLog {
  const logger = new Logger({ serviceName });
  logger.appendKeys(keys);
  return {
    info: (message, fields) => logger.info(message, fields),
    warn: (message, fields) => logger.warn(message, fields),
    error: (message, fields) => logger.error(message, fields),
  };
}
