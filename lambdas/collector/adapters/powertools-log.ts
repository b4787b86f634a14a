import { Logger } from '@aws-lambda-powertools/logger';
import type { RunLog } from '../core/ports';

/** Structured JSON lines on standard output; each carries the source and the run. */
export function powertoolsLog(sourceId: string, runId: string): RunLog {
  const logger = new Logger({ serviceName: 'netskope-audit-collector' });
  logger.appendKeys({ sourceId, runId });
  return {
    info: (message, fields) => logger.info(message, fields),
    warn: (message, fields) => logger.warn(message, fields),
  };
}
