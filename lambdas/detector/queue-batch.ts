import { ConfigError } from '../shared/errors';
import type { QueueMessage } from './core/detect';

/**
 * The messages of an invocation by SQS (AWS Lambda Developer Guide, "Using Lambda with Amazon SQS").
 * @throws ConfigError if something else invoked the function
 */
export function parseQueueBatch(event: unknown): readonly QueueMessage[] {
  const { Records: records } = (typeof event === 'object' && event !== null ? event : {}) as {
    readonly Records?: unknown;
  };
  if (Array.isArray(records) && records.every(isMessage)) return records;
  throw new ConfigError(['input has no Records with messageId and body; expected a batch of SQS messages']);
}

function isMessage(record: unknown): record is QueueMessage {
  if (typeof record !== 'object' || record === null) return false;
  const { messageId, body } = record as Readonly<Record<string, unknown>>;
  return typeof messageId === 'string' && typeof body === 'string';
}
