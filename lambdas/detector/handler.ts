import type { Context, SQSBatchResponse } from 'aws-lambda';
import type { Detector } from './compose';
import { composeDetector } from './compose';
import { parseQueueBatch } from './queue-batch';
import { parseSettings } from './settings';

let detector: Detector | undefined;

/**
 * Lambda entry point: evaluates the archived objects that a batch of SQS messages names.
 * @param event a batch whose bodies are `ObjectCreatedEvent`s
 * @returns the messages to be delivered again
 * @throws if the function's settings are wrong, or every message of the batch failed
 */
export async function handler(
  event: unknown,
  context: Pick<Context, 'awsRequestId' | 'getRemainingTimeInMillis'>,
): Promise<SQSBatchResponse> {
  const messages = parseQueueBatch(event);
  detector ??= composeDetector(parseSettings(process.env));
  const budget = { remainingMs: () => context.getRemainingTimeInMillis() };
  const unfinished = await detector.detect(messages, context.awsRequestId, budget);
  return { batchItemFailures: unfinished.map((itemIdentifier) => ({ itemIdentifier })) };
}
