import type { Context, SQSBatchResponse } from 'aws-lambda';
import { ConfigError } from '../shared/errors';
import type { Detector } from './compose';
import { composeDetector } from './compose';
import type { QueueMessage } from './core/detect';
import type { Rule } from './core/rule/rule';
import { parseSettings } from './settings';

type LambdaHandler = (
  event: unknown,
  context: Pick<Context, 'awsRequestId' | 'getRemainingTimeInMillis'>,
) => Promise<SQSBatchResponse>;

/**
 * Makes the Lambda entry point, which evaluates the archived objects that a batch of SQS messages names. Given a batch
 * whose bodies are `ObjectCreatedEvent`s, it returns the messages to be delivered again, and throws if the function's
 * settings are wrong, or every message of the batch failed.
 * @param ownRules in addition to the pack
 */
export function handlerWith(ownRules: readonly Rule[]): LambdaHandler {
  let detector: Detector | undefined;
  return async (event, context) => {
    const messages = parseQueueBatch(event);
    detector ??= composeDetector(parseSettings(process.env, ownRules));
    const budget = { remainingMs: () => context.getRemainingTimeInMillis() };
    const unfinished = await detector.detect(messages, context.awsRequestId, budget);
    return { batchItemFailures: unfinished.map((itemIdentifier) => ({ itemIdentifier })) };
  };
}

/** The entry point of a detector that has the pack alone. */
export const handler = handlerWith([]);

/**
 * The messages of an invocation by SQS (AWS Lambda Developer Guide, "Using Lambda with Amazon SQS").
 * @throws ConfigError if something else invoked the function
 */
function parseQueueBatch(event: unknown): readonly QueueMessage[] {
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
