import type { Context, SQSBatchResponse } from 'aws-lambda';
import type { Detector } from './compose';
import { composeDetector } from './compose';
import type { Rule } from './core/rule/rule';
import { parseQueueBatch } from './queue-batch';
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
