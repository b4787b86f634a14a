import type { TimeBudget } from '../../shared/invocation';
import { detectObject } from './detect-object';
import { BatchError } from './errors';
import { readObjectCreated } from './event/object-created';
import type { DetectorDeps } from './ports';

/** One message of the queue. */
export interface QueueMessage {
  readonly messageId: string;
  /** JSON of an `ObjectCreatedEvent`. */
  readonly body: string;
}

export interface DetectRequest {
  readonly messages: readonly QueueMessage[];
  /** The bucket whose objects are judged. */
  readonly bucket: string;
}

/** What a full page takes many times over; with less, an object is left to the next delivery instead of being cut off. */
const OBJECT_RESERVE_MS = 20_000;

/**
 * Judges the objects of a batch of messages, one after the other: one object is in memory at a time.
 * @returns ids of the messages whose objects are not done, to be delivered again; what is wrong with them is in the log
 * @throws BatchError where none is done, so that Lambda counts the invocation as an error
 */
export async function detect(
  deps: DetectorDeps,
  { messages, bucket }: DetectRequest,
  budget: TimeBudget,
): Promise<readonly string[]> {
  const unfinished: string[] = [];
  let firstFailure: unknown;
  for (const [place, { messageId, body }] of messages.entries()) {
    if (place > 0 && budget.remainingMs() < OBJECT_RESERVE_MS) {
      deps.log.warn('no time left', { messageId });
      unfinished.push(messageId);
      continue;
    }
    try {
      await detectObject(deps, readObjectCreated(body, { bucket, feed: deps.feed }));
    } catch (error) {
      firstFailure ??= error;
      unfinished.push(messageId);
      deps.log.error('unfinished object', { messageId, error });
    }
  }
  if (messages.length > 0 && unfinished.length === messages.length) {
    const reason = firstFailure instanceof Error ? firstFailure.message : String(firstFailure);
    throw new BatchError(`none of ${messages.length} objects is done; the first: ${reason}`, {
      cause: firstFailure,
    });
  }
  return unfinished;
}
